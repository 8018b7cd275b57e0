"""Python packages of solvers, each in a process of its own: `driver.py PACKAGE FILE ANSWER QUESTION`.

Reads a file, solves it as the question (JSON) says, writes the answer (JSON). Knows nothing of the rest of the program,
and the rest nothing of these packages.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

OPTIMAL, INFEASIBLE, UNBOUNDED, LATE, EITHER, FAILED = (
    "optimal",
    "infeasible",
    "unbounded",
    "late",
    "either",
    "failed",
)
TOLERANCE = 1e-7
"""By which a row may be open, as of HiGHS."""

Asked = dict[str, Any]
Told = dict[str, Any]


def ask_gurobi(file: str, asked: Asked) -> Told:
    """Gurobi: statuses 2 to 13 of its manual."""
    import gurobipy

    model = gurobipy.read(file)
    numbers = {"TimeLimit": asked["seconds"], "Threads": asked["threads"], "Seed": asked["seed"]}
    numbers |= {"MIPGap": asked["gap"], "FeasibilityTol": TOLERANCE, "OptimalityTol": TOLERANCE}
    numbers |= {"Method": {"simplex": 1, "dual": 1, "primal": 0, "ipm": 2, "pdlp": 6}.get(asked["method"], -1)}
    if asked["room"] is not None:
        numbers |= {"MIPGap": 0.0, "MIPGapAbs": asked["room"]}
    if not asked["presolve"]:
        numbers |= {"DualReductions": 0}
    for name, number in numbers.items():
        model.setParam(name, number)
    model.optimize()
    ends = {2: OPTIMAL, 3: INFEASIBLE, 4: EITHER, 5: UNBOUNDED, 7: LATE, 8: LATE, 9: LATE}
    status = ends.get(model.Status, FAILED)
    if status not in (OPTIMAL, LATE) or not model.SolCount:
        return {"status": status}
    told = {"status": status, "columns": [variable.X for variable in model.getVars()], "bound": model.ObjVal}
    if asked["mixed"]:
        return {**told, "bound": model.ObjBound}
    return {**told, "duals": [row.Pi for row in model.getConstrs()]}


def ask_cplex(file: str, asked: Asked) -> Told:
    """CPLEX: status codes of its manual, those from 101 of mixed-integer programs."""
    import cplex

    model = cplex.Cplex(file)
    set_to = model.parameters
    set_to.timelimit.set(asked["seconds"])
    set_to.threads.set(asked["threads"])
    set_to.randomseed.set(asked["seed"])
    set_to.simplex.tolerances.feasibility.set(TOLERANCE)
    set_to.simplex.tolerances.optimality.set(TOLERANCE)
    set_to.lpmethod.set({"simplex": 2, "dual": 2, "primal": 1, "ipm": 4}.get(asked["method"], 0))
    set_to.mip.tolerances.mipgap.set(0.0 if asked["room"] is not None else asked["gap"])
    if asked["room"] is not None:
        set_to.mip.tolerances.absmipgap.set(asked["room"])
    set_to.preprocessing.presolve.set(int(asked["presolve"]))
    if not asked["mixed"]:
        model.set_problem_type(model.problem_type.LP)
    model.solve()
    found = model.solution
    ends = {1: OPTIMAL, 5: OPTIMAL, 101: OPTIMAL, 102: OPTIMAL, 3: INFEASIBLE, 103: INFEASIBLE}
    ends |= {2: UNBOUNDED, 118: UNBOUNDED, 4: EITHER, 119: EITHER, 11: LATE, 107: LATE, 108: LATE}
    status = ends.get(found.get_status(), FAILED)
    if status not in (OPTIMAL, LATE) or not found.is_primal_feasible():
        return {"status": status}
    told = {"status": status, "columns": found.get_values(), "bound": found.get_objective_value()}
    if asked["mixed"]:
        return {**told, "bound": found.MIP.get_best_objective()}
    return {**told, "duals": found.get_dual_values()}


def ask_xpress(file: str, asked: Asked) -> Told:
    """Xpress: whether it solved, and what it has."""
    import xpress

    model = xpress.problem()
    getattr(model, "readProb", model.read)(file)
    numbers = {"timelimit": max(asked["seconds"], 1.0), "threads": asked["threads"] or -1, "randomseed": asked["seed"]}
    numbers |= {"feastol": TOLERANCE, "optimalitytol": TOLERANCE, "presolve": int(asked["presolve"])}
    numbers |= {"defaultalg": {"simplex": 2, "dual": 2, "primal": 3, "ipm": 4}.get(asked["method"], 1)}
    numbers |= {"miprelstop": 0.0 if asked["room"] is not None else asked["gap"]}
    numbers |= {"mipabsstop": asked["room"]} if asked["room"] is not None else {}
    for name, number in numbers.items():
        setattr(model.controls, name, number)
    model.optimize()
    ends = {"OPTIMAL": OPTIMAL, "FEASIBLE": LATE, "INFEASIBLE": INFEASIBLE, "UNBOUNDED": UNBOUNDED, "NOTFOUND": LATE}
    status = ends.get(model.attributes.solstatus.name, FAILED)
    if status not in (OPTIMAL, LATE) or model.attributes.solstatus.name == "NOTFOUND":
        return {"status": status}
    told = {"status": status, "columns": list(model.getSolution()), "bound": model.attributes.objval}
    if asked["mixed"]:
        return {**told, "bound": model.attributes.bestbound}
    return {**told, "duals": list(model.getDuals())}


def ask_scip(file: str, asked: Asked) -> Told:
    """SCIP: prices of a linear program are those of its one node, and had only where nothing has changed its rows."""
    import pyscipopt

    model = pyscipopt.Model()
    model.readProblem(file)
    numbers = {
        "limits/time": asked["seconds"],
        "limits/gap": asked["gap"],
        "randomization/randomseedshift": asked["seed"],
    }
    numbers |= {"lp/initalgorithm": {"simplex": "d", "dual": "d", "primal": "p"}.get(asked["method"], "s")}
    numbers |= {"numerics/feastol": TOLERANCE}
    if asked["room"] is not None:
        numbers |= {"limits/gap": 0.0, "limits/absgap": asked["room"]}
    model.setParams(numbers)
    if not asked["mixed"] or not asked["presolve"]:
        model.setPresolve(pyscipopt.SCIP_PARAMSETTING.OFF)
    if not asked["mixed"]:
        model.setHeuristics(pyscipopt.SCIP_PARAMSETTING.OFF)
        model.disablePropagation()
        model.setSeparating(pyscipopt.SCIP_PARAMSETTING.OFF)
    rows = sorted(model.getConss(), key=_find_place)
    columns = sorted(model.getVars(), key=_find_place)  # SCIP has them in an order of its own
    model.optimize()
    ends = {"optimal": OPTIMAL, "gaplimit": OPTIMAL, "infeasible": INFEASIBLE, "unbounded": UNBOUNDED}
    ends |= {"inforunbd": EITHER, "timelimit": LATE, "bestsollimit": OPTIMAL}
    status = ends.get(model.getStatus(), FAILED)
    if status not in (OPTIMAL, LATE) or not model.getNSols():
        return {"status": status}
    best = model.getBestSol()
    told = {"status": status, "columns": [best[variable] for variable in columns], "bound": model.getDualbound()}
    if asked["mixed"]:
        return told
    return {**told, "duals": [model.getDualsolLinear(row) for row in rows]}


def _find_place(named: Any) -> tuple[bool, int]:
    """Where a row or column stood in the file: R12, C12, and behind them OFFSET."""
    number = named.name[1:]
    return (False, int(number)) if number.isdigit() else (True, 0)


ASKED = {"gurobipy": ask_gurobi, "cplex": ask_cplex, "xpress": ask_xpress, "pyscipopt": ask_scip}


def main(package: str, file: str, answer: str, question: str) -> None:
    """Ask, and write what was told; what the package raises is told as its refusal."""
    try:
        told = ASKED[package](file, json.loads(question))
    except Exception as error:  # a licence that is missing or too small comes as an error of each package's own kind
        told = {"refused": f"{type(error).__name__}: {error}"}
    Path(answer).write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
