"""How far capacity can be used, and how far it must be."""

from __future__ import annotations

from model.formulation.rows import Program
from model.formulation.vintages import list_must
from model.parameters.coefficient import WHOLE_YEAR
from model.parameters.numbers import Expression, Numbers
from model.parameters.structure import Structure


def add_use(m: Program, at: Structure, n: Numbers) -> None:
    """Use of capacity by its modes, per slice or over the year as each technology is decided.

    Of what runs by vintage there is use_least alone, summed over vintages; its other rules are those of `add_runs`.

    use_most     sum over modes i of k: capacity_weight[i] activity[i,y,s] <= use[k,s,y] capacity[k,y]
    use_least    activity[k,y,s] >= must_run[k,s,y] use[k,s,y] capacity[host(k),y]
    use_annual   sum over modes i, slices s: capacity_weight[i] activity[i,y,s]
                   <= annual_availability[k,y] yield[k,y] capacity[k,y]
    use_peak     sum over modes i of k: capacity_weight[i] profile[i,s,y] activity[i,y]
                   <= availability[k,s,y] h[s]/8760 full_load[k,y] capacity[k,y]     decided per year, full_load given
    """

    pooled = [k for k in at.hosts if k not in at.vintaged]
    peaked = [(k, y) for k, y in at.limited["full_load"] if k in pooled and at.slots[k] == (WHOLE_YEAR,)]

    def taken(k: str, y: int, s: str) -> Expression:
        return sum(n("capacity_weight", i) * m.activity[i, y, s] for i in at.modes[k])

    def use_peak(m: Program, k: str, y: int, s: str) -> Expression:
        drawn = sum(n("profile_taken", i, s, y) * m.activity[i, y, WHOLE_YEAR] for i in at.modes[k])
        return drawn <= n("peak_use", k, s, y) * m.capacity[k, y]

    def must(k: str, y: int, s: str) -> Expression:
        if k in at.running:
            return sum(list_must(m, at, n, k, y, s))
        return n("must_use", k, s, y) * m.capacity[at.host[k], y]

    m.rows(
        "use_most",
        [(k, y, s) for k in pooled for y in at.years for s in at.slots[k]],
        rule=lambda m, k, y, s: taken(k, y, s) <= n("use", k, s, y) * m.capacity[k, y],
    )
    m.rows(
        "use_least",
        [(k, y, s) for k in at.must_run for y in at.years for s in at.slots[k]],
        rule=lambda m, k, y, s: m.activity[k, y, s] >= must(k, y, s),
    )
    m.rows(
        "use_annual",
        [(k, y) for k in at.annually_limited if k in pooled for y in at.years],
        rule=lambda m, k, y: sum(taken(k, y, s) for s in at.slots[k]) <= n("annual_use", k, y) * m.capacity[k, y],
    )
    m.rows("use_peak", [(k, y, s) for k, y in peaked for s in at.slices], rule=use_peak)
