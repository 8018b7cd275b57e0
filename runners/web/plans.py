"""Which runs are served: those of the folder's index, each with the case that it is of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

from runners.found_once import Kept
from runners.keepsake import RUNS
from runners.results.manifest import MANIFEST
from runners.run_index import Catalogue, Run, stamp_runs
from runners.sweep_store.disk import read_json
from runners.web.cases import NAME, WebCase, list_cases

MOST_FOLDERS = 8
"""Folders of which is kept which runs are in them: a server has one."""
KEPT = 10_000
"""Manifests of which is remembered of which case they are."""


@dataclass(frozen=True)
class WebRun:
    """A run: its name in addresses, its folder, the name of its case, and what the index says of it."""

    name: str
    folder: Path
    case: str
    indexed: Run | None = None


_runs: Kept[tuple[WebRun, ...]] = Kept(MOST_FOLDERS)


def list_runs(folder: Path, case: str | None = None) -> list[WebRun]:
    """The plans and sweeps under a folder's `runs/`, the newest first; of one case where it is named."""
    cases = list_cases(folder)
    stamp = (tuple(cases), stamp_runs(folder / RUNS))
    return [run for run in _runs.find(folder, stamp, partial(_list_runs, folder, cases)) if case in (None, run.case)]


def find_run(folder: Path, name: str) -> WebRun | None:
    """The run of a name, of any kind: also what is no plan and no sweep; None where there is none."""
    place = folder / RUNS / name
    if not NAME.fullmatch(name) or place.is_symlink() or not (place / MANIFEST).is_file():
        return None
    case = _find_case(folder, _read_manifest(place), list_cases(folder))
    return None if case is None else WebRun(name, place, case)


def _list_runs(folder: Path, cases: list[WebCase]) -> tuple[WebRun, ...]:
    place = folder / RUNS
    found = (_join(folder, run, cases) for run in Catalogue(place).list_runs() if run.place.parent == place)
    return tuple(run for run in found if run is not None)


def _join(folder: Path, run: Run, cases: list[WebCase]) -> WebRun | None:
    case = _find_case(folder, _read_manifest(run.place), cases)
    return None if case is None else WebRun(run.place.name, run.place, case, run)


def _find_case(folder: Path, said: tuple[str, str], cases: list[WebCase]) -> str | None:
    """The served case that a manifest is of: the one whose folder it names, else the one of its name."""
    named, name = said
    if named:
        place = (folder / named).resolve()
        return next((case.name for case in cases if case.folder.resolve() == place), None)
    return next((case.name for case in cases if case.name == name), None)


def _read_manifest(place: Path) -> tuple[str, str]:
    """The folder and the name of the case that a run says it is of."""
    try:
        return _read_kept(place / MANIFEST, (place / MANIFEST).stat().st_mtime_ns)
    except OSError:  # it was removed just now
        return "", ""


@lru_cache(maxsize=KEPT)
def _read_kept(path: Path, _stamp: int) -> tuple[str, str]:
    manifest = read_json(path)
    config = manifest.get("config")
    about = config.get("case") if isinstance(config, dict) else None
    folder = about.get("path") if isinstance(about, dict) else None
    return folder if isinstance(folder, str) else "", str(manifest.get("case", ""))
