"""Other forms: Covenant of Mayors, CDP-ICLEI, green bonds, Klimatklivet, as far as their fields are known."""

from __future__ import annotations

from runners.forms import amounts as a
from runners.forms.costing import name_field, name_measure
from runners.forms.emissions import count_latest, list_sectors
from runners.forms.figures import Figure, divide, multiply, reckon, subtract, sum_of
from runners.forms.filled import Filled, FormCell, FormRow, Left
from runners.forms.material import MUNICIPALITY, Lever, Material, Measure

TONNE, MEGA = 1000.0, 1000.0
"""Kilograms in a tonne; megawatt-hours in a gigawatt-hour."""
UNKNOWN = ("other_form",)


def list_covenant_inventory(m: Material) -> Filled:
    """Emissions by sector in the base year, the latest inventory and with the plan, under both options."""
    rows = []
    for account, name in list_sectors(m):
        base, latest = a.count_past(m, account, m.base_year), a.count_past(m, account, count_latest(m))
        left = a.emit(m, (account,), m.last)
        row: dict[str, FormCell] = {"1": name, "5": left}
        if a.is_there(m, base):
            row |= {"3": base, "6": subtract(base, left)}
        if a.is_there(m, latest):
            row |= {"4": latest, "7": subtract(latest, left)}
        rows.append(row)
    return Filled(tuple(rows), ("3", "4", "5", "6", "7"), notes=("base", *UNKNOWN))


def _begin(m: Material, one: Measure) -> tuple[int, int] | None:
    table = m.tables["investments"]
    years = table.loc[(table["technology"] == one.technology) & (table["build"] > 0), "year"]
    return (int(years.min()), int(years.max())) if len(years) else None


def _name_owners(m: Material, one: Measure) -> str:
    table = m.tables["investments"]
    own = table.loc[table["technology"] == one.technology, "actor"]
    return "; ".join(m.name_actor(str(actor)) for actor in dict.fromkeys(own))


def list_covenant_actions(m: Material) -> Filled:
    """Measures with years, owners, budget and effect."""
    rows = []
    for one in m.measures:
        row: dict[str, FormCell] = {
            "1": name_measure(m, one),
            "2": name_field(m, one.lever),
            "3": _name_owners(m, one),
            "6": a.invest(m, (one.technology,)),
            "7": a.spare((one.technology,)),
        }
        span = _begin(m, one)
        if span is not None:
            row |= {"4": span[0], "5": span[1]}
        rows.append(row)
    return Filled(tuple(rows), ("6", "7"), notes=("tonnes", *UNKNOWN))


def list_gpc_inventory(m: Material) -> Filled:
    """Emissions of the base year by sector of the GPC, as the case maps its sectors."""
    rows = []
    for account, name in list_sectors(m):
        figure = a.count_past(m, account, m.base_year)
        row: dict[str, FormCell] = {"2": name}
        gpc = m.levers.get(account, Lever()).gpc
        if gpc:
            row["1"] = gpc
        if a.is_there(m, figure):
            row["3"] = figure
        rows.append(row)
    return Filled(tuple(sorted(rows, key=lambda row: str(row.get("1", "~")))), ("3",), notes=("base", *UNKNOWN))


def list_cdp_actions(m: Material) -> Filled:
    """Measures as mitigation actions, with the municipality's own part of the cost."""
    rows = []
    for one in m.measures:
        row: dict[str, FormCell] = {
            "1": name_field(m, one.lever),
            "2": name_measure(m, one),
            "5": a.invest(m, (one.technology,)),
            "6": a.invest_by_kind(m, (one.technology,), MUNICIPALITY),
            "7": a.spare((one.technology,)),
        }
        span = _begin(m, one)
        if span is not None:
            row["4"] = span[0]
        rows.append(row)
    return Filled(tuple(rows), ("5", "6", "7"), notes=("tonnes", *UNKNOWN))


def list_impact(m: Material) -> Filled:
    """Impact per project and owner: what the plan counts, and electricity at the grid factor of its year."""
    names = {one.technology: name_measure(m, one) for one in m.measures}
    rows: list[FormRow] = []
    table = m.tables["green_impact"]
    for row in table[table["technology"].isin(names)].to_dict("records"):
        where = {"technology": str(row["technology"]), "actor": str(row["actor"])}
        green, share = (sum_of("green_impact", column, 100.0, **where) for column in ("green_share", "share"))
        tonnes, electricity = (sum_of("green_impact", column, **where) for column in ("tonnes", "electricity"))
        rows.append(
            {
                "1": names[str(row["technology"])],
                "2": m.name_actor(str(row["actor"])),
                "3": sum_of("green_impact", "outlay", m.krona, **where),
                "4": share,
                "5": green,
                "6": sum_of("green_impact", "service_years", **where),
                "7": tonnes,
                "8": electricity.scale(MEGA),
                "9": electricity.scale(m.grid[0]),
                "10": multiply(tonnes, green).scale(0.01),
            }
        )
    return Filled(tuple(rows), ("3", "7", "8", "9", "10"), notes=("green", *UNKNOWN))


def list_klimatklivet(m: Material) -> Filled:
    """Kilograms of emissions less per krona invested, and per krona of support, over the years of effect."""
    return Filled(tuple(_count(m, one) for one in m.measures), ("3", "4", "6", "8"), notes=("klimatklivet", *UNKNOWN))


def _count(m: Material, one: Measure) -> FormRow:
    own = (one.technology,)
    invested, support = _invest(m, one), _support(m, one)
    yearly = a.spare(own).scale(TONNE)
    years = _years(m, one)
    total = multiply(yearly, years)
    saved = (reckon(yearly, m.tables) or 0.0) > TONNE
    row: dict[str, FormCell] = {
        "1": name_measure(m, one),
        "2": _name_owners(m, one),
        "3": invested,
        "4": support,
        "6": yearly,
        "7": years,
        "8": total,
    }
    if a.is_there(m, invested):
        row["5"] = a.per_hundred(support, invested)
        row["9"] = divide(total, invested) if saved else a.NO_TONNES
    if a.is_there(m, support):
        row["10"] = divide(total, support) if saved else a.NO_TONNES
    else:
        row["10"] = Left("no_support", "finance")
    return row


def _invest(m: Material, one: Measure) -> Figure:
    return sum_of("investments", "outlay", m.krona, technology=one.technology)


def _support(m: Material, one: Measure) -> Figure:
    """Grants, which the plan tells as present values."""
    where = {"level": "measure", "item": one.technology, "actor": a.ALL}
    return sum_of("measures_finance", "grant", m.krona, **where)


def _years(m: Material, one: Measure) -> Figure:
    """Years of effect: as said, else the mean of the owners' years in service in the plan."""
    rows = m.tables["green_impact"]
    count = int((rows["technology"] == one.technology).sum()) or 1
    served = sum_of("green_impact", "service_years", 1.0 / count, technology=one.technology)
    return served if m.life is None else divide(served.scale(m.life), served)
