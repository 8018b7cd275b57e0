"""Emissions: what sectors let out before, without and with the plan, in all variants of the forms' gap table."""

from __future__ import annotations

from collections.abc import Iterator

from conf.whole_numbers import read_whole
from conf.words import say
from runners.forms import amounts as a
from runners.forms.figures import Figure, reckon, subtract, sum_of
from runners.forms.filled import Beyond, Filled, FormCell, FormRow, Left
from runners.forms.material import CAPTURING, Material

IDLE = "idle_accounts"
KILO = 1e-3
TARGET_ACCOUNTS = ("total",)


def list_sectors(m: Material) -> tuple[tuple[str, str], ...]:
    """Sectors of the emission path: account and name."""
    return tuple((account, m.name_sector(name)) for name, account in m.sectors.items())


def _every(m: Material) -> tuple[str, ...]:
    return tuple(account for account, _ in list_sectors(m))


def _past(m: Material, accounts: tuple[str, ...], year: int) -> Figure:
    return sum_of("numbers", "value", m.tonnes, quantity="inventory", account=accounts, year=year)


def _removed(m: Material, year: int) -> Figure:
    return sum_of("accounts", "value", m.tonnes, role=CAPTURING, year=year)


def list_inventory(m: Material) -> Filled:
    """Emissions by sector in the base year of the form."""
    whole = _past(m, _every(m), m.base_year)
    left = Left("no_scopes", "inventory")
    rows: list[FormRow] = []
    for account, name in list_sectors(m):
        figure = _past(m, (account,), m.base_year)
        if a.is_there(m, figure):
            told: dict[str, FormCell] = {"1": name, "2": left, "3": left, "4": left, "5": figure}
            rows.append({**told, "6": a.per_hundred(figure, whole)})
    return Filled(tuple(rows), ("5", "6"), notes=("base",))


def gap_of_model(m: Material) -> Filled:
    """Emission gap as the economic model has it, in thousand tonnes: the baseline is the year without the plan."""
    rows = [_gap_model(m, name, (account,)) for account, name in list_sectors(m)]
    total = dict(_gap_model(m, say("form_sum", m.lang), _every(m)))
    without, removed = _idle(m, _every(m)), _removed(m, m.last)
    left = a.emit(m, _every(m), m.last)
    total |= {
        "7": removed.scale(KILO),
        "8": a.per_hundred(removed, without),
        "9": subtract(left, removed).scale(KILO),
        "10": a.per_hundred(subtract(left, removed), without),
    }
    return Filled((*rows, total), notes=("gap_model", "removals"))


def _idle(m: Material, accounts: tuple[str, ...]) -> Figure:
    return a.emit(m, accounts, m.last, IDLE)


def _difference(m: Material, accounts: tuple[str, ...], year: int) -> Figure:
    """What doing nothing lets out more than the plan."""
    term_idle = a.emit(m, accounts, year, IDLE)
    return subtract(term_idle, a.emit(m, accounts, year))


def _gap_model(m: Material, name: str, accounts: tuple[str, ...]) -> FormRow:
    without, left = _idle(m, accounts), a.emit(m, accounts, m.last)
    row: dict[str, FormCell] = {
        "1": name,
        "2": without.scale(KILO),
        "3": _difference(m, accounts, m.last).scale(KILO),
        "5": left.scale(KILO),
    }
    if (reckon(without, m.tables) or 0.0) > 1.0:
        row |= {"4": a.per_hundred(_difference(m, accounts, m.last), without), "6": a.per_hundred(left, without)}
    by_sector = Left("sinks_by_sector", "council")
    return {**row, "7": by_sector, "8": by_sector, "9": by_sector, "10": by_sector}


def gap_of_guidance(m: Material) -> Filled:
    """Emission gap in seven columns: from the base year over what happens anyway and the plan to what is left."""
    rows = [_gap_seven(m, name, (account,)) for account, name in list_sectors(m)]
    total = dict(_gap_seven(m, say("form_sum", m.lang), _every(m)))
    return Filled((*rows, total), notes=("gap_seven",))


def _gap_seven(m: Material, name: str, accounts: tuple[str, ...]) -> FormRow:
    base, latest = _past(m, accounts, m.base_year), _past(m, accounts, count_latest(m))
    row: dict[str, FormCell] = {"1": name}
    if not a.is_there(m, base):
        return {**row, **dict.fromkeys(("2", "4"), Left("no_statistics", "inventory"))}
    anyway = subtract(latest, _idle(m, accounts))
    planned = _difference(m, accounts, m.last)
    left = a.emit(m, accounts, m.last)
    row |= {"2": base, "4": latest}
    for key, part in {"5": anyway, "7": planned, "8": left}.items():
        row |= {f"{key}.abs": part, f"{key}.pct": a.per_hundred(part, base)}
    cap = _find_cap(m, accounts)
    if cap is not None:
        target = subtract(base, cap)
        gap = subtract(_idle(m, accounts), cap)
        row |= {"3.abs": target, "3.pct": a.per_hundred(target, base)}
        row |= {"6.abs": gap, "6.pct": a.per_hundred(gap, base)}
    else:
        left_open = Left("no_target", "council")
        row |= dict.fromkeys(("3.abs", "3.pct", "6.abs", "6.pct"), left_open)
    return row


def count_latest(m: Material) -> int:
    """The last year of the case's statistics before the plan."""
    table = m.tables["numbers"]
    years = [int(year) for year in table.loc[table["quantity"] == "inventory", "year"] if read_whole(year)]
    return max((year for year in years if year < m.all_years[0]), default=m.base_of_plan)


def _find_cap(m: Material, accounts: tuple[str, ...]) -> Figure | None:
    """The cap of the form's last year on an account, or on the total of all sectors."""
    table = m.tables["targets"]
    held = table[(table["year"] == m.last) & (table["sense"] == "at_most") & (table["basis"] != "cumulative")]
    if len(accounts) > 1:
        total = m.tables["accounts"]
        accounts = tuple(dict.fromkeys(total.loc[total["role"].isin(TARGET_ACCOUNTS), "account"]))
    own = held[held["account"].isin(accounts)]
    if own.empty:
        return None
    least = str(own.sort_values("cap")["target"].iloc[0])
    return sum_of("targets", "cap", m.tonnes, target=least, year=m.last)


def gap_of_2023(m: Material) -> Filled:
    """Emission gap of the form of 2023: what is left in the last year, what happens anyway, what the plan covers."""

    def row(name: str, accounts: tuple[str, ...]) -> FormRow:
        base, left = _past(m, accounts, m.base_year), a.emit(m, accounts, m.last)
        if not a.is_there(m, base):
            return {"1": name, "2.abs": Left("no_statistics", "inventory")}
        anyway = subtract(base, _idle(m, accounts))
        return {
            "1": name,
            "2.abs": base,
            "2.pct": a.per_hundred(base, _past(m, _every(m), m.base_year)),
            "3.abs": left,
            "3.pct": a.per_hundred(left, base),
            "4": subtract(base, left),
            "5.abs": anyway,
            "5.pct": a.per_hundred(anyway, base),
            "6": _difference(m, accounts, m.last),
        }

    rows = [row(name, (account,)) for account, name in list_sectors(m)]
    return Filled((*rows, row(say("form_sum", m.lang), _every(m))), notes=("gap_2023",))


def offset_residual(m: Material) -> Filled:
    """What is left and what sinks of the plan take up; trees and hectares are another way than the plan's."""
    removed, without = _removed(m, m.last), _idle(m, _every(m))
    row: dict[str, FormCell] = {
        "1": say("form_sum", m.lang),
        "2": removed.scale(KILO),
        "3": a.per_hundred(removed, without),
    }
    return Filled((row,), notes=("removals",))


def list_sinks(m: Material) -> Filled:
    """Sinks of the plan: what each takes up in a year in service, and how much of it stands."""
    rows: list[FormRow] = []
    table = m.tables["accounts"]
    removals = set(table.loc[table["role"].isin(CAPTURING), "account"])
    numbers = m.tables["numbers"]
    factors = numbers[numbers["account"].isin(removals) & numbers["quantity"].str.startswith("factor_")]
    for measure in m.measures:
        if measure.technology not in set(factors["item"]) | set(factors["technology"]):
            continue
        own = m.tables["capacity"]
        unit = own.loc[own["technology"] == measure.technology, "unit"]
        extent = sum_of("capacity", "capacity", technology=measure.technology, year=m.last)
        name = measure.names[m.lang] + (f" ({unit.iloc[0]})" if len(unit) else "")
        rows.append({"1": name, "3": extent, "4": a.spare((measure.technology,))})
    return Filled(tuple(rows), ("4",), notes=("sinks", "tonnes"))


def trace_path(m: Material) -> Filled:
    """Emissions by sector and year, from which the chart is drawn."""
    columns = ((say("form_head_sector", m.lang), ""), *((str(year), "t CO2e") for year in m.all_years))
    rows: tuple[tuple[FormCell | None, ...], ...] = tuple(
        (name, *(a.emit(m, (account,), year) for year in m.all_years)) for account, name in list_sectors(m)
    )
    return Filled((), beyond=(Beyond("path", say("form_path", m.lang), columns, rows),))


def list_factors(m: Material) -> Filled:
    """Emission factors of the case per energy: those given per GWh, in kilograms per MWh."""
    return Filled(tuple(_list_factors(m)), notes=("factors",))


def _list_factors(m: Material) -> Iterator[FormRow]:
    table = m.tables["numbers"]
    own = table[table["quantity"].isin(("factor_activity", "factor_purchase")) & (table["unit"] == "kt CO2e/GWh")]
    for row in own.drop_duplicates(["item", "account"]).to_dict("records"):
        where = {"quantity": str(row["quantity"]), "item": str(row["item"]), "account": str(row["account"])}
        alone = own[(own["item"] == row["item"]) & (own["account"] == row["account"])]
        if len(alone) == 1:
            yield {"1": str(row[m.name]), "2": sum_of("numbers", "value", 1000.0, **where)}


def tell_boundary(m: Material) -> Filled:
    """Sectors of the target; scopes are for the city to tick."""
    return Filled(tuple({"1": name} for _, name in list_sectors(m)))
