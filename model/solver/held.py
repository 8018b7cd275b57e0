"""The program in which what is begun of some technologies in some years stands fixed; all else is as free as before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from model.compiled.revise import LinearProgram

BUILD = "build"
Held = Mapping[tuple[str, int], float]
"""Technology and year to what is begun there."""


def list_builds(program: LinearProgram, technology: str) -> dict[int, int]:
    """Columns of what is begun of a technology, by year."""
    labels = program.program.column_labels
    places = program.program.column_families.get(BUILD, ())
    return {int(labels[i].index[1]): int(i) for i in places if labels[i].index[0] == technology}


def hold_builds(program: LinearProgram, held: Held) -> LinearProgram:
    """The program with `build[k,v]` at these amounts; raises KeyError where nothing can be begun at all.

    Bounds of columns are no rules of the scenario: a plan found is one of the scenario too.
    """
    if not held:
        return program
    lower, upper = program.column_lower.copy(), program.column_upper.copy()
    columns = {technology: list_builds(program, technology) for technology, _ in held}
    for (technology, year), amount in held.items():
        lower[columns[technology][year]] = upper[columns[technology][year]] = amount
    return replace(program, column_lower=lower, column_upper=upper)
