"""Which solvers there are, by which methods each works, and what has to be installed for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from shutil import which

HIGHS_NAME, GLPK, CBC, SCIP, GUROBI, CPLEX, XPRESS = NAMES = (
    "highs",
    "glpk",
    "cbc",
    "scip",
    "gurobi",
    "cplex",
    "xpress",
)
CHOOSE_METHOD, SIMPLEX, DUAL, PRIMAL, IPM, IPX, HIPO, PDLP = METHODS = (
    "choose",
    "simplex",
    "dual",
    "primal",
    "ipm",
    "ipx",
    "hipo",
    "pdlp",
)
_USUAL = (CHOOSE_METHOD, SIMPLEX, DUAL, PRIMAL, IPM)


@dataclass(frozen=True)
class Reach:
    """A solver: what it is called, which methods it has for linear programs, how it is reached and installed.

    One with a `command` is a program on the path, one with a `module` a Python package beside ours that a process of
    its own imports; HiGHS has neither, for it is always there.
    """

    title: str
    methods: tuple[str, ...]
    install: str = ""
    command: str = ""
    module: str = ""

    @property
    def there(self) -> bool:
        """Whether it is installed."""
        if self.command:
            return which(self.command) is not None
        return not self.module or find_spec(self.module) is not None


SOLVERS: Mapping[str, Reach] = {
    HIGHS_NAME: Reach("HiGHS", METHODS),
    GLPK: Reach("GLPK", _USUAL, "apt-get install glpk-utils", command="glpsol"),
    CBC: Reach("CBC", _USUAL, "apt-get install coinor-cbc", command="cbc"),
    SCIP: Reach("SCIP", (CHOOSE_METHOD, SIMPLEX, DUAL, PRIMAL), "pip install pyscipopt", module="pyscipopt"),
    GUROBI: Reach("Gurobi", (*_USUAL, PDLP), "pip install gurobipy", module="gurobipy"),
    CPLEX: Reach("CPLEX", _USUAL, "pip install cplex", module="cplex"),
    XPRESS: Reach("Xpress", _USUAL, "pip install xpress", module="xpress"),
}
"""Gurobi, CPLEX and Xpress ask for a licence of their own beyond some hundred or thousand rows."""
