"""What is kept of a sweep, and how it is read: a folder of chunks that a crash cannot spoil, compacted at the end."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from runners.results.folder import digest_file
from runners.results.manifest import KIND, MANIFEST, PROGRAM, SWEEP, seal_manifest
from runners.sweep_store.changes import compare_manifests
from runners.sweep_store.disk import ASIDE, put_file, put_json, read_json, remove_aside, tell_of_disk
from runners.sweep_store.lock import LOCK, FolderLock
from runners.sweep_store.parts import (
    CHUNKS,
    DESIGN,
    SUFFIX,
    TABLES,
    Part,
    choose_shares,
    list_chunks,
    place_chunk,
    place_table,
)
from runners.sweep_store.results import (
    ID,
    SCENARIO,
    SCENARIOS,
    STATUS,
    TEXT,
    UNFINISHED,
    WHOLE,
    ChunkResult,
    list_schemas,
)
from scenarios.errors import CaseError, Problem

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

STEM_DIGITS = 8


class SweepStore:
    """The folder of a sweep, open for writing.

    The driver opens it with `create` and holds its lock; its workers `join` it and only write chunks.
    """

    def __init__(self, place: Path, lock: FolderLock | None = None) -> None:
        self.place = place
        self._lock = lock

    @classmethod
    def create(cls, place: Path, manifest: Mapping[str, Any], design: pa.Table) -> SweepStore:
        """A new sweep in a folder, or the same one again, to go on with.

        Args:
            place: a folder that is empty, not there yet, or holds this sweep.
            manifest: what the sweep is made of: version, started, case, digest (of the base), inputs (file to digest),
                keys, levels, source (of the design), options; `program`, `kind` and `design` (its digest) are added.
            design: scenario, id and one column per key.

        Raises:
            CaseError: somebody writes there now, something else stands there, it is a sweep of something else (with
                every difference), or the disk does not take it.
        """
        whole = {"program": PROGRAM, KIND: SWEEP, **manifest, DESIGN: digest_design(design)}
        with ExitStack() as undo:
            with tell_of_disk(place):
                _check_free(place)
                place.mkdir(parents=True, exist_ok=True)
                lock = FolderLock.take(place)
                undo.callback(lock.release)
                _clean(place)
                if _is_sweep(place):
                    compare_manifests(place, read_json(place / MANIFEST), whole)
                else:
                    _begin(place, whole, design)
            undo.pop_all()
        return cls(place, lock)

    @classmethod
    def join(cls, place: Path) -> SweepStore:
        """A sweep that another process created, to write chunks into."""
        return cls(place)

    def finished(self) -> set[str]:
        """Ids that are kept, whatever their status but crashed."""
        ids: set[str] = set()
        for share in choose_shares(self.place):
            marks = share.read(SCENARIOS, [ID, STATUS])
            ids.update(
                marks.filter(pc.invert(pc.is_in(marks.column(STATUS), pa.array(UNFINISHED)))).column(ID).to_pylist()
            )
        return ids

    def write_chunk(self, name: str, result: ChunkResult) -> None:
        """Keep a chunk: all of it or, after a crash, nothing. The same scenarios once more take the place of the first.

        Raises:
            Unwritable: the disk did not take it; everything kept before is untouched.
        """
        if len(set(result.ids)) < len(result.ids):
            raise ValueError(f"chunk {name!r} has the results of one scenario twice")
        stem = f"{name}-{_digest_ids(result.ids)[:STEM_DIGITS]}"
        with tell_of_disk(self.place):
            for table in TABLES:
                path = place_chunk(self.place, table, stem)
                rows = result.tables[table]
                path.parent.mkdir(parents=True, exist_ok=True)
                put_file(path, partial(_write_rows, rows))

    def compact(self) -> Path:
        """Put all chunks into one file per table, every scenario once, and remove them; give the file of results.

        The manifest has the digests of these files, so that an edit is seen later.
        A part at a time is in memory. Cut off at any point, or done again, nothing is lost and nothing stands twice.

        Raises:
            Unwritable: the disk did not take it; the chunks are as they were.
        """
        results = place_table(self.place, SCENARIOS)
        with tell_of_disk(self.place):
            merged = list_chunks(self.place)
            if merged or not results.exists():
                shares = choose_shares(self.place)
                schemas = list_schemas(_type_keys(self.place))
                for table in TABLES:
                    tables = (share.read(table) for share in shares)
                    put_file(place_table(self.place, table), partial(_stream_rows, schemas[table], tables))
            _remove_chunks(self.place, merged)
        paths = [place_table(self.place, table) for table in TABLES]
        self.update(files={path.name: digest_file(path) for path in paths})
        return results

    def update(self, **fields: Any) -> None:
        """Write fields of the manifest anew, such as `ended` and `counts`."""
        with tell_of_disk(self.place):
            put_json(self.place / MANIFEST, seal_manifest({**read_json(self.place / MANIFEST), **fields}))

    def discard(self) -> None:
        """Remove a folder in which nothing was finished, as if it had never been begun."""
        if not self.finished():
            shutil.rmtree(self.place, ignore_errors=True)

    def close(self) -> None:
        """Give the lock back."""
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> SweepStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True)
class Sweep:
    """What a sweep's folder holds, finished or not."""

    place: Path
    manifest: Mapping[str, Any]

    @cached_property
    def scenarios(self) -> pd.DataFrame:
        """A row per scenario of the design that has an end, in the design's order; equal inputs share their results."""
        design = self.design
        kept = self.table(SCENARIOS).drop(columns=[name for name in design.columns if name != ID])
        return design.merge(kept, on=ID, how="inner").sort_values(SCENARIO, ignore_index=True)

    @cached_property
    def design(self) -> pd.DataFrame:
        """All scenarios that there are to solve: scenario, id, a column per key."""
        design: pd.DataFrame = pq.read_table(self.place / f"{DESIGN}{SUFFIX}").to_pandas()
        return design

    def table(self, name: str) -> pd.DataFrame:
        """All rows of a table of `TABLES`, every id once."""
        parts = [share.read(name) for share in choose_shares(self.place)]
        rows = pa.concat_tables(parts) if parts else list_schemas(_type_keys(self.place))[name].empty_table()
        table: pd.DataFrame = rows.to_pandas()
        return table

    def count(self) -> dict[str, int]:
        """How many ids ended in which status, the most frequent first."""
        found = pa.concat_tables(
            [pa.table({STATUS: pa.array([], pa.string())})]
            + [share.read(SCENARIOS, [STATUS]).select([STATUS]) for share in choose_shares(self.place)]
        )
        counts = pc.value_counts(found.column(STATUS)).to_pylist()
        return {str(pair["values"]): int(pair["counts"]) for pair in sorted(counts, key=lambda pair: -pair["counts"])}

    def to_xarray(self, *tables: str) -> xr.Dataset:
        """The scenarios as a Dataset: a grid over one dimension per key, anything else over `scenario`.

        Args:
            tables: long tables to add, each number as a variable `<table>_<column>` over the scenarios, the table's
                label and the years. Large: a number for each of them.
        """
        from runners.sweep_store.grid import arrange_sweep

        return arrange_sweep(self, tables)


def open_sweep(path: Path) -> Sweep:
    """The sweep in a folder.

    Raises:
        CaseError: there is no sweep of ours.
    """
    place = Path(path)
    if not _is_sweep(place):
        raise CaseError([Problem("store_not_a_sweep", str(place))])
    return Sweep(place, read_json(place / MANIFEST))


def digest_design(design: pa.Table) -> str:
    """What a design comes to: its keys and the ids of its scenarios in their order."""
    return _digest_ids([*design.column_names, *design.column(ID).to_pylist()])


def _digest_ids(ids: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(ids).encode()).hexdigest()


def _is_sweep(place: Path) -> bool:
    manifest = read_json(place / MANIFEST)
    return manifest.get("program") == PROGRAM and manifest.get(KIND) == SWEEP


def _check_free(place: Path) -> None:
    """Refuse a folder with anything in it but a sweep; one that was begun and cut off before its manifest is free."""
    if place.exists() and not place.is_dir():
        raise CaseError([Problem("store_taken", f"out={place}")])
    ours = (LOCK, CHUNKS, f"{DESIGN}{SUFFIX}")
    found = list(place.iterdir()) if place.is_dir() else []
    strange = [path for path in found if path.name not in ours and path.suffix != ASIDE]
    if strange and not _is_sweep(place):
        raise CaseError([Problem("store_taken", f"out={place}")])


def _clean(place: Path) -> None:
    for folder in (place, *(place / CHUNKS / table for table in TABLES)):
        remove_aside(folder)


def _begin(place: Path, manifest: Mapping[str, Any], design: pa.Table) -> None:
    for table in TABLES:
        (place / CHUNKS / table).mkdir(parents=True, exist_ok=True)
    put_file(place / f"{DESIGN}{SUFFIX}", partial(_write_rows, design))
    put_json(place / MANIFEST, seal_manifest(manifest))


def _type_keys(place: Path) -> dict[str, pa.DataType]:
    design = pq.read_schema(place / f"{DESIGN}{SUFFIX}")
    return {field.name: field.type for field in design if field.name not in (SCENARIO, ID)}


def _write_rows(rows: pa.Table, path: Path) -> None:
    pq.write_table(rows, path, row_group_size=max(rows.num_rows, 1), **_encode(rows.schema))


def _encode(schema: pa.Schema) -> dict[str, Any]:
    """How columns are written: labels and years as a dictionary, numbers plain; all compressed."""
    repeated = [field.name for field in schema if field.type in (TEXT, WHOLE)]
    return {"compression": "zstd", "use_dictionary": repeated}


def _stream_rows(schema: pa.Schema, tables: Iterable[pa.Table], path: Path) -> None:
    """Write a group of rows per table, also of empty ones: groups of all files go by the same number."""
    with pq.ParquetWriter(path, schema, **_encode(schema)) as writer:
        for rows in tables:
            writer.write_table(rows.select(schema.names).cast(schema), row_group_size=max(rows.num_rows, 1))


def _remove_chunks(place: Path, parts: Sequence[Part]) -> None:
    """Remove merged chunks, their marks first, then what killed workers left: tables without marks."""
    for table in reversed(TABLES):
        for part in parts:
            part.files[table].unlink(missing_ok=True)
    if not list_chunks(place):
        shutil.rmtree(place / CHUNKS, ignore_errors=True)
