"""Costing: what measures cost and save by field and lever: sectors, projects, financial indicators."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from conf.words import format_number, say
from runners.forms import amounts as a
from runners.forms.figures import Added, Figure, divide, reckon, sum_of
from runners.forms.filled import Filled, FormCell, FormRow, Left
from runners.forms.material import MUNICIPALITY, Lever, Material, Measure

PROJECTS = 10
"""Projects that are told as capital-intensive."""
LEAST_SHARE = 0.005
KILO = 1e-3


def name_field(m: Material, lever: Lever) -> str:
    """A field of action in the language; where the case has none it says so."""
    return say(f"form_field_{lever.field or 'unmapped'}", m.lang)


def name_lever(m: Material, lever: Lever) -> str:
    """A lever in the language."""
    return lever.name(m.lang) or say("form_field_unmapped", m.lang)


def name_measure(m: Material, measure: Measure) -> str:
    """A measure by its code and name."""
    return " ".join(word for word in (measure.code, measure.names[m.lang]) if word)


def list_actions(m: Material, technology: str) -> str:
    """Numbers of the actions that name a measure."""
    own = [row["action"].split("_")[0] for row in m.actions if technology in row["measures"].split()]
    return say("form_actions", m.lang, names=", ".join(own)) if own else ""


def cost_sectors(m: Material) -> Filled:
    """Sectorial costing, a row per measure."""

    def row(measure: Measure) -> FormRow:
        one = (measure.technology,)
        field = " · ".join(w for w in (name_field(m, measure.lever), list_actions(m, measure.technology)) if w)
        return {
            "1": field,
            "2": name_measure(m, measure),
            "3": a.invest(m, one),
            "4": a.run_yearly(m, measure.technology),
            "5": a.spare(one),
            "6": a.cost_per_tonne(m, measure.technology),
            **_value_benefits(m, measure.technology, "7"),
        }

    return Filled(tuple(map(row, m.measures)), ("3", "4", "5"), notes=("yearly", "tonnes"))


def _value_benefits(m: Material, technology: str, column: str, scale: float = 1.0) -> dict[str, FormCell]:
    """Benefits of a measure where the run has any."""
    if "benefits" not in m.tables:
        return {}
    found = sum_of("benefits", "worth", m.euro * scale, technology=technology, year=m.last)
    return {column: found} if a.is_there(m, found) else {}


def list_projects(m: Material) -> Filled:
    """Capital-intensive projects: the dearest measures, and who pays which part."""
    rows = tuple(
        {
            "1": name_field(m, measure.lever),
            "2": name_measure(m, measure),
            "3": a.invest(m, (measure.technology,)).scale(1 / a.MILLION),
            "4": a.run_yearly(m, measure.technology).scale(1 / a.MILLION),
            "5": a.cost_per_tonne(m, measure.technology),
            "6": _split_payers(m, measure.technology),
        }
        for measure in _find_dearest(m)
    )
    return Filled(rows, notes=("projects", "yearly", "tonnes"))


def _find_dearest(m: Material) -> list[Measure]:
    cost = {one.technology: reckon(a.invest(m, (one.technology,)), m.tables) or 0.0 for one in m.measures}
    return sorted(m.measures, key=lambda one: -cost[one.technology])[:PROJECTS]


def _split_payers(m: Material, technology: str) -> str:
    """Owners by their part of the investment after grants, and grants; parts of present values."""
    table = m.tables["measures_finance"]
    own = table[(table["level"] == "measure") & (table["item"] == technology)]
    whole = -float(own.loc[own["actor"] == a.ALL, "outlay"].sum())
    if whole <= 0:
        return ""
    parts = {
        m.name_actor(str(row["actor"])): (-float(row["outlay"]) - float(row["grant"])) / whole
        for row in own[own["actor"] != a.ALL].to_dict("records")
    }
    parts[say("form_grants", m.lang)] = float(own.loc[own["actor"] == a.ALL, "grant"].sum()) / whole
    told = [f"{name} {format_number(100 * part, m.lang, 0)} %" for name, part in parts.items() if part > LEAST_SHARE]
    return "; ".join(told)


def cost_levers(m: Material) -> Filled:
    """Whole city by lever: cash that leaves is negative, a saving is positive, million euros up to the form's year."""
    return Filled(tuple(_cost_lever(m, lever, own) for lever, own in m.grouped.items()), *_PECS)


_PECS: tuple[tuple[str, ...], None, tuple[str, ...]] = (("3", "4", "5", "6"), None, ("signs", "even"))


def cost_municipality(m: Material) -> Filled:
    """The municipality's own part by lever."""
    own = m.list_actors(MUNICIPALITY)
    rows = []
    for lever, technologies in m.grouped.items():
        if a.is_there(m, a.invest(m, technologies, own)):
            rows.append({key: cell for key, cell in _cost_lever(m, lever, technologies, own).items() if key in "12345"})
    return Filled(tuple(rows), ("3", "4", "5"), notes=("signs", "even"))


def _cost_lever(m: Material, lever: Lever, own: Sequence[str], actors: Sequence[str] | None = None) -> FormRow:
    million, payers = 1 / a.MILLION, [a.ALL] if actors is None else list(actors)
    spent = a.invest(m, own, actors).scale(-million)
    each = [a.run_yearly(m, technology, actor).scale(-million * len(m.years)) for technology in own for actor in payers]
    cash = [one for one in each if reckon(one, m.tables) is not None]
    row: dict[str, FormCell] = {"1": name_field(m, lever), "2": name_lever(m, lever), "3": spent}
    if cash:
        row |= {"4": Added(tuple(cash)), "5": Added((spent, *cash))}
    return {**row, "6": a.spare(own).scale(KILO)}


def indicate_levers(m: Material) -> Filled:
    """The model's financial indicators: present values by lever, received positive."""
    return Filled(
        tuple(_indicate(m, lever, own) for lever, own in m.grouped.items()), ("3", "4", "6", "7"), None, ("npv",)
    )


def _indicate(m: Material, lever: Lever, own: Sequence[str]) -> FormRow:
    million = 1 / a.MILLION
    capital = a.value_all(m, own, *a.CAPITAL).scale(million)
    tonnes = a.spare(own)
    row: dict[str, FormCell] = {
        "1": name_field(m, lever),
        "2": name_lever(m, lever),
        "3": capital,
        "4": a.value_all(m, own, *a.RUNNING).scale(million),
        "6": a.value_all(m, own, "npv").scale(million),
        "7": tonnes.scale(KILO),
        "8": a.NO_TONNES,
    }
    saved = reckon(tonnes, m.tables)
    if saved is not None and saved > 1.0:
        row["8"] = divide(capital, tonnes.scale(KILO))
    return row


def list_dijon(m: Material) -> Filled:
    """The largest projects with owners and year of operation."""
    investments = m.tables["investments"]

    def row(measure: Measure) -> FormRow:
        own = investments[investments["technology"] == measure.technology]
        cells: dict[str, FormCell] = {
            "1": name_field(m, measure.lever),
            "2": list_actions(m, measure.technology),
            "3": name_measure(m, measure),
            "6": a.invest(m, (measure.technology,)),
            "7": a.spare((measure.technology,)),
            "8": a.cost_per_tonne(m, measure.technology),
            "11": "; ".join(map(m.name_actor, dict.fromkeys(own["actor"]))),
            "13": sum_first(m, measure.technology),
        }
        made = sum_of("green_impact", "electricity", technology=measure.technology)
        if (reckon(made, m.tables) or 0.0) > 0 and measure.technology.startswith("pv"):
            cells["9"] = made
        return {key: cell for key, cell in cells.items() if cell != ""}

    return Filled(tuple(map(row, _find_dearest(m))), notes=("projects", "tonnes"))


def sum_first(m: Material, technology: str) -> FormCell:
    """The first year of service."""
    table = m.tables["investments"]
    years = table.loc[(table["technology"] == technology) & (table["build"] > 0), "first_service"].dropna()
    return int(years.min()) if len(years) else Left("not_in_case", "action_owner")


def summarise_sectors(m: Material) -> Filled:
    """Capex, tonnes and jobs by lever."""
    whole = a.invest(m, [one.technology for one in m.measures])
    names = {one.technology: name_measure(m, one) for one in m.measures}

    def row(lever: Lever, own: Sequence[str]) -> FormRow:
        capex = a.invest(m, own)
        return {
            "1": f"{name_field(m, lever)}: {name_lever(m, lever)}",
            "2": capex.scale(1 / a.MILLION),
            "3": a.per_hundred(capex, whole),
            "4": "; ".join(names[one] for one in own),
            "5": a.spare(own),
            **_count_jobs(m, own),
        }

    return Filled(tuple(row(*pair) for pair in m.grouped.items()), ("2", "3", "5"), notes=("tonnes",))


def _count_jobs(m: Material, own: Sequence[str]) -> dict[str, FormCell]:
    if "benefits" not in m.tables:
        return {}
    jobs = sum_of("benefits", "amount", technology=tuple(own), kind="jobs", year=m.years)
    return {"6": jobs} if a.is_there(m, jobs) else {}


def list_barcelona(m: Material) -> Filled:
    """Assumption, tonnes and cost by measure: present values over the whole horizon."""
    million = 1 / a.MILLION

    def rows() -> Iterator[FormRow]:
        table = m.tables["capacity"]
        for one in m.measures:
            own = table[(table["technology"] == one.technology) & (table["year"] == m.last)]
            starts = m.tables["investments"]
            years = starts.loc[(starts["technology"] == one.technology) & (starts["build"] > 0), "year"]
            cells: dict[str, FormCell] = {
                "1": name_lever(m, one.lever),
                "5": name_field(m, one.lever),
                "6": a.spare((one.technology,)).scale(KILO),
                "7": a.value(m, one.technology, *a.RUNNING).scale(million),
                "9": a.value(m, one.technology, "npv").scale(-million),
            }
            if len(own):
                cells["2"] = stand(one.technology, m.last)
                cells["3"] = f"{name_measure(m, one)}, {own['unit'].iloc[0]}"
            if len(years):
                cells["4"] = f"{int(years.min())}–{int(years.max())}"
            yield cells

    return Filled(tuple(rows()), ("6", "7", "9"), notes=("npv",))


def stand(technology: str, year: int) -> Figure:
    """What stands of a measure at a year."""
    return sum_of("capacity", "capacity", technology=technology, year=year)
