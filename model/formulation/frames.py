"""What an actor may pay in a year: own funds, frames, the ordinary plan that gives way, and how outlays may rise."""

from __future__ import annotations

from collections.abc import Callable

from model.formulation.breaches import take_breach
from model.formulation.carrying import add_carried_limit
from model.formulation.finance import list_claims, list_spent
from model.formulation.rows import Program
from model.formulation.savings import use_savings
from model.parameters.numbers import Expression, Numbers
from model.parameters.structure import Structure


def add_frames(m: Program, at: Structure, n: Numbers) -> None:
    """Limits of what actors pay themselves, and of what they pay at all.

    own_most         own[a,y] - settled[a,y] - shifted[a,y] - used[a,y] - nothing[a,y] <= L[y] own_funds[a,y]
    frame_most       net_outlay[a,y] - settled[a,y] - shifted[a,y] - nothing[a,y] <= L[y] frame[a,y]
                     own_paid, frame_paid: both of who carries over, see `add_carried_limit`
                     nothing: max(reference_outlay - L limit, 0), what doing nothing takes beyond it
                     where priced, less over_own_funds L and over_frame L
    shifted_most     shifted[a,y] <= L[y] reprioritised_share[a,y] planned_outlay[a,y]   taken from the ordinary plan
    """
    f, settled = at.finance, _settle(m, at, n)

    def shifted(a: str, y: int) -> Expression:
        return m.shifted[a, y] if (a, y) in m.shifted else 0

    def own_bounded(a: str, y: int) -> Expression:
        broken = at.lengths[y] * take_breach(m, "over_own_funds", a, y)
        allowed = broken + n("own_extra", a, y) + shifted(a, y) + use_savings(m, "used", a, y)
        return m.own[a, y] - settled(a, y) - allowed

    def framed(a: str, y: int) -> Expression:
        allowed = at.lengths[y] * take_breach(m, "over_frame", a, y) + n("frame_extra", a, y) + shifted(a, y)
        return m.net_outlay[a, y] - settled(a, y) - allowed

    add_carried_limit(m, n, "own", "own_funds", f.own_limited, own_bounded)
    add_carried_limit(m, n, "frame", "frame", f.framed, framed)
    m.rows("shifted_most", list(m.shifted), rule=lambda m, a, y: m.shifted[a, y] <= n("shiftable", a, y))


def add_steps(m: Program, at: Structure, n: Numbers) -> None:
    """How outlays may rise from one plan year to the next; u is the plan year before y.

    step_most        the rise of (net_outlay - settled)/L from u to y <= max(outlay_step[a,y], that of reference_outlay)
                     where priced, less over_step
    rise_least       rise[a,y] >= net_outlay[a,y]/L[y] - net_outlay[a,u]/L[u]            from 0 before the first
    """
    settled, before = _settle(m, at, n), dict(zip(at.years[1:], at.years[:-1], strict=True))

    def climb(a: str, y: int, amount: Callable[[str, int], Expression]) -> Expression:
        now = amount(a, y) / at.lengths[y]
        return now - amount(a, before[y]) / at.lengths[before[y]] if y in before else now

    def bounded(a: str, y: int) -> Expression:
        return m.net_outlay[a, y] - settled(a, y)

    m.rows(
        "step_most",
        [(a, y) for a, y in at.finance.stepped if y in before],
        rule=lambda m, a, y: climb(a, y, bounded) - take_breach(m, "over_step", a, y) <= n("outlay_step", a, y),
    )
    m.rows(
        "rise_least", list(m.rise), rule=lambda m, a, y: m.rise[a, y] >= climb(a, y, lambda a, y: m.net_outlay[a, y])
    )


def _settle(m: Program, at: Structure, n: Numbers) -> Callable[[str, int], Expression]:
    """What decided projects cost an actor in a year, less the grants that are theirs: on top of the limits."""
    decided, secured = set(at.finance.decided), set(at.finance.secured)
    spent, claims = list_spent(at), list_claims(at)

    def settled(a: str, y: int) -> Expression:
        if not any(k in decided for k, _ in spent[a, y]):
            return 0
        due = [claim for start in spent[a, y] for claim in claims.get(start, ()) if claim in secured]
        return n("decided_outlay", a, y) - sum(n("receive", (i, k), a, v, y) * m.secured[i, k, v] for i, k, v in due)

    return settled
