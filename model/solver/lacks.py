"""What is lacking on this machine for a solver to work by a method, and what to install."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from model.solver.registry import HIGHS_NAME, HIPO, SOLVERS

HIPO_INSTALL = "pip install 'highspy[extras]'"


@dataclass(frozen=True)
class Lack:
    """Why a solver or method cannot be used: a message and what fills it."""

    key: str
    word: str
    fields: Mapping[str, object]


def find_lack(name: str, method: str) -> Lack | None:
    """Why a solver cannot work by a method on this machine; None where it can."""
    reach = SOLVERS[name]
    if method not in reach.methods:
        shown = {"solver": reach.title, "method": method, "names": ", ".join(reach.methods)}
        return Lack("solver_without_method", f"solver.method={method}", shown)
    if not reach.there:
        shown = {"solver": reach.title, "install": reach.install}
        return Lack("solver_missing", f"solver.name={name}", shown)
    if name == HIGHS_NAME and method == HIPO and not _has_hipo():
        return Lack("solver_without_hipo", f"solver.method={method}", {"install": HIPO_INSTALL})
    return None


def _has_hipo() -> bool:
    """Whether the HiGHS at hand was built with HiPO, or found the libraries that it wants; it loads HiGHS."""
    from model.solver.highs import can_use

    return can_use(HIPO)
