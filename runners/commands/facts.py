"""`fardplan facts import FILE... --out FILE.csv`: figures of municipalities from downloaded tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from conf.words import LANGUAGES, say
from runners.command_words import Grammar, Mistake, sort_words
from runners.exit_codes import DONE
from scenarios.errors import CaseError, Problem

COMMAND, IMPORT = "fardplan facts", "import"
OUT, FORCE = "--out", "--force"
WORDS = ("quantity", "unit", "municipality", "year", "source", "confidence")


def run_facts(words: Sequence[str], lang: str = LANGUAGES[0], now: datetime | None = None) -> int:
    """Read tables and write what they say of municipalities; gives the exit code.

    Raises:
        CaseError: words, a table or a place that cannot be used; nothing is written then (exit code 2).
    """
    said = sort_words(words, Grammar((OUT,), (FORCE,), ("",)))
    problems = said.explain(_tell_mistake)
    given = dict(word.split("=", 1) for word in said.choices)
    if said.names[:1] != (IMPORT,):
        problems.append(Problem("facts_what", COMMAND, fields={"found": " ".join(said.names)}))
    elif len(said.names) == 1:
        problems.append(Problem("facts_file_none", COMMAND))
    if said.last(OUT) is None:
        problems.append(Problem("facts_out_missing", COMMAND))
    for name in given:
        if name not in WORDS:
            problems.append(Problem("facts_word", COMMAND, fields={"found": name, "allowed": ", ".join(WORDS)}))
    if problems:
        raise CaseError(problems)
    from runners.atomic_write import find_obstacle
    from runners.exchange.facts_table import Given, check_given, read_facts_table
    from scenarios.recipes.own_facts import write_own_facts

    out = Path(str(said.last(OUT))).expanduser()
    obstacle = find_obstacle(out, FORCE in said.switches)
    if obstacle is not None:
        raise CaseError([obstacle])
    today = (now or datetime.now().astimezone()).year
    about = Given(**given)
    if problems := check_given(about, today):
        raise CaseError(problems)
    taken = [read_facts_table(Path(name).expanduser(), about, today) for name in said.names[1:]]
    facts = {(one.municipality, one.quantity, one.year): one for own in taken for one in own.facts}
    write_own_facts(out, list(facts.values()))
    kinds = ", ".join(dict.fromkeys(one.quantity for one in facts.values()))
    places = len({one.municipality for one in facts.values()})
    print(say("facts_done", lang, count=len(facts), places=places, kinds=kinds, place=out))
    passed, empty = (sum(getattr(own, name) for own in taken) for name in ("passed", "empty"))
    if passed or empty:
        print(say("facts_passed", lang, passed=passed, empty=empty))
    print(say("facts_next", lang, place=out), flush=True)
    return DONE


def _tell_mistake(mistake: Mistake) -> Problem:
    if mistake.blank:
        return Problem("exchange_option_blank", COMMAND, fields={"option": mistake.option})
    return Problem("facts_word", COMMAND, fields={"found": mistake.word, "allowed": ", ".join((*WORDS, OUT, FORCE))})
