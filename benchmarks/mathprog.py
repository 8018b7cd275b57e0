"""A case of services (`sweep_cases.make_services`) as a model of GNU MathProg, which `glpsol` makes a matrix of.

The model has the rows and columns of ours, and numbers worked out of ours: what a year is discounted by is given, not
reckoned. Where `glpsol` is not installed nothing can be laid beside it.
"""

from __future__ import annotations

import re
import resource
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import xarray as xr

from model.parameters.coefficient import WHOLE_YEAR
from model.parameters.coefficients import measure_coefficients
from model.parameters.structure import outline_program

GLPSOL = "glpsol"
MODEL = """
set K; set Y; set S; set C; set P; set B within K; set M within K; set T within Y; set F dimen 2;
param life{B}; param existing{K,Y}; param use{K,S}; param must{M,S}; param most_build{B,Y}; param flow{F};
param required{C}; param factor{P}; param cap{T}; param budget; param total_price;
param build_cost{B,Y}; param capacity_cost{K,Y}; param activity_cost{K,Y}; param purchase_cost{P,Y};
param excess_cost{T};
var build{B,Y} >= 0; var capacity{K,Y} >= 0; var activity{K,Y,S} >= 0; var purchase{P,Y} >= 0; var account{Y};
var excess{T} >= 0; var missed{T} >= 0; var excess_total >= 0;
minimize cost:
    sum{k in B, v in Y} build_cost[k,v] * build[k,v] + sum{k in K, y in Y} capacity_cost[k,y] * capacity[k,y]
  + sum{k in K, y in Y, s in S} activity_cost[k,y] * activity[k,y,s]
  + sum{c in P, y in Y} purchase_cost[c,y] * purchase[c,y]
  + sum{y in T} excess_cost[y] * missed[y] + total_price * excess_total;
use_most{k in K, y in Y, s in S}: activity[k,y,s] <= use[k,s] * capacity[k,y];
use_least{k in M, y in Y, s in S}: activity[k,y,s] >= must[k,s] * capacity[k,y];
capacity_balance{k in K, y in Y}: capacity[k,y] = existing[k,y]
  + sum{v in Y: k in B and v <= y and y < v + life[k]} build[k,v];
build_most{k in B, v in Y}: build[k,v] <= most_build[k,v];
balance{c in C, y in Y}: sum{(k,c) in F, s in S} flow[k,c] * activity[k,y,s] = required[c];
bought{c in P, y in Y}: sum{(k,c) in F, s in S} flow[k,c] * activity[k,y,s] + purchase[c,y] = 0;
account_sum{y in Y}: account[y] = sum{c in P} factor[c] * purchase[c,y];
target{y in T}: account[y] - excess[y] <= cap[y];
target_total: sum{y in Y} account[y] - excess_total <= budget;
missed_own{y in T}: missed[y] >= excess[y];
end;
"""
COUNTED = re.compile(r"Number of (rows|columns)\s*=\s*(\d+)")
OPTIMUM = re.compile(r"Objective:\s+\S+\s+=\s+(\S+)")


@dataclass(frozen=True)
class Generated:
    """What `glpsol` took: seconds of the processor, bytes at its peak, rows (the objective is one of them), columns."""

    seconds: float
    bytes: int
    rows: int
    columns: int


def find_glpsol() -> str | None:
    """Where `glpsol` is."""
    return shutil.which(GLPSOL)


def generate(folder: Path) -> Generated:
    """Have `glpsol` make the matrix of the model in a folder, and no more."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = _run(folder, "--check")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    counts = {name: int(number) for name, number in COUNTED.findall(told)}
    return Generated(
        seconds=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        bytes=after.ru_maxrss * 1024,
        rows=counts["rows"],
        columns=counts["columns"],
    )


def solve(folder: Path) -> float:
    """The optimum of the model in a folder, as `glpsol` finds it."""
    _run(folder, "--simplex", "--output", str(folder / "told.txt"))
    found = OPTIMUM.search((folder / "told.txt").read_text())
    assert found is not None
    return float(found.group(1))


def _run(folder: Path, *words: str) -> str:
    command = [GLPSOL, "-m", str(folder / "model.mod"), "-d", str(folder / "model.dat"), *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def write_model(scenario: xr.Dataset, folder: Path) -> None:
    """Write the model of a scenario of services, and its data."""
    (folder / "model.mod").write_text(MODEL)
    with (folder / "model.dat").open("w") as file:
        file.write("data;\n")
        file.writelines(_list_data(scenario))
        file.write("end;\n")


def _list_data(scenario: xr.Dataset) -> Iterable[str]:
    at, numbers = outline_program(scenario), measure_coefficients(scenario)
    labels = {name: [list(axis) for axis in one.labels] for name, one in numbers.items()}

    def take(name: str, *chosen: object) -> float:
        one = numbers[name]
        return float(one.values[tuple(axis.index(label) for axis, label in zip(labels[name], chosen, strict=True))])

    years, slices, first = at.years, at.slices, at.years[0]
    bought, account = list(at.purchasable), next(iter(at.parts))
    services = [c for c in at.balance_slots if c not in bought]
    sets: Mapping[str, Iterable[object]] = {
        "K": at.hosts, "Y": years, "S": slices, "C": services, "P": bought, "B": at.buildable, "M": at.must_run,
        "T": [y for held in at.yearly_targets.values() for y in held],
        "F": [f"({k},{c})" for c, users in at.flows.items() for k in users],
    }  # fmt: skip
    for name, members in sets.items():
        yield f"set {name} := {' '.join(map(str, members))};\n"
    life = dict(zip(scenario["technology"].values.tolist(), scenario["life"].values.tolist(), strict=True))
    (yearly, held), (total, spanned) = *at.yearly_targets.items(), *at.total_targets.items()
    tables: Mapping[str, Iterable[tuple[tuple[object, ...], float]]] = {
        "life": (((k,), life[k]) for k in at.buildable),
        "existing": (((k, y), take("existing", k, y)) for k in at.hosts for y in years),
        "use": (((k, s), take("use", k, s, first)) for k in at.hosts for s in slices),
        "must": (((k, s), take("must_use", k, s, first)) for k in at.must_run for s in slices),
        "most_build": (((k, y), take("build_bound", k, y)) for k in at.buildable for y in years),
        "flow": (((k, c), take("net_flow", k, c, slices[0], first)) for c, users in at.flows.items() for k in users),
        "required": (((c,), take("required", c, WHOLE_YEAR, first)) for c in services),
        "factor": (((c,), take("factor_purchase", account, c, first)) for c in bought),
        "cap": (((y,), take("cap", yearly, y)) for y in held),
        "build_cost": (((k, y), take("build_cost", k, y)) for k in at.buildable for y in years),
        "capacity_cost": (((k, y), take("capacity_cost", k, y)) for k in at.hosts for y in years),
        "activity_cost": (((k, y), take("activity_cost", k, y)) for k in at.hosts for y in years),
        "purchase_cost": (((c, y), take("purchase_cost", c, WHOLE_YEAR, y)) for c in bought for y in years),
        "excess_cost": (((y,), take("excess_cost", yearly, y)) for y in held),
    }
    for name, rows in tables.items():
        yield f"param {name} :=\n"
        yield from (f"{' '.join(map(str, place))} {number!r}\n" for place, number in rows)
        yield ";\n"
    yield f"param budget := {take('cap', total, spanned[0])!r};\n"
    yield f"param total_price := {take('total_excess_cost', total)!r};\n"
