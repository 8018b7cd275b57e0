"""The words after a command, sorted alike for all of them: names, options with values, switches, choices `key=value`.

`--out PLACE`, `--out=PLACE` and `out=PLACE` are the same, and so is every other option that takes a value; the language
may be said as `lang=en` or `--lang en` anywhere. Each command declares which words it takes, and says in words of its
own what is wrong with those that it does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scenarios.alike import find_alike
from scenarios.errors import Problem

LANG, LANG_KEY = "--lang", "lang="
DASHES = "--"
KEY = re.compile(r"[A-Za-z][\w.]*")
"""What stands before the equals sign of a word that is meant as a choice; any other word is a name, `KF §112 a=b`."""
INSIDE = "#"
"""What parts a file from the thing inside it that is meant."""


@dataclass(frozen=True)
class Grammar:
    """Which words a command takes.

    Args:
        valued: options with a value, as `--out`; each may be said several times.
        switches: options without one.
        choices: how words `key=value` begin that are passed on as they are; ("",) for all of them.
        spelled: options with a value that are another way to say a choice: `--out PLACE` is `out=PLACE`.
        nearest: how many options are offered in place of one that there is none of.
    """

    valued: tuple[str, ...] = ()
    switches: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    spelled: tuple[str, ...] = ()
    nearest: int = 1

    @property
    def options(self) -> tuple[str, ...]:
        """All options."""
        return (*self.valued, *self.spelled, *self.switches)


@dataclass(frozen=True)
class Mistake:
    """An option or key that is none (`blank` False), with the options alike; or one whose value is not said."""

    word: str
    option: str
    nearest: tuple[str, ...]
    blank: bool


@dataclass(frozen=True)
class Words:
    """Words sorted, each kind in its order; `values` has an entry for each option that was said with a value."""

    names: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]
    switches: frozenset[str]
    choices: tuple[str, ...]
    mistakes: tuple[Mistake, ...]

    def last(self, option: str) -> str | None:
        """The value of an option, the last where it was said several times; None where it was not."""
        said = self.values.get(option)
        return said[-1] if said else None

    def explain(self, tell: Callable[[Mistake], Problem]) -> list[Problem]:
        """The problem of each mistake, as the command tells it."""
        return [tell(mistake) for mistake in self.mistakes]


def sort_words(words: Sequence[str], grammar: Grammar) -> Words:
    """Sort the words after a command; the language among them is passed over.

    >>> said = sort_words(["A", "--out", "x", "csv=y", "--force", "lang=en"], Grammar(("--out", "--csv"), ("--force",)))
    >>> said.names, said.last("--out"), said.last("--csv"), sorted(said.switches)
    (('A',), 'x', 'y', ['--force'])
    """
    names: list[str] = []
    choices: list[str] = []
    switches: set[str] = set()
    mistakes: list[Mistake] = []
    values: dict[str, list[str]] = {}
    queue = [word for word in settle_language(words) if not word.startswith(LANG_KEY)]
    while queue:
        word = queue.pop(0)
        key, equals, value = word.partition("=")
        option = _find_option(key, bool(equals), grammar)
        if option:
            given = value if equals else _take_value(queue)
            if not given:
                mistakes.append(Mistake(word, option, (), blank=True))
            elif option in grammar.spelled:
                choices.append(f"{option.removeprefix(DASHES)}={given}")
            else:
                values.setdefault(option, []).append(given)
        elif word in grammar.switches:
            switches.add(word)
        elif word.startswith("-"):
            mistakes.append(Mistake(word, key, _find_nearest(key, grammar), blank=False))
        elif equals and any(word.startswith(start) for start in grammar.choices):
            choices.append(word)
        elif equals and KEY.fullmatch(key) and not _is_place(word):
            mistakes.append(Mistake(word, key, _find_nearest(key, grammar), blank=False))
        else:
            names.append(word)
    kept = {option: tuple(said) for option, said in values.items()}
    return Words(tuple(names), kept, frozenset(switches), tuple(choices), tuple(mistakes))


def take_one_run(said: Words, command: str, kind: str, problems: list[Problem]) -> Path:
    """The folder of the one run that a command is about, the empty path where there are none or several.

    Args:
        said: its words.
        command: as messages name it.
        kind: how the key of its message begins: `KIND_how_many`.
        problems: what is wrong is added here.
    """
    if len(said.names) != 1:
        problems.append(Problem(f"{kind}_how_many", command, fields={"count": len(said.names)}))
        return Path()
    return Path(said.names[0]).expanduser()


def settle_language(words: Iterable[str]) -> list[str]:
    """The words with the language as `lang=en`, however it was said.

    >>> settle_language(["plan", "--lang", "en", "--lang=sv"])
    ['plan', 'lang=en', 'lang=sv']
    """
    settled: list[str] = []
    queue = iter(words)
    for word in queue:
        if word == LANG:
            settled.append(LANG_KEY + next(queue, ""))
        else:
            settled.append(word.removeprefix(DASHES) if word.startswith(DASHES + LANG_KEY) else word)
    return settled


def _find_option(key: str, equals: bool, grammar: Grammar) -> str:
    """The option with a value that a word is: `--out`, `--out=...` or `out=...`; blank where it is none."""
    if key in (*grammar.valued, *grammar.spelled):
        return key
    return DASHES + key if equals and DASHES + key in grammar.valued else ""


def _take_value(queue: list[str]) -> str:
    """The next word where it may be a value: one that begins as an option does is none, and stays."""
    return queue.pop(0) if queue and not queue[0].startswith(DASHES) else ""


def _is_place(word: str) -> bool:
    """Whether a word with an equals sign is a file or a folder, or something inside of one."""
    return Path(word).exists() or Path(word.partition(INSIDE)[0]).exists()


def _find_nearest(key: str, grammar: Grammar) -> tuple[str, ...]:
    long = [option for option in grammar.options if option.startswith(DASHES)]
    return tuple(find_alike(DASHES + key.removeprefix(DASHES), long, grammar.nearest))
