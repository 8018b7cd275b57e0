"""Which runs are served: those of the folder's index, each with the case that it is of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runners.keepsake import RUNS
from runners.results.manifest import MANIFEST
from runners.run_index import Catalogue, Run
from runners.sweep_store.disk import read_json
from runners.web.cases import NAME, WebCase, list_cases


@dataclass(frozen=True)
class WebRun:
    """A run: its name in addresses, its folder, the name of its case, and what the index says of it."""

    name: str
    folder: Path
    case: str
    indexed: Run | None = None


def list_runs(folder: Path, case: str | None = None) -> list[WebRun]:
    """The plans and sweeps under a folder's `runs/`, the newest first; of one case where it is named."""
    cases = list_cases(folder)
    found = (
        _join(folder, run, cases) for run in Catalogue(folder / RUNS).list_runs() if run.place.parent == folder / RUNS
    )
    return [run for run in found if run is not None and case in (None, run.case)]


def find_run(folder: Path, name: str) -> WebRun | None:
    """The run of a name, of any kind: also what is no plan and no sweep; None where there is none."""
    place = folder / RUNS / name
    if not NAME.fullmatch(name) or place.is_symlink() or not (place / MANIFEST).is_file():
        return None
    case = _find_case(folder, read_json(place / MANIFEST), list_cases(folder))
    return None if case is None else WebRun(name, place, case)


def _join(folder: Path, run: Run, cases: list[WebCase]) -> WebRun | None:
    case = _find_case(folder, read_json(run.place / MANIFEST), cases)
    return None if case is None else WebRun(run.place.name, run.place, case, run)


def _find_case(folder: Path, manifest: Mapping[str, Any], cases: list[WebCase]) -> str | None:
    """The served case that a manifest is of: the one whose folder it names, else the one of its name."""
    named = next(_list_folders(manifest), "")
    if named:
        place = (folder / named).resolve()
        return next((case.name for case in cases if case.folder.resolve() == place), None)
    name = str(manifest.get("case", ""))
    return next((case.name for case in cases if case.name == name), None)


def _list_folders(manifest: Mapping[str, Any]) -> Iterator[str]:
    config = manifest.get("config")
    about = config.get("case") if isinstance(config, dict) else None
    path = about.get("path") if isinstance(about, dict) else None
    if isinstance(path, str):
        yield path
