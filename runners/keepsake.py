"""How is what a command found kept? One folder: tables, figures, JSON, and a manifest with the digests of all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runners.atomic_write import check_place, claim_folder, put_folder
from runners.results.facts import plain_facts
from runners.results.folder import TABLES_FOLDER
from runners.results.manifest import FILES, KIND, MANIFEST, PROGRAM, seal_manifest
from runners.results.result import write_texts

if TYPE_CHECKING:
    import pandas as pd

RUNS = Path("runs")
FIGURES_FOLDER = "figures"
DIGEST_LENGTH = 8


@dataclass(frozen=True)
class Answer:
    """What a command found: its kind, JSON, tables by file name, how to draw it, and what the manifest says of it.

    `draw` puts figures into the folder it is given. `made` is the kind whose tables the catalog of results declares,
    where that is another one: the three curves are of one kind.
    """

    kind: str
    content: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    draw: Callable[[Path], object]
    origin: Mapping[str, Any]
    made: str = ""


def choose_place(out: str | Path | None, attrs: Mapping[str, Any], started: datetime, kind: str = "") -> Path:
    """The place that was asked for; without one a new folder under `runs/`, named by case, kind, time and digest.

    The new folder is made at once, so that a command that began in the same second gets another.

    Args:
        out: the place asked for, or None.
        attrs: `case` and `digest` of the scenario.
        started: when the command began.
        kind: of the answer; a plan has none.
    """
    if out is not None:
        return Path(out)
    parts = (attrs["case"], kind, f"{started:%Y%m%d-%H%M%S}", str(attrs["digest"])[:DIGEST_LENGTH])
    return claim_folder(RUNS / "-".join(part for part in parts if part))


def keep_answer(answer: Answer, place: Path, started: datetime, force: bool = False) -> Path:
    """Write the folder of an answer, aside and then into place; gives the place. `force`: over an earlier run, too.

    Raises:
        CaseError: the place is taken by something else, or cannot be written. Then nothing is left behind.
        UndeclaredColumn: a table has other columns than the catalog declares.
    """
    manifest = {KIND: answer.kind, "started": started.isoformat(timespec="seconds"), **answer.origin}
    with keep_folder(place, write_texts(answer.made or answer.kind, answer.tables), manifest, force) as folder:
        answer.draw(folder / FIGURES_FOLDER)
        write_json(folder / f"{answer.kind}.json", answer.content)
    return place


@contextmanager
def keep_folder(
    place: Path, texts: Mapping[str, bytes], manifest: Mapping[str, Any], force: bool = False
) -> Iterator[Path]:
    """A folder with tables and an empty folder for figures; in place, with its manifest, when all else is in it.

    Args:
        place: of the folder.
        texts: of the tables by file name, as `write_texts` gives them; more may be written while it is open.
        manifest: what it says beside the program and the digests of all files.
        force: whether an earlier run is replaced.

    Raises:
        CaseError: the place is taken by something else, or cannot be written. Then nothing is left behind.
    """
    with _release_claim(place), put_folder(place, partial(check_place, force=force)) as folder:
        (folder / TABLES_FOLDER).mkdir()
        write_tables(folder, texts)
        (folder / FIGURES_FOLDER).mkdir()
        yield folder
        whole = plain_facts({"program": PROGRAM, **manifest, FILES: digest_files(folder)})
        write_json(folder / MANIFEST, seal_manifest(whole))


def write_tables(folder: Path, texts: Mapping[str, bytes]) -> None:
    """Write texts of tables into a folder that `keep_folder` opened."""
    for name, text in texts.items():
        (folder / TABLES_FOLDER / f"{name}.csv").write_bytes(text)


@contextmanager
def _release_claim(place: Path) -> Iterator[None]:
    """Leave no empty folder under `runs/`, nor that, where what was to stand in it could not be written."""
    try:
        yield
    except BaseException:
        if place.parent == RUNS:
            for empty in (place, RUNS):
                with suppress(OSError):
                    empty.rmdir()
        raise


def digest_files(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file in a folder, by its path there, so that an edit is seen later."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write content as JSON; what is no number becomes null."""
    text = json.dumps(plain_facts(content), ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
