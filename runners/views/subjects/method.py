"""What a plan is and how it was made: what the document is about, how it was found and checked, and the run itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from math import fsum
from typing import Any

from conf.words import say
from model.solver.registry import HIGHS_NAME, SOLVERS
from runners.results.result import Result
from runners.results.target_judgement import judge_targets
from runners.views.locale import Speech
from runners.views.names import name_known
from runners.views.overviews import Tables
from runners.views.section import Cell, Column, Formula, Kind, Points, Said, Section, Table, Text

PERCENT = 100.0
GAP_DECIMALS = 3
DIGEST_LENGTH = 16
REVISION_LENGTH = 8
REFERRED = ("programmes", "outlays", "funding")
"""Tables whose grand total stands among the facts of the run."""
FINANCE_PARTS = ("loans", "grants", "support")


def write_background(result: Result, speech: Speech) -> Section:
    """What the document is about and how to read it."""
    span = {"first": result.facts["first_year"], "last": result.facts["last_year"]}
    texts = (
        Text(speech.say("background_what", name=result.facts[speech.name_column], **span)),
        Text(speech.say("background_how", base=read_convention(result.tables, "base_year"))),
        Text(speech.say("background_money", level=speech.price_level)),
    )
    return Section("background", speech.say("background_title"), texts)


def write_method(result: Result, speech: Speech, others: Iterable[Section] = ()) -> Section:
    """How the plan was found and checked, how money is counted, and with what the run can be made again.

    Args:
        result: the plan.
        speech: language and names.
        others: sections whose grand totals stand among the facts of the run.
    """
    conventions = (
        speech.say("method_rate", rate=speech.number(PERCENT * read_rate(result.tables))),
        speech.say(
            "method_discount",
            capital=speech.say(f"timing_{read_convention(result.tables, 'discount_capital')}"),
            operation=speech.say(f"timing_{read_convention(result.tables, 'discount_operation')}"),
        ),
        speech.say("method_salvage", salvage=speech.say(f"salvage_{read_convention(result.tables, 'salvage')}")),
        speech.say("method_prices", level=speech.price_level),
        speech.say("method_shadow"),
    )
    checked = speech.say(
        "method_verified" if result.facts["verified"] else "method_not_verified",
        violation=f"{float(result.facts['max_violation']):.0e}".replace("-", "−"),
    )
    blocks = (
        Text(speech.say("method_text")),
        Text(checked),
        Points(conventions, False, speech.say("method_conventions")),
        lay_run(result, speech, others),
    )
    return Section("method", speech.say("method_title"), blocks)


def read_rate(tables: Tables) -> float:
    """The real discount rate, a share a year."""
    return float(read_convention(tables, "discount_rate"))


def read_convention(tables: Tables, item: str) -> str:
    """What was chosen of how money is counted."""
    chosen = tables["conventions"].set_index("item")["choice"]
    return str(chosen[item])


def lay_run(result: Result, speech: Speech, others: Iterable[Section] = ()) -> Table:
    """The facts of the run: what was solved, what it came to, and with what it was made."""
    rows = [*_list_outcome(result, speech), *_list_totals(others, speech), *_list_origin(result, speech)]
    columns = (
        Column(speech.say("head_item"), width=46.0),
        Column(speech.say("head_value"), Kind.AMOUNT, 22.0),
        Column(speech.say("head_unit"), width=13.0),
    )
    decimals = tuple(_choose(row[1]) for row in rows)
    return Table("facts", speech.say("run_caption"), "", columns, tuple(rows), decimals=decimals, front=True)


def _list_outcome(result: Result, speech: Speech) -> list[tuple[Cell, ...]]:
    facts, lang, money = result.facts, speech.lang, speech.unit
    told: list[tuple[str, Cell, str]] = [
        ("case", str(facts[speech.name_column]), ""),
        ("years", f"{facts['first_year']}–{facts['last_year']}", ""),
        ("prices", say("workbook_price_level", lang, year=facts["price_year"]), money),
        ("status", name_known(f"workbook_state_{facts['status']}", lang, str(facts["status"])), ""),
        ("objective", float(facts["objective_money"]), money),
        ("discount", PERCENT * float(facts["discount_rate"]), "%"),
        ("gap", _tell_share(facts.get("gap"), speech), "%"),
        ("gap_of_decided", _tell_share(facts.get("gap_of_decided"), speech), "%"),
        ("finance", _read(facts.get("finance_cost_money")), money),
        *((f"finance_{part}", _read(facts.get(f"finance_{part}_money")), money) for part in FINANCE_PARTS),
    ]
    return [(say(f"workbook_fact_{key}", lang), cell, unit) for key, cell, unit in told if cell is not None]


def _list_totals(others: Iterable[Section], speech: Speech) -> list[tuple[Cell, ...]]:
    """Sums of other tables, in a workbook as live references to their totals."""
    known = {block.key: block for section in others for block in section.blocks if isinstance(block, Table)}
    rows: list[tuple[Cell, ...]] = []
    for key in (key for key in REFERRED if key in known and known[key].rows):
        summed = [place for place, column in enumerate(known[key].columns) if column.summed]
        cells = (row[place] for row in known[key].rows for place in summed)
        total = fsum(float(cell) for cell in cells if isinstance(cell, int | float))
        rows.append((say(f"workbook_fact_{key}", speech.lang), Formula(f"={key}_total", total), speech.unit))
    return rows


def _list_origin(result: Result, speech: Speech) -> list[tuple[Cell, ...]]:
    facts, origin, lang = result.facts, result.origin, speech.lang
    packages = origin.get("packages") or {}
    started = datetime.fromisoformat(str(origin["started"]))
    revision = str(origin.get("revision") or "")[:REVISION_LENGTH]
    judged = judge_targets(result.tables["targets"])
    met = int((judged["years_missed"] == 0).sum())
    told: list[tuple[str, Cell]] = [
        ("targets", say("workbook_met_of", lang, met=met, count=len(judged))),
        ("verified", say("workbook_yes" if facts["verified"] else "workbook_no", lang)),
        ("made", f"{started:%Y-%m-%d %H:%M}"),
        ("digest", str(facts["digest"])[:DIGEST_LENGTH]),
        ("program", f"Fardplan {packages.get('fardplan', '')}, {revision}".strip(", ")),
        ("solver", _name_solver(origin)),
        ("files", Said(speech.whole(len(origin.get("inputs") or {})), len(origin.get("inputs") or {}))),
    ]
    return [(say(f"workbook_fact_{key}", lang), cell, "") for key, cell in told]


def _name_solver(origin: Mapping[str, Any]) -> str:
    """The solver that was chosen; of the one that is always there its version too."""
    name = ((origin.get("config") or {}).get("solver") or {}).get("name", HIGHS_NAME)
    if name != HIGHS_NAME:
        return SOLVERS[name].title if name in SOLVERS else str(name)
    return f"{SOLVERS[name].title} {(origin.get('packages') or {}).get('highspy', '')}".strip()


def _tell_share(share: object, speech: Speech) -> Cell:
    """A share in percent, with as many decimals as tell it from nothing."""
    return (
        None
        if share is None
        else Said(speech.number(PERCENT * float(str(share)), GAP_DECIMALS), PERCENT * float(str(share)))
    )


def _choose(cell: Cell) -> int:
    """Decimals of a fact: those that tell a distance from nothing, none of a count."""
    if isinstance(cell, Said):
        return 0 if isinstance(cell.value, int) else GAP_DECIMALS
    return 1


def _read(value: object) -> float | None:
    return None if value is None else float(str(value))
