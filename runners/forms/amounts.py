"""The amounts that forms ask for, as figures of the run: investment, running cost, tonnes, cost per tonne, by whom."""

from __future__ import annotations

from collections.abc import Sequence

from runners.forms.figures import Figure, add, divide, multiply, reckon, sum_of
from runners.forms.filled import FormCell, Left
from runners.forms.material import COMPANY, HOUSEHOLDS, MUNICIPALITY, PRIVATE, REGION, STATE, Material

ALL = ""
"""The actor of what all have together."""
MILLION = 1e6
PUBLIC = (COMPANY, REGION, STATE)
CAPITAL = ("outlay", "grant", "residual_value")
RUNNING = ("operating", "support", "replaced")
"""Present values of a measure that are its investment, and those that are its operation and what it spares others."""
NO_TONNES = Left("no_tonnes", "climate")


def invest(m: Material, technologies: Sequence[str], actors: Sequence[str] | None = None) -> Figure:
    """Investment up to the form's last year, in euros of the price year."""
    owners = {} if actors is None else {"actor": tuple(actors)}
    return sum_of("investments", "outlay", m.euro, technology=tuple(technologies), year=m.years, **owners)


def invest_by_kind(m: Material, technologies: Sequence[str], *kinds: str) -> Figure:
    """The same of the actors of some kinds."""
    return invest(m, technologies, m.list_actors(*kinds))


def value(m: Material, technology: str, *columns: str, actor: str = ALL) -> Figure:
    """Present values of a measure over the whole horizon, in euros: received positive."""
    where = {"level": "measure", "item": technology, "actor": actor}
    return add(*(sum_of("measures_finance", column, m.euro, **where) for column in columns))


def value_all(m: Material, technologies: Sequence[str], *columns: str, actor: str = ALL) -> Figure:
    """The same of several measures."""
    return add(*(value(m, technology, *columns, actor=actor) for technology in technologies))


def run_yearly(m: Material, technology: str, actor: str = ALL) -> Figure:
    """Running cost of an even year, what is spared taken off: operation as an annuity over the horizon."""
    where = {"level": "measure", "item": technology, "actor": actor}
    annuity, worth = (sum_of("measures_finance", column, **where) for column in ("annuity", "npv"))
    return divide(multiply(value(m, technology, *RUNNING, actor=actor), annuity), worth).scale(-1.0)


def spare(technologies: Sequence[str]) -> Figure:
    """Tonnes that measures save in a year in service."""
    return sum_of("green_impact", "tonnes", technology=tuple(technologies))


def cost_per_tonne(m: Material, technology: str) -> FormCell:
    """Net cost of an even year over tonnes of a year in service; open where no tonnes are saved."""
    where = {"level": "measure", "item": technology, "actor": ALL}
    cost = sum_of("measures_finance", "annuity", -m.euro, **where)
    return over_tonnes(m, cost, (technology,))


def over_tonnes(m: Material, cost: Figure, technologies: Sequence[str]) -> FormCell:
    """An amount per tonne saved in a year; open where none are."""
    saved = spare(technologies)
    tonnes = reckon(saved, m.tables)
    return divide(cost, saved) if tonnes is not None and tonnes > 1.0 else NO_TONNES


def per_hundred(part: Figure, whole: Figure) -> Figure:
    """A part in percent of a whole."""
    return divide(part, whole, 100.0)


def emit(m: Material, accounts: Sequence[str], year: int, table: str = "accounts") -> Figure:
    """Tonnes that accounts hold in a plan year."""
    return sum_of(table, "value", m.tonnes, account=tuple(accounts), year=year)


def count_past(m: Material, account: str, year: int) -> Figure:
    """Tonnes of a sector in the statistics of a year."""
    return sum_of("numbers", "value", m.tonnes, quantity="inventory", account=account, year=year)


def is_there(m: Material, figure: Figure) -> bool:
    """Whether a figure has rows behind it and is not nothing."""
    found = reckon(figure, m.tables)
    return found is not None and abs(found) > 1e-9


OTHERS = (PRIVATE, HOUSEHOLDS)
OWN = (MUNICIPALITY, COMPANY)
"""Kinds of actors: those whose money is not public; the municipality and its companies."""
