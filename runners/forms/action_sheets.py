"""Actions of an adopted plan: one outline each, and their lists; what they say of themselves and what the plan does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from conf.words import format_number, say
from runners.forms import amounts as a
from runners.forms.costing import name_field, name_lever, name_measure
from runners.forms.figures import sum_of
from runners.forms.filled import Filled, FormCell, FormRow, Given, Left
from runners.forms.material import Material
from scenarios.actions import list_measures

NO_MEASURE = Left("no_measure", "action_owner")
NOT_TAKEN = Left("not_taken", "climate")


def _name(m: Material, action: Mapping[str, str]) -> str:
    number = action["action"].split("_")[0]
    return f"{number} {action[m.name]}"


def _say(action: Mapping[str, str], column: str) -> dict[str, FormCell]:
    """What the action says of itself, where it says anything."""
    text = action.get(column, "")
    return {} if not text else {column: Given(text, action["source"])}


def _give(action: Mapping[str, str], **columns: str) -> dict[str, FormCell]:
    """Cells by form column from the action's own columns."""
    found = {}
    for key, column in columns.items():
        own = _say(action, column)
        if own:
            found[key.removeprefix("c")] = own[column]
    return found


def _taken(m: Material, action: Mapping[str, str]) -> tuple[str, ...]:
    """Measures of the action that the plan invests in by the form's last year."""
    planned = {one.technology for one in m.measures}
    return tuple(one for one in list_measures(action["measures"]) if one in planned)


def _effect(m: Material, action: Mapping[str, str], figure: object) -> FormCell:
    """A figure of the action's measures; open with the reason where there are none, or the plan takes none."""
    if not list_measures(action["measures"]):
        return NO_MEASURE
    return figure if _taken(m, action) else NOT_TAKEN  # type: ignore[return-value]


def list_pathways(m: Material) -> Filled:
    """Impact pathways: a row per action with what its measures save."""
    rows = []
    for action in m.actions:
        row: dict[str, FormCell] = {**_give(action, c1="field", c2="lever"), "3": _name(m, action)}
        row["6"] = _effect(m, action, a.spare(_taken(m, action)))
        rows.append(row)
    return Filled(tuple(rows) or _list_levers(m), notes=("shared", "tonnes"))


def _list_levers(m: Material) -> tuple[FormRow, ...]:
    """Without actions of its own the case has its measures by lever."""
    return tuple(
        {"1": name_field(m, lever), "3": name_lever(m, lever), "6": a.spare(own)} for lever, own in m.grouped.items()
    )


def list_portfolios(m: Material) -> Filled:
    """Actions by field with their descriptions."""
    rows = tuple({**_give(one, c1="field", c3="description"), "2": _name(m, one)} for one in m.actions)
    return Filled(rows)


def list_costed(m: Material) -> Filled:
    """Actions that cost anything, with who, when, effect and cost."""
    rows = []
    for action in m.actions:
        own = _taken(m, action)
        row: dict[str, FormCell] = {
            "1": _name(m, action),
            **_give(action, c2="responsible", c4="field"),
            "5": _effect(m, action, a.spare(own)),
            "6": _effect(m, action, a.invest(m, own)),
        }
        dates = "–".join(text for text in (action.get("begins", ""), action.get("ends", "")) if text)
        if dates:
            row["3"] = Given(dates, action["source"])
        rows.append(row)
    return Filled(tuple(rows), notes=("shared", "tonnes"))


def outline_actions(m: Material) -> tuple[Filled, ...]:
    """An outline per action, each on a sheet of its own."""
    return tuple(_outline(m, action) for action in m.actions)


def _outline(m: Material, action: Mapping[str, str]) -> Filled:
    own = _taken(m, action)
    sinks = _find_sinks(m, own)
    saving = tuple(one for one in own if one not in sinks)
    cells: dict[str, FormCell] = {
        "1": _name(m, action),
        **_give(action, c2="kind", c3="description", c4="field", c5="lever", c7="responsible", c9="involved"),
        **_give(action, c10="comment", c11="energy", c12="replaced"),
        "13": _effect(m, action, a.spare(saving)) if saving or not own else Left("only_sinks", "climate"),
        "14": _effect(m, action, a.spare(sinks)) if sinks else Left("no_sinks", "climate"),
        "15.abs": _effect(m, action, a.invest(m, own)),
        "15.per_t": _effect(m, action, _price(m, own)),
    }
    if own:
        names = {one.technology: name_measure(m, one) for one in m.measures}
        cells["8"] = "; ".join(_tell_extent(m, one, names[one]) for one in own)
    number = action["action"].split("_")[0]
    return Filled((cells,), notes=("outline", *(("stated",) if _states(action) else ())), tab=f"B-2.2 {number}")


def _price(m: Material, own: Sequence[str]) -> FormCell:
    if not own:
        return NOT_TAKEN
    cost = sum_of("measures_finance", "annuity", -m.euro, level="measure", item=tuple(own), actor=a.ALL)
    return a.over_tonnes(m, cost, own)


def _find_sinks(m: Material, own: Sequence[str]) -> tuple[str, ...]:
    return tuple(one.technology for one in m.measures if one.technology in own and one.lever.name_en.endswith("sinks"))


def _tell_extent(m: Material, technology: str, name: str) -> str:
    table = m.tables["capacity"]
    own = table[(table["technology"] == technology) & (table["year"] == m.last)]
    if own.empty:
        return name
    return say(
        "form_extent",
        m.lang,
        name=name,
        amount=format_number(float(own["capacity"].sum()), m.lang),
        unit=own["unit"].iloc[0],
        year=m.last,
    )


def _states(action: Mapping[str, str]) -> bool:
    return any(action.get(column, "") for column in ("stated_cost", "stated_tonnes", "stated_sink", "cost_text"))


def list_stakeholders(m: Material) -> Filled:
    """Actors of the case; their influence and interest only the city can judge."""
    return Filled(
        tuple(
            {"3": str(row[m.name]), "4": say(f"form_network_{row['kind']}", m.lang)}
            for row in m.actors.to_dict("records")
        )
    )
