"""Whether firm capacity covers the peak, where a commodity asks for it."""

from __future__ import annotations

from model.formulation.rows import Program
from model.formulation.vintages import list_gains
from model.parameters.coefficient import WHOLE_YEAR
from model.parameters.numbers import Expression, Numbers
from model.parameters.structure import Structure


def add_firm_capacity(m: Program, at: Structure, n: Numbers) -> None:
    """Credited capacity covers peak demand and the margin, in every slice's mean load times its peak factor.

    firm   sum over hosts k: capacity[k,y] max over modes m of k:
               firm_credit[m,c,y] max_s(flow[m,c,s,y]) yield[k,y] / capacity_weight[m]
             >= (1 + reserve_margin[c,y]) peak_factor[c,y] 8760/h[s]
                (demand[c,y] profile[c,s,y] + sum over consuming k: -flow[k,c,s,y] activity[k,y,s])

    Where flows are given by vintage, a vintage's own count for what stands of it and for what it runs.
    """

    def firm(m: Program, c: str, y: int, s: str) -> Expression:
        output = sum(n("firm_output", k, c, y) * m.capacity[k, y] for k in at.firm[c])
        drawn = sum(
            n("firm_draw", k, c, s, y) * m.activity[k, y, WHOLE_YEAR if at.slots[k] == (WHOLE_YEAR,) else s]
            for k in at.consumers[c]
        )
        output += sum(
            n("firm_gain", k, c, v, y) * (m.build[k, v] - (m.retired[k, v, y] if k in at.retirable else 0))
            for k in at.firm[c]
            if k in at.vintaged
            for v in at.years
            if v <= y
        )
        drawn += sum(
            list_gains(at, c, y, s, lambda k, v, _, slot: n("draw_gain", (k, c), v, s, y) * m.run[k, v, y, slot])
        )
        return output - drawn >= n("firm_demand", c, s, y)

    m.rows("firm", [(c, y, s) for c in at.firm for y in at.years for s in at.slices], rule=firm)
