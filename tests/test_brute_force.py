"""Whether the program finds the best of all combinations of small projects: each one tried by hand, in numpy.

An instance has a few projects that are built or not, in one of four years, and at most 2^12 combinations of them.
Nothing is decided besides: what a project saves of the account `CO2` comes with its capacity, and what the
cumulative target misses follows. So the cost of every combination is a sum, and the least one is the optimum.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest
import xarray as xr
from town import scenario_of

from model.queries.no_plan import NoPlan
from runners.solve import find_plan

YEARS = (2025, 2026, 2027, 2028)
END = 2029
MOST_COMBINATIONS = 2**12
SHAPES = ((2, 0), (3, 0), (4, 0), (5, 0), (2, 1), (3, 1), (1, 2))
"""How many projects begin once at most (5 ways each, never or in a year) and how many in any years (16 ways each)."""
UNPLANNED = 100.0


@dataclass(frozen=True)
class Project:
    """One project of `size`: once at most or once a year, in whole units or at its least size."""

    name: str
    size: float
    once: bool
    lumpy: bool
    capex: float
    fixed_cost: float
    saving: float
    lead_time: int
    life: int

    @property
    def starts(self) -> list[tuple[int, ...]]:
        """All patterns of starts over the years, a 1 where construction begins."""
        return [row for row in product((0, 1), repeat=len(YEARS)) if not self.once or sum(row) <= 1]


@dataclass(frozen=True)
class Rule:
    """One row of project logic between two projects, by their places."""

    kind: str
    project: int
    other: int
    lag: int


@dataclass(frozen=True)
class Instance:
    """Projects, rules and the cumulative target that makes them worth something."""

    projects: tuple[Project, ...]
    rules: tuple[Rule, ...]
    rate: float
    cap: float
    hard: bool
    price: float


def draw_instance(seed: int) -> Instance:
    """A random instance with at most 2^12 combinations."""
    rng = np.random.default_rng(seed)
    alone, repeated = SHAPES[int(rng.integers(len(SHAPES)))]
    once = [True] * alone + [False] * repeated
    projects = tuple(
        Project(
            name=f"P{place}",
            size=float(rng.integers(1, 6)),
            once=single,
            lumpy=bool(rng.integers(0, 2)),
            capex=float(rng.integers(5, 60)),
            fixed_cost=float(rng.integers(-4, 5)),
            saving=float(rng.integers(1, 10)),
            lead_time=int(rng.integers(0, 3)),
            life=int(rng.integers(2, 7)),
        )
        for place, single in enumerate(once)
    )
    kinds = rng.choice(["requires", "follows", "excludes"], size=int(rng.integers(1, 4)))
    pairs = [rng.choice(len(projects), size=2, replace=False) for _ in kinds]
    rules = tuple(
        Rule(str(kind), int(max(pair)), int(min(pair)), int(rng.integers(0, 2)))
        for kind, pair in zip(kinds, pairs, strict=True)
    )
    return Instance(
        projects=projects,
        rules=rules,
        rate=float(rng.choice([0.0, 0.035, 0.08])),
        cap=UNPLANNED * len(YEARS) - float(rng.integers(5, 120)),
        hard=bool(rng.integers(0, 2)),
        price=float(rng.integers(1, 12)),
    )


def scenario_of_instance(instance: Instance) -> xr.Dataset:
    """The instance as a case of our form."""
    technologies = [
        {
            "technology": p.name,
            "buildable": True,
            "once": p.once,
            "capex": p.capex,
            "fixed_cost": p.fixed_cost,
            "life": p.life,
            "lead_time": p.lead_time,
            "most_build": p.size,
            "unit_size" if p.lumpy else "least_size": p.size,
            "factor_capacity": {"CO2": -p.saving},
        }
        for p in instance.projects
    ]
    logic = [
        {
            "rule": f"R{place}",
            "technology": instance.projects[rule.project].name,
            "other": instance.projects[rule.other].name,
            "kind": rule.kind,
            "value": rule.lag,
        }
        for place, rule in enumerate(instance.rules)
    ]
    target = {"target": "budget", "account": "CO2", "basis": "cumulative", "year": YEARS[0], "until": YEARS[-1]}
    mode = "hard" if instance.hard else "priced"
    return scenario_of(
        {
            "case": {"last_year": YEARS[-1], "discount_rate": instance.rate},
            "technologies": technologies,
            "logic": logic,
            "accounts": [{"account": "CO2", "exogenous": UNPLANNED}],
            "targets": [{**target, "value": instance.cap, "mode": mode, "price": instance.price}],
        },
        salvage="straight_line",
    )


def list_starts(instance: Instance) -> np.ndarray:
    """Every combination of starts that the rules allow (combination, project, year)."""
    starts = np.array(list(product(*(p.starts for p in instance.projects))), dtype=float)
    assert len(starts) <= MOST_COMBINATIONS
    allowed = np.ones(len(starts), dtype=bool)
    for rule in instance.rules:
        own, other = starts[:, rule.project], starts[:, rule.other]
        if rule.kind == "excludes":
            allowed &= (own.sum(axis=1) == 0) | (other.sum(axis=1) == 0)
            continue
        lag = rule.lag + (instance.projects[rule.other].lead_time if rule.kind == "follows" else 0)
        for v in range(len(YEARS)):
            allowed &= own[:, v] <= other[:, : max(v - lag + 1, 0)].sum(axis=1)
    return np.asarray(starts[allowed])


def cost_starts(instance: Instance, starts: np.ndarray) -> np.ndarray:
    """The cost of every combination; infinite where a hard target is missed."""
    rate = 1.0 + instance.rate
    middle = np.array([rate ** -(y + 0.5 - YEARS[0]) for y in YEARS])
    cost = np.zeros(len(starts))
    account = np.full((len(starts), len(YEARS)), UNPLANNED)
    for place, p in enumerate(instance.projects):
        for i, v in enumerate(YEARS):
            begin = v + p.lead_time
            alive = np.array([begin <= y < begin + p.life for y in YEARS], dtype=float)
            used = min(max(END - begin, 0), p.life)
            left = (1 - used / p.life) * rate ** (min(begin, END) - v)
            capital = p.capex * (rate ** -(v - YEARS[0]) - left * rate ** -(END - YEARS[0]))
            built = p.size * starts[:, place, i]
            cost += built * (capital + p.fixed_cost * (alive * middle).sum())
            account -= np.outer(built, alive * p.saving)
    excess = np.maximum(account.sum(axis=1) - instance.cap, 0.0)
    if instance.hard:
        return np.asarray(np.where(excess > 1e-9, np.inf, cost))
    return np.asarray(cost + instance.price * middle.mean() * excess)


@pytest.mark.parametrize("seed", range(30))
def test_the_plan_of_small_projects_costs_what_the_best_of_all_combinations_costs(seed: int) -> None:
    instance = draw_instance(seed)
    least = cost_starts(instance, list_starts(instance)).min()
    if np.isinf(least):
        with pytest.raises(NoPlan):
            find_plan(scenario_of_instance(instance))
        return
    plan = find_plan(scenario_of_instance(instance))
    assert plan.attrs["objective"] == pytest.approx(least, rel=1e-6, abs=1e-6)


def test_the_instances_are_of_every_kind() -> None:
    """Among the thirty: hard targets met and missed, priced ones missed and not, and each kind of rule."""
    instances = [draw_instance(seed) for seed in range(30)]
    least = np.array([cost_starts(instance, list_starts(instance)).min() for instance in instances])
    hard = np.array([instance.hard for instance in instances])
    assert {rule.kind for instance in instances for rule in instance.rules} == {"requires", "follows", "excludes"}
    assert np.isinf(least[hard]).any()
    assert np.isfinite(least[hard]).any()
    assert (~hard).any()
