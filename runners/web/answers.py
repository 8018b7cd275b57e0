"""What was found about a case beside its plans: curves, reasons, stress and the like, under the served `runs/`."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from runners.analyses.comparison.compared_plans import ASKED
from runners.keepsake import RUNS
from runners.results.manifest import FILES, KIND, MANIFEST, PLAN
from runners.results.result import CURVE, name_content
from runners.sweep_store.disk import read_json
from runners.web.cases import NAME
from runners.web.plans import find_run

SOLVER = "solver"
MOST_HEADS = 4096
"""Manifests remembered."""


@dataclass(frozen=True)
class WebAnswer:
    """An answer: its name in addresses, its folder, what it is, when it was begun, and of which plan it is.

    `digest` is that of the scenario, `question` that of what was asked about which tables: a curve sets targets aside,
    and its scenario is another than that of the plan with the same question. `plans` are the folders of the runs that
    it is of, by their names, where it says.
    """

    name: str
    folder: Path
    kind: str
    case: str
    started: str
    digest: str
    question: str = ""
    plans: tuple[str, ...] = ()


def list_answers(folder: Path, case: str, kinds: Collection[str]) -> list[WebAnswer]:
    """The answers of some kinds about a case, the newest first."""
    place = folder / RUNS
    found = (_read_answer(folder, each) for each in (place.iterdir() if place.is_dir() else ()))
    mine = [answer for answer in found if answer is not None and answer.kind in kinds and answer.case == case]
    return sorted(mine, key=lambda answer: answer.started, reverse=True)


@dataclass(frozen=True)
class About:
    """What a plan is of: the digest of its scenario, and that of what was asked about which tables."""

    digest: str
    question: str

    def covers(self, answer: WebAnswer) -> bool:
        """Whether an answer is of the same."""
        return answer.digest == self.digest or (bool(self.question) and answer.question == self.question)


def read_about(place: Path) -> About:
    """What the plan of a run folder is of."""
    manifest = read_json(place / MANIFEST)
    return About(str(manifest.get("digest", "")), digest_question(manifest))


def digest_question(manifest: Mapping[str, Any]) -> str:
    """A digest of the tables and of the choices about them, however they were solved; blank where they are not told."""
    inputs, config = manifest.get("inputs"), manifest.get("config")
    if not isinstance(inputs, dict) or not isinstance(config, dict):
        return ""
    asked = {key: config.get(key) for key in ASKED if key != SOLVER}
    return sha256(json.dumps([inputs, asked], sort_keys=True, default=str).encode()).hexdigest()


def choose_answer(answers: list[WebAnswer], asked: str, about: About) -> WebAnswer | None:
    """The answer asked for; else the newest of a plan's question, else the newest."""
    named = next((answer for answer in answers if answer.name == asked), None)
    own = next((answer for answer in answers if about.covers(answer)), None)
    return named or own or next(iter(answers), None)


def sign_folder(place: Path) -> tuple[tuple[str, int, int], ...]:
    """Sizes and times of the files that a manifest names: what was read of a folder holds as long as they do."""
    manifest = read_json(place / MANIFEST)
    files = manifest.get(FILES)
    return tuple(_stamp(place, name) for name in (MANIFEST, *(files if isinstance(files, dict) else ())))


def _stamp(place: Path, name: str) -> tuple[str, int, int]:
    try:
        told = (place / name).stat()
    except OSError:
        return name, 0, 0
    return name, told.st_mtime_ns, told.st_size


def _read_answer(folder: Path, place: Path) -> WebAnswer | None:
    if not NAME.fullmatch(place.name) or place.is_symlink():
        return None
    try:
        stamp = (place / MANIFEST).stat().st_mtime_ns
    except OSError:
        return None
    return _read_head(folder, place, stamp)


@lru_cache(MOST_HEADS)
def _read_head(folder: Path, place: Path, _stamp: int) -> WebAnswer | None:
    manifest = read_json(place / MANIFEST)
    run = find_run(folder, place.name)
    if run is None:
        return None
    digest = str(manifest.get("digest", ""))
    kind, plans = _find_kind(place, str(manifest.get(KIND, PLAN))), tuple(_list_plans(manifest))
    started, question = str(manifest.get("started", "")), digest_question(manifest)
    return WebAnswer(place.name, place, kind, run.case, started, digest, question, plans)


def _find_kind(place: Path, kind: str) -> str:
    """What a folder holds; of a curve which of the three it is."""
    return str(read_json(place / name_content(CURVE)).get(KIND, kind)) if kind == CURVE else kind


def _list_plans(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Names of the run folders that an answer was made of: those compared, or the one that was tried or followed."""
    plans = manifest.get("plans")
    if isinstance(plans, dict):
        yield from (Path(str(word)).name for word in plans.values())
