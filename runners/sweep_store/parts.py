"""Where the rows of a sweep lie: in chunks, or in compacted files by group of rows; and which of them count.

A part is what one chunk held, and its rows of every table lie side by side: in files of one name, or in groups of one
number. A scenario that was solved twice counts once: the first part in which it did not crash is the one whose rows
are read. Chunks come after compacted parts, so a compaction that was cut off changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from runners.sweep_store.results import FATE, ID, LONG, SCENARIO, SCENARIOS, STATUS, UNFINISHED, ChunkResult

CHUNKS, RESULTS, DESIGN = "chunks", "results", "design"
SUFFIX = ".parquet"
TABLES = (*LONG, SCENARIOS)
"""Every table, the one whose file is the commit mark last."""


@dataclass(frozen=True)
class Part:
    """The rows of one chunk: a file per table, and which group of rows in it; None: all of them."""

    files: Mapping[str, Path]
    group: int | None = None

    def read(self, table: str, columns: list[str] | None = None) -> pa.Table:
        """The rows of a table, all those of the part."""
        with pq.ParquetFile(self.files[table]) as file:
            return file.read(columns) if self.group is None else file.read_row_group(self.group, columns)


@dataclass(frozen=True)
class Share:
    """The scenarios that count from one part."""

    part: Part
    ids: frozenset[str]
    whole: bool
    """Whether these are all that the part holds."""

    def read(self, table: str, columns: list[str] | None = None) -> pa.Table:
        """The rows of a table that count."""
        if columns is not None and ID not in columns:
            columns = [ID, *columns]
        rows = self.part.read(table, columns)
        return rows if self.whole else keep_rows(rows, self.ids)


def place_chunk(place: Path, table: str, stem: str) -> Path:
    """The file of a chunk's table."""
    return place / CHUNKS / table / f"{stem}{SUFFIX}"


def place_table(place: Path, table: str) -> Path:
    """The compacted file of a table."""
    return place / f"{RESULTS if table == SCENARIOS else table}{SUFFIX}"


def list_chunks(place: Path) -> list[Part]:
    """Chunks whose mark and tables are all there, by name."""
    stems = sorted(path.stem for path in (place / CHUNKS / SCENARIOS).glob(f"[!.]*{SUFFIX}"))
    parts = [Part({table: place_chunk(place, table, stem) for table in TABLES}) for stem in stems]
    return [part for part in parts if all(path.exists() for path in part.files.values())]


def list_compacted(place: Path) -> list[Part]:
    """The groups of the compacted files; none where a compaction never ended."""
    files = {table: place_table(place, table) for table in TABLES}
    if not all(path.exists() for path in files.values()):
        return []
    return [Part(files, group) for group in range(pq.read_metadata(files[SCENARIOS]).num_row_groups)]


def choose_shares(place: Path) -> list[Share]:
    """Every part of a sweep with the scenarios that count from it, compacted groups first and in their order."""
    chunks = list_chunks(place)
    parts, found = [*list_compacted(place), *chunks], []
    owners: dict[str, tuple[int, bool]] = {}
    for number, part in enumerate(parts):
        try:
            marks = part.read(SCENARIOS, [ID, STATUS])
        except FileNotFoundError:  # compacted and removed in this very moment
            return choose_shares(place)
        except (OSError, pa.ArrowInvalid):  # cut off by a power failure: as if it had never been written
            marks = pa.table({ID: pa.array([], pa.string()), STATUS: pa.array([], pa.string())})
        names, crashed = marks.column(ID).to_pylist(), pc.is_in(marks.column(STATUS), pa.array(UNFINISHED)).to_pylist()
        found.append(names)
        for name, fell in zip(names, crashed, strict=True):
            if name not in owners or (owners[name][1] and not fell):
                owners[name] = number, fell
    chosen = [frozenset(name for name in names if owners[name][0] == number) for number, names in enumerate(found)]
    shares = zip(parts, found, chosen, strict=True)
    return [
        Share(part, ids, 0 < len(ids) == len(names)) for part, names, ids in shares if ids or part.group is not None
    ]


def keep_rows(rows: pa.Table, ids: Iterable[str]) -> pa.Table:
    """The rows with one of these ids."""
    return rows.filter(pc.is_in(rows.column(ID), pa.array(ids, pa.string())))


def copy_finished(place: Path, wanted: pa.Table) -> Iterator[ChunkResult]:
    """The results of scenarios that another sweep has finished, as chunks of this one; one part of it at a time.

    What did not finish there, crashed or has gone since is left out: who asks solves what it did not get.

    Args:
        place: of the other sweep.
        wanted: rows of this sweep's design: scenario, id and a column per key.
    """
    asked = set(wanted.column(ID).to_pylist())
    for share in choose_shares(place):
        ids = asked & share.ids
        if ids:
            tables = {table: keep_rows(share.part.read(table), ids) for table in TABLES}
            tables[SCENARIOS] = _rename_scenarios(tables[SCENARIOS], wanted)
            left = frozenset(tables[SCENARIOS].column(ID).to_pylist())
            yield ChunkResult({table: keep_rows(rows, left) for table, rows in tables.items()})


def _rename_scenarios(rows: pa.Table, wanted: pa.Table) -> pa.Table:
    """Rows of `scenarios` under the numbers and keys of another design, crashed ones left out."""
    rows = rows.filter(pc.invert(pc.is_in(rows.column(STATUS), pa.array(UNFINISHED))))
    first = {name: place for place, name in reversed(list(enumerate(wanted.column(ID).to_pylist())))}
    heads = wanted.take(pa.array([first[name] for name in rows.column(ID).to_pylist()], pa.int64()))
    columns = {name: heads.column(name) for name in (SCENARIO, *(n for n in wanted.column_names if n != SCENARIO))}
    return pa.table({**columns, **{name: rows.column(name) for name in FATE}})
