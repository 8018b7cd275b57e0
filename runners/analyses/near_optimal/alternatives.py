"""Which plans within a level of cost are as different from each other as possible?

Each plan is looked for where the nearest of those before it (the cheapest first) is as far as can be:

    maximise  least over plans j before of distance(x, j)
    distance(x, j) = mean over measures k of |x[k] - j[k]| / R[k]

with `x[k]` the amount of a measure and `R[k]` the most that any plan within the widest level has of it. The search
starts at the best of the extreme plans that are already solved, the ends of all ranges (Gonzalez 1985), and steps on:
with the signs of `x[k] - j[k]` kept the distance is linear, and its most, away from the nearest plan or from all, can
only be farther from them; the step that ends farther from its nearest plan is taken while that grows. This is the
pairwise distance of the literature on near-optimal plans, not hop-skip-jump, which leaves what was used before without
asking how far that leads, and ends in plans that differ in small measures only. The most is not proven: a distance
is what was found.

Steps are in parts of units; the last sum is then asked for in whole ones (`model/queries/whole_ends.py`). Of what is
found only the measures' years and amounts, and whole units, are kept: all else is solved again for the least cost, and
verified. So alternatives differ in what a plan team decides, and in nothing that is mere slack.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from model.compiled.revise import LinearProgram
from model.queries.near_optimal import KEPT, Nearby, keep_amounts
from model.queries.whole_ends import WholeEnds
from model.solver.chain import Chain
from model.solver.decided import Spending
from model.solver.solution import Solution, SolverOptions, Status, relative_gap
from model.solver.stages import hold_whole
from runners.analyses.near_optimal.amounts import Measure
from runners.analyses.near_optimal.ranges import End

SAME = 1e-3
"""Plans nearer to each other than this, in parts of the whole, are no alternatives."""
MOST_STEPS = 3
"""Steps up to the farthest plan: the second seldom adds anything."""

Show = Callable[[Solution], tuple[xr.Dataset, float]]
"""A solution as a verified plan, with the largest violation the verifier found."""


@dataclass(frozen=True)
class Alternative:
    """A plan of its own.

    Args:
        plan: verified.
        point: the program's columns there.
        cost: in the money of the objective.
        distance: to the nearest of the cheapest plan and the other alternatives, 0 to 1.
        violation: the largest that the verifier found, relative.
    """

    plan: xr.Dataset
    point: np.ndarray
    cost: float
    distance: float
    violation: float


def size_plans(measures: Sequence[Measure], largest: Mapping[str, float], points: Sequence[np.ndarray]) -> np.ndarray:
    """Amounts of all measures at points, in parts of the largest (n_points, n_measures); 0 where there never is any."""
    most = np.array([largest[measure.technology] for measure in measures])
    amounts = np.array([[measure.size(point) for measure in measures] for point in points])
    return np.asarray(np.divide(amounts, most, out=np.zeros(amounts.shape), where=most > 0))


def measure_distance(sizes: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Mean difference over measures of plans (n, n_measures) to one other (n_measures)."""
    return np.asarray(np.abs(sizes - other).mean(axis=-1))


def find_alternatives(
    nearby: Nearby,
    measures: Sequence[Measure],
    ends: Sequence[End],
    cheapest: np.ndarray,
    largest: Mapping[str, float],
    most: float,
    count: int,
    options: SolverOptions,
    nothing: Spending | None,
    show: Show,
    whole: WholeEnds | None = None,
) -> list[Alternative]:
    """So many plans that cost at most `most`, as different as possible from the cheapest and from each other.

    Args:
        nearby: the program with its limit of cost.
        measures: that can be built.
        ends: of all ranges of this level and narrower ones.
        cheapest: columns of the cheapest plan.
        largest: amount of each measure that counts as all of it.
        most: cost.
        count: how many.
        options: of the solver.
        nothing: what doing nothing spends, where it is known; gaps are then parts of what plans decide.
        show: verifies a solution.
        whole: asked for plans in whole units; None where all may have parts of units.
    """
    chain = Chain(options, tolerance=0.0)  # what finance may cost more would go over the limit
    points, solutions = [cheapest], list[Solution]()
    while len(solutions) < count:
        point = _climb(nearby, measures, largest, most, ends, points, whole)
        solution = None if point is None else _settle(chain, nearby.program, measures, point, nothing)
        if solution is None or not solution.status.has_plan:
            break
        if _find_nearest(measures, largest, solution.columns, points) <= SAME:
            break
        points.append(solution.columns)
        solutions.append(solution)
    return [_conclude(measures, largest, points, i, solution, show) for i, solution in enumerate(solutions, 1)]


def _climb(
    nearby: Nearby,
    measures: Sequence[Measure],
    largest: Mapping[str, float],
    most: float,
    ends: Sequence[End],
    points: Sequence[np.ndarray],
    whole: WholeEnds | None,
) -> np.ndarray | None:
    """A point as far as can be from the points before it; None where the solver finds none.

    The steps are in parts of units; the sum that the last of them asked for is then asked for in whole ones.
    """
    sizes = size_plans(measures, largest, [end.solution.columns for end in ends])
    before = size_plans(measures, largest, points)
    nearest = np.array([measure_distance(sizes, one) for one in before]).min(axis=0)
    size, best, sum_best, farthest = sizes[int(np.argmax(nearest))], None, None, SAME
    for _ in range(MOST_STEPS):
        sums = [_point_away(measures, largest, size, others) for others in _choose_others(before, size)]
        steps = [(weights, nearby.reach(weights, most)) for weights in sums]
        reached = [(weights, step.columns) for weights, step in steps if step.status.has_plan]
        distances = [_find_nearest(measures, largest, point, points) for _, point in reached]
        if not distances or max(distances) <= farthest:
            break
        farthest = max(distances)
        sum_best, best = reached[int(np.argmax(distances))]
        (size,) = size_plans(measures, largest, [best])
    if whole is None or sum_best is None:
        return best
    found = whole.find_far(sum_best, float(sum_best @ points[0]), most)
    return None if found is None else found.columns


def _choose_others(before: np.ndarray, size: np.ndarray) -> list[np.ndarray]:
    """What a step leads away from: the nearest plan, and where there are more, all of them."""
    nearest = before[[int(np.argmin(measure_distance(before, size)))]]
    return [nearest] if len(before) == 1 else [nearest, before]


def _point_away(
    measures: Sequence[Measure], largest: Mapping[str, float], size: np.ndarray, others: np.ndarray
) -> np.ndarray:
    """Weights whose least is the most of the sum of distances to others, with the signs that it has at a plan."""
    signs = np.sign(size - others).sum(axis=0)
    weights = np.zeros(len(measures[0].weights))
    for measure, sign in zip(measures, signs, strict=True):
        if largest[measure.technology] > 0:
            weights -= sign / largest[measure.technology] * measure.weights
    return weights


def _settle(
    chain: Chain, program: LinearProgram, measures: Sequence[Measure], point: np.ndarray, nothing: Spending | None
) -> Solution:
    """The least cost of all else where the measures are built as at a point, and its whole units kept."""
    columns = np.array([column for measure in measures for column in measure.builds.values()])
    program = hold_whole(program, np.flatnonzero(program.program.integrality), point)
    found = Solution.none()
    for kept in KEPT:
        found = chain.solve(keep_amounts(program, columns, point[columns], kept), nothing)
        if found.status.has_plan:
            break
    return found


def _find_nearest(
    measures: Sequence[Measure], largest: Mapping[str, float], point: np.ndarray, others: Sequence[np.ndarray]
) -> float:
    (size,) = size_plans(measures, largest, [point])
    return float(measure_distance(size_plans(measures, largest, others), size).min())


def _conclude(
    measures: Sequence[Measure],
    largest: Mapping[str, float],
    points: Sequence[np.ndarray],
    i: int,
    solution: Solution,
    show: Show,
) -> Alternative:
    others = [point for j, point in enumerate(points) if j != i]
    distance = _find_nearest(measures, largest, points[i], others)
    plan, violation = show(solution)
    return Alternative(plan, points[i], solution.objective, distance, violation)


def bound_cost(solution: Solution, bound: float) -> Solution:
    """The solution as one of the whole program, not of the one with its measures kept: against the least cost known."""
    bound = min(bound, solution.objective)
    gap = relative_gap(solution.objective, bound)
    status = solution.status if solution.status is Status.TIME_LIMIT else Status.WITHIN_GAP
    return replace(solution, status=status, bound=bound, gap=gap, row_duals=np.empty(0))
