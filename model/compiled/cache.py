"""Where compiled programs are kept between runs: one file per structure, never trusted beyond its own key.

A compiled program depends on the structure of the scenario and on the formulation, so its key is the digest of
both: of `Structure` and of the source text of this package. A file holds arrays and JSON only, after the digest of
its own bytes, and is written aside and renamed, so that several processes may share the folder. A file that is not
what was written is compiled again.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from functools import cache
from itertools import accumulate
from pathlib import Path

import numpy as np
from scipy import sparse

from conf.cache import cache_folder, keep, read_kept
from model.compiled.labels import Labels, Run, write_runs
from model.compiled.sparse import SparseProgram
from model.parameters.structure import Structure
from scenarios.arrays import Scenario

Tell = Callable[[int], None]
MOST_KEPT = 160
"""Programs kept at the most, two of a case; the longest unused go first. Those of all municipalities have to fit."""

ARRAYS = ("starts", "rows", "column_lower", "column_upper", "integrality", "constant")


def default_folder() -> Path:
    """Where programs are kept in the user's cache folder."""
    return cache_folder("compiled")


COMPILING = ("parameters", "formulation", "compiled")
"""Rooms of this package that a compiled program follows from; solver and verifier are none of them."""


def say_nothing(_rows: int) -> None:
    """Tell nobody."""


def obtain_program(
    scenario: Scenario, structure: Structure, folder: Path | None, tell: Tell = say_nothing
) -> SparseProgram:
    """The compiled program of a structure: read where it is kept, else compiled and kept.

    Args:
        scenario: any scenario of that structure.
        structure: its outline.
        folder: where programs are kept; None: compile, keep nothing.
        tell: told now and then how many rows are compiled by now.
    """
    path = None if folder is None else folder / f"{structure.digest}-{digest_formulation()}.npz"
    kept = _read(path, structure) if path else None
    if kept is not None:
        return kept
    from model.compiled.compile import compile_program  # Pyomo is imported only where something is compiled

    program = compile_program(scenario, structure, tell)
    if path:
        _keep(path, program)
    return program


@cache
def digest_formulation() -> str:
    """Sixteen hex digits of the source text of `COMPILING`, so that a changed formulation is compiled anew."""
    digest = hashlib.sha256()
    for room in COMPILING:
        for source in sorted((Path(__file__).parents[1] / room).glob("*.py")):
            digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def _read(path: Path, structure: Structure) -> SparseProgram | None:
    """The program in a file; None where there is none, or where its bytes are not those that were written."""
    content = read_kept(path)
    if content is None:
        return None
    with np.load(io.BytesIO(content), allow_pickle=False) as kept:
        values = {name: kept[name] for name in kept.files}
    texts = json.loads(values["labels"].tobytes())
    cuts = np.cumsum(values["counts"])[:-1]
    parts = zip(texts["numbers"], np.split(values["symbols"], cuts), np.split(values["positions"], cuts), strict=True)
    shape = tuple(values["map_shape"])
    return SparseProgram(
        structure=structure,
        row_labels=_read_labels(texts["rows"], values["row_labels"].tobytes()),
        column_labels=_read_labels(texts["columns"], values["column_labels"].tobytes()),
        map=sparse.csr_matrix((values["map_data"], values["map_indices"], values["map_indptr"]), shape=shape),
        numbers=tuple(parts),
        **{name: values[name] for name in ARRAYS},
    )


def _keep(path: Path, program: SparseProgram) -> None:
    """Write a program to its place."""
    rows, columns = write_runs(program.row_labels), write_runs(program.column_labels)
    texts = {
        "rows": [(run.family, run.count, len(run.text)) for run in rows],
        "columns": [(run.family, run.count, len(run.text)) for run in columns],
        "numbers": [name for name, _, _ in program.numbers],
    }
    arrays = {
        **{name: getattr(program, name) for name in ARRAYS},
        "labels": np.frombuffer(json.dumps(texts).encode(), dtype=np.uint8),
        "row_labels": np.frombuffer(b"".join(run.text for run in rows), dtype=np.uint8),
        "column_labels": np.frombuffer(b"".join(run.text for run in columns), dtype=np.uint8),
        "map_data": program.map.data,
        "map_indices": program.map.indices,
        "map_indptr": program.map.indptr,
        "map_shape": np.array(program.map.shape),
        "counts": np.array([len(symbols) for _, symbols, _ in program.numbers]),
        "symbols": np.concatenate([symbols for _, symbols, _ in program.numbers]),
        "positions": np.concatenate([positions for _, _, positions in program.numbers]),
    }
    written = io.BytesIO()
    np.savez(written, **arrays)
    keep(path, written.getbuffer(), MOST_KEPT)


def _read_labels(runs: list[tuple[str, int, int]], text: bytes) -> Labels:
    """Labels whose text stands behind one another."""
    ends = list(accumulate(size for _, _, size in runs))
    return Labels(
        [Run(family, count, text[end - size : end]) for (family, count, size), end in zip(runs, ends, strict=True)]
    )
