"""Circumstances under which a plan is tried: ready ones in `conf/stress/`, and what may be said in such a file.

    settings   key of a setting, or several tied by `+`, to a number or a range: `adjust.price.diesel+adjust.price.hvo`
    share      of what is built: scope to a number or a range
    late       years by which it begins later: scope to a number or a range
    fails      probability that a measure is not built at all: scope to a number
    together   groups of what is drawn: name to {keys: [settings.a, share.all], rank: 0.8}, rank correlations
    refused    probability that a grant is refused: grant or `all` to a number

A scope is `all`, `each` (a number for each measure by itself), `actor.NAME`, `programme.NAME` or a measure. Ranges are
those of sweeps (docs/sweeps.md). Anyone's own circumstance is a file of these parts, `--with FILE.yaml`. The folder of
a follow-up (`fardplan follow`) is a circumstance, too: what each owner carried out so far is what is built of what is
left.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any

import conf
from conf.words import LANGUAGES
from scenarios.errors import CaseError, Problem
from scenarios.naming import offer_words

FOLDER = Path(conf.__file__).parent / "stress"
FOLLOWED, REALISED = "follow.json", "realised"
"""The JSON of a follow-up, and what in it is a circumstance."""
SETTINGS, SHARE, LATE, FAILS, REFUSED, TOGETHER = PARTS = (
    "settings",
    "share",
    "late",
    "fails",
    "refused",
    "together",
)
TIED = "+"
"""Joins keys that take one number together, and names of circumstances that hold together."""
DEFAULT = "uncertain"
NAMES_SHOWN = 5

Said = Mapping[str, Any]


@dataclass(frozen=True)
class Circumstance:
    """What differs: by part, scope or key to what was said of it. `titles` by language, `source` where it has one."""

    name: str
    titles: Mapping[str, str]
    source: str = ""
    parts: Mapping[str, Said] = field(default_factory=dict)

    @property
    def drawn(self) -> bool:
        """Whether anything in it is uncertain, if the case has what it names."""
        said = ((part, value) for part, values in self.parts.items() for value in values.values())
        return any(isinstance(value, Mapping) or (part in (FAILS, REFUSED) and 0 < value < 1) for part, value in said)


def list_ready() -> list[str]:
    """Names of the ready circumstances."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def choose_default(case: str) -> str:
    """The circumstance that is tried where none is named: that of the case, else the one for any case."""
    return case if case in list_ready() else DEFAULT


def read_circumstance(name: str) -> Circumstance:
    """A ready circumstance, one's own file, what a follow-up found, or several joined by `+` that hold together.

    Raises:
        CaseError: there is none of a name, a file says what cannot be said, or two of them say something of the same
            key.
    """
    names = [name] if Path(name).is_file() else name.split(TIED)
    ready = list_ready()
    problems = [
        Problem("stress_none", f"--with {name}", fields={"name": one, "nearest": offer_words(ready, one, NAMES_SHOWN)})
        for one in names
        if one not in ready and not (Path(one) / FOLLOWED).is_file() and not Path(one).is_file()
    ]
    if problems:
        raise CaseError(problems)
    return join_circumstances([_read_one(one, ready) for one in names])


def join_circumstances(found: Sequence[Circumstance]) -> Circumstance:
    """Several circumstances that hold at the same time."""
    parts: dict[str, dict[str, Any]] = {part: {} for part in PARTS}
    problems = []
    for one in found:
        for part, said in one.parts.items():
            for key, value in said.items():
                if key in parts[part]:
                    name = TIED.join(other.name for other in found)
                    problems.append(Problem("stress_twice", f"--with {name}", fields={"key": f"{part}.{key}"}))
                parts[part][key] = value
    if problems:
        raise CaseError(problems)
    titles = {lang: "; ".join(one.titles[lang] for one in found) for lang in found[0].titles}
    source = " ".join(one.source for one in found if one.source)
    return Circumstance(TIED.join(one.name for one in found), titles, source, parts)


def _read_one(name: str, ready: Sequence[str]) -> Circumstance:
    followed, own = Path(name) / FOLLOWED, Path(name)
    if followed.is_file():
        content: Any = json.loads(followed.read_text(encoding="utf-8"))[REALISED]
    else:
        path = FOLDER / f"{name}.yaml" if name in ready else own
        content = read_own(path)
    titles = {lang: str(content.get(lang, own.stem)) for lang in LANGUAGES}
    parts = {part: content.get(part) or {} for part in PARTS}
    return Circumstance(name, titles, str(content.get("source", "")), parts)


def read_own(path: Path) -> Mapping[str, Any]:
    """The content of a circumstance's file.

    Raises:
        CaseError: it is no such file, or parts and numbers of it are none; all that is wrong with it together.
    """
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException
    from yaml import YAMLError

    try:
        content: Any = OmegaConf.to_container(OmegaConf.create(path.read_text(encoding="utf-8")))
    except (YAMLError, OmegaConfBaseException, UnicodeError) as error:
        reason = " ".join(str(error).split())
        raise CaseError([Problem("stress_file_unread", str(path), fields={"reason": reason})]) from error
    if not isinstance(content, Mapping):
        raise CaseError([Problem("stress_file_unread", str(path), fields={"reason": type(content).__name__})])
    known = (*PARTS, *LANGUAGES, "source")
    problems = [
        Problem("stress_file_part", str(path), fields={"part": str(part), "names": ", ".join(known)})
        for part in content
        if part not in known
    ]
    for part in PARTS:
        said = content.get(part) or {}
        if not isinstance(said, Mapping):
            problems.append(Problem("stress_file_number", f"{path}: {part}", fields={"value": str(said)}))
            continue
        for key, value in said.items():
            if not _is_number(value) and not (isinstance(value, Mapping) and part not in (FAILS, REFUSED)):
                problems.append(Problem("stress_file_number", f"{path}: {part}.{key}", fields={"value": str(value)}))
    if problems:
        raise CaseError(problems)
    return {str(part): said for part, said in content.items()}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
