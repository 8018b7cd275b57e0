"""Circumstances under which a plan is tried: ready ones in `conf/stress/`, and what may be said in such a file.

    settings   key of a setting, or several tied by `+`, to a number or a range: `adjust.price.diesel+adjust.price.hvo`
    share      of what is built: scope to a number or a range
    late       years by which it begins later: scope to a number or a range
    fails      probability that a measure is not built at all: scope to a number
    together   groups of what is drawn: name to {keys: [settings.a, share.all], rank: 0.8}, rank correlations
    refused    probability that a grant is refused: grant or `all` to a number

A scope is `all`, `each` (a number for each measure by itself), `actor.NAME`, `programme.NAME` or a measure. Ranges are
those of sweeps (docs/sweeps.md). The folder of a follow-up (`fardplan follow`) is a circumstance, too: what each owner
carried out so far is what is built of what is left.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import conf
from scenarios.errors import CaseError, Problem

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


def list_ready() -> list[str]:
    """Names of the ready circumstances."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def choose_default(case: str) -> str:
    """The circumstance that is tried where none is named: that of the case, else the one for any case."""
    return case if case in list_ready() else DEFAULT


def read_circumstance(name: str) -> Circumstance:
    """A ready circumstance, what a follow-up found, or several joined by `+`: what they say holds together.

    Raises:
        CaseError: there is none of a name, or two of them say something of the same key.
    """
    names = name.split(TIED)
    ready = list_ready()
    problems = [
        Problem("stress_none", f"--with {name}", fields={"name": one, "nearest": _find_nearest(one, ready)})
        for one in names
        if one not in ready and not (Path(one) / FOLLOWED).is_file()
    ]
    if problems:
        raise CaseError(problems)
    return join_circumstances([_read_file(one) for one in names])


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


def _read_file(name: str) -> Circumstance:
    from omegaconf import OmegaConf

    followed = Path(name) / FOLLOWED
    if followed.is_file():
        content: Any = json.loads(followed.read_text(encoding="utf-8"))[REALISED]
    else:
        content = OmegaConf.to_container(OmegaConf.load(FOLDER / f"{name}.yaml"))
    titles = {lang: str(content[lang]) for lang in ("sv", "en")}
    return Circumstance(name, titles, str(content.get("source", "")), {part: content.get(part, {}) for part in PARTS})


def _find_nearest(name: str, ready: Sequence[str]) -> str:
    return ", ".join(get_close_matches(name, ready, n=NAMES_SHOWN, cutoff=0.0))
