"""How limits of money are broken at a price: a breach per limit, actor and year, where the limit is priced.

ceiling_most   debt[a,y] - over_ceiling[a,y] <= room                    likewise over_frame, over_own_funds (of a
result_least   result change + under_result[a,y] >= - room              calendar year, times L[y]) and over_step
"""

from __future__ import annotations

import pyomo.environ as pyo

from model.formulation.rows import Program
from model.parameters.numbers import Expression, Numbers
from model.parameters.structure import Structure
from scenarios.arithmetic.breaches import BREACHES


def declare_breaches(m: Program, at: Structure) -> None:
    """Declare the breaches of each priced limit, where its rule stands."""
    for name in BREACHES:
        setattr(m, name, pyo.Var(list(at.finance.breachable.get(name, ())), domain=pyo.NonNegativeReals))


def take_breach(m: Program, name: str, a: str, y: int) -> Expression:
    """A breach; nothing where the limit may not be broken."""
    breach = getattr(m, name)
    return breach[a, y] if (a, y) in breach else 0


def sum_breach_cost(m: Program, n: Numbers) -> Expression:
    """What breaches cost in money of the first year.

    breach_cost = sum over limits, a, y of D_op[y] price[limit,a,y] breach[limit,a,y]
    """
    return sum(
        n(f"{name}_cost", a, y) * breach[a, y] for name in BREACHES for breach in [getattr(m, name)] for a, y in breach
    )
