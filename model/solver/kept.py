"""Solutions kept between runs: a program whose every number is the same has the same answer.

A chain gives the same plan however it came there (docs/decisions/15-ties.md). What it finds follows from the numbers
of the program, what doing nothing spends, the options, HiGHS, and the source text of this package; a solution is kept
under the digest of all of these, if it was proven: what a time limit cut short follows from the machine. A file holds
arrays and JSON after the digest of its own bytes; one that is not what was written is solved again. Whoever takes a
kept solution verifies its plan as any other.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

import numpy as np

from conf.cache import cache_folder, keep, read_kept
from model.compiled.revise import LinearProgram
from model.solver.decided import Spending
from model.solver.registry import HIGHS_NAME
from model.solver.solution import HIGHS, SOLVE, Solution, SolverOptions, Status

MOST_KEPT = 48
"""Solutions kept at the most; the longest unused go first."""
PROVEN = (Status.OPTIMAL, Status.WITHIN_GAP)
NUMBERS = ("objective", "bound", "gap", "miss")
ROOMS = ("parameters", "formulation", "compiled", "solver")
"""Rooms of this package that a solution follows from."""


def solutions_folder() -> Path:
    """Where solutions are kept in the user's cache folder."""
    return cache_folder("solutions")


def obtain_solution(
    solve: Callable[[LinearProgram, Spending | None], Solution],
    program: LinearProgram,
    nothing: Spending | None,
    settled: tuple[SolverOptions, float],
    folder: Path | None,
) -> Solution:
    """The solution of a program: read where it is kept, else solved, and kept where it was proven.

    Args:
        solve: a chain's `solve`.
        program: of one scenario.
        nothing: what doing nothing spends, where it is known.
        settled: options and tolerance of the chain.
        folder: where solutions are kept; None: solve, keep nothing.
    """
    if folder is None or settled[0].name != HIGHS_NAME:
        return solve(program, nothing)
    started = perf_counter()
    path = folder / f"{digest_question(program, nothing, settled)}.npz"
    kept = _read(path, started)
    if kept is not None:
        return kept
    found = solve(program, nothing)
    if found.status in PROVEN and perf_counter() - started < settled[0].time_limit:  # so that no stage was cut short
        _keep(path, found)
    return found


def digest_question(program: LinearProgram, nothing: Spending | None, settled: tuple[SolverOptions, float]) -> str:
    """The digest of all that a solution follows from."""
    options = {name: value for name, value in asdict(settled[0]).items() if name != "log"}
    told = [program.program.structure.digest, digest_source(), options, settled[1], nothing and asdict(nothing)]
    digest = hashlib.sha256(json.dumps([*told, dict(program.offsets)]).encode())
    arrays = (
        *(program.starts, program.rows, program.entries, program.row_lower, program.row_upper),
        *(program.column_lower, program.column_upper, program.program.integrality, *program.costs.values()),
    )
    for array in arrays:
        digest.update(f"{array.dtype.str}{array.shape}".encode() + np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


@cache
def digest_source() -> str:
    """The digest of the source text of `ROOMS` and of the solver's version."""
    digest = hashlib.sha256(version("highspy").encode())
    for room in ROOMS:
        for source in sorted((Path(__file__).parents[1] / room).glob("*.py")):
            digest.update(source.read_bytes())
    return digest.hexdigest()


def _read(path: Path, started: float) -> Solution | None:
    """The solution in a file; None where there is none, or where its bytes are not those that were written."""
    content = read_kept(path)
    if content is None:
        return None
    with np.load(io.BytesIO(content), allow_pickle=False) as kept:
        columns, duals, told = kept["columns"], kept["row_duals"], json.loads(kept["told"].tobytes())
    return Solution(
        status=Status(told["status"]),
        columns=columns,
        row_duals=duals,
        values=told["values"],
        seconds={SOLVE: perf_counter() - started, HIGHS: 0.0},
        **{name: told[name] for name in NUMBERS},
    )


def _keep(path: Path, found: Solution) -> None:
    """Write a solution to its place."""
    numbers = {name: float(getattr(found, name)) for name in NUMBERS}
    told = {**numbers, "status": found.status.value, "values": dict(found.values)}
    written = io.BytesIO()
    text = np.frombuffer(json.dumps(told).encode(), dtype=np.uint8)
    np.savez(written, columns=found.columns, row_duals=found.row_duals, told=text)
    keep(path, written.getvalue(), MOST_KEPT)
