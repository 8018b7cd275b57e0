"""What the plan decides: every variable of the program, for whom it exists and between which bounds."""

from __future__ import annotations

import pyomo.environ as pyo

from model.formulation.finance import add_finance_decisions
from model.formulation.rows import Program
from model.parameters.structure import Structure

AMOUNT = pyo.NonNegativeReals


def add_decisions(m: Program, at: Structure) -> None:
    """Declare all decisions of `docs/mathematics.md`, each over its sparse index set."""
    years = at.years
    m.build = pyo.Var([(k, v) for k in at.buildable for v in years], domain=AMOUNT)
    m.capacity = pyo.Var([(k, y) for k in at.hosts for y in years], domain=AMOUNT)
    m.standing = pyo.Var([(k, y) for k in at.outgrowing for y in years], domain=AMOUNT)
    m.activity = pyo.Var([(k, y, s) for k, slots in at.slots.items() for y in years for s in slots], domain=AMOUNT)
    m.run = pyo.Var(
        [(k, v, y, s) for k in at.running for v in years for y in years if y >= v for s in at.slots[k]], domain=AMOUNT
    )
    m.retired = pyo.Var([(k, v, y) for k in at.retirable for v in years for y in years if y >= v], domain=AMOUNT)
    m.scrapped = pyo.Var([(k, y) for k in at.scrappable for y in years], domain=AMOUNT, bounds=(0, 1))
    m.purchase = pyo.Var([(c, y, s) for c in at.purchasable for y in years for s in at.balance_slots[c]], domain=AMOUNT)
    m.sale = pyo.Var([(c, y, s) for c in at.sellable for y in years for s in at.balance_slots[c]], domain=AMOUNT)
    m.level = pyo.Var([(c, y, s) for c in at.storage for y in years for s in at.slices], domain=AMOUNT)
    m.units = pyo.Var([(k, v) for k in at.lumpy for v in years], domain=pyo.NonNegativeIntegers)
    m.begin = pyo.Var([(k, v) for k in at.switched for v in years], domain=pyo.Binary)
    m.ever = pyo.Var(sorted({k for members in at.excludes.values() for k in members}), domain=pyo.Binary)
    m.account = pyo.Var([(e, y) for e in at.parts for y in years], domain=pyo.Reals)
    m.credit = pyo.Var([(e, f, y) for e, f in at.credits for y in years], domain=AMOUNT)
    m.positive = pyo.Var([(f, y) for f in at.dipping for y in years], domain=pyo.Binary)
    soft = set(at.soft)
    m.excess = pyo.Var([(t, y) for t, held in at.yearly_targets.items() if t in soft for y in held], domain=AMOUNT)
    m.excess_total = pyo.Var([t for t in at.total_targets if t in soft], domain=AMOUNT)
    m.missed = pyo.Var(list(m.excess), domain=AMOUNT)
    add_finance_decisions(m, at)
