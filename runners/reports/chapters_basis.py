"""The chapters on what a plan rests on: method, assumptions and their quality, sources, and the annexes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pandas as pd

from conf.words import read_messages, say
from model.solver.registry import HIGHS_NAME, SOLVERS
from runners.reports.chapters_plan import read_convention, read_rate
from runners.reports.charts import draw_shares
from runners.reports.locale import Speech, name_grid, note_grid
from runners.reports.money_grids import show_both
from runners.reports.overviews import SMALLEST, Tables, list_worth, weigh_confidence
from runners.reports.run_folder import Run
from runners.views.section import Block, Chart, Grid, Points, Row, Section, Text
from scenarios.catalog import CONFIDENCES, PATH, YEAR

MOST_ASSUMPTIONS = 15
"""Assumed numbers shown in the chapter; all of them stand in the annex of numbers."""
DIGEST_LENGTH = 8
PRINTED = 12
"""Rows of a long annex on paper."""


def write_method(run: Run, speech: Speech) -> Section:
    """How the plan was found and checked, how money is counted, and with what the run can be made again."""
    manifest, summary = run.manifest, run.summary
    conventions = (
        speech.say("method_rate", rate=speech.number(100 * read_rate(run.tables))),
        speech.say(
            "method_discount",
            capital=speech.say(f"timing_{read_convention(run.tables, 'discount_capital')}"),
            operation=speech.say(f"timing_{read_convention(run.tables, 'discount_operation')}"),
        ),
        speech.say("method_salvage", salvage=speech.say(f"salvage_{read_convention(run.tables, 'salvage')}")),
        speech.say("method_prices", level=speech.price_level),
        speech.say("method_shadow"),
    )
    checked = speech.say(
        "method_verified" if summary["verified"] else "method_not_verified",
        violation=f"{float(summary['max_violation']):.0e}".replace("-", "−"),
    )
    blocks = (
        Text(speech.say("method_text")),
        Text(checked),
        Points(conventions, False, speech.say("method_conventions")),
        _table_run(manifest, summary, speech),
    )
    return Section("method", speech.say("method_title"), blocks)


def write_assumptions(run: Run, speech: Speech) -> Section:
    """How certain the numbers are, on which of them most depends, and where they come from."""
    title = speech.say("assumptions_title")
    if "quality" not in run.tables:
        return Section("assumptions", title, ())
    counts = run.tables["quality"][list(CONFIDENCES)].sum()
    shares = {name: speech.number(100 * float(counts[name]) / float(counts.sum()), 0) for name in CONFIDENCES}
    told = speech.say("quality_text", count=speech.whole(float(counts.sum())), **shares)
    weighed = weigh_confidence(run.tables)
    rows = pd.DataFrame(
        {
            "name": [speech.known(f"table_{name}", str(name)) for name in weighed["table"]],
            "series": [speech.say(f"confidence_{name}") for name in weighed["confidence"]],
            "value": weighed["share"],
            "count": weighed["count"],
        }
    )
    unit = speech.say("quality_unit")
    blocks: list[Block] = [
        Text(told),
        Text(speech.say("quality_meaning")),
        Chart("quality", speech.say("quality_chart"), told, draw_shares(rows, speech, unit)),
        _table_quality(run.tables, speech),
        _table_assumptions(run.tables, speech),
        _table_words(run.tables["sources"], ("title", "publisher", "address"), "sources_list", speech),
    ]
    return Section("assumptions", title, tuple(blocks))


def write_annexes(run: Run, speech: Speech) -> Section:
    """Full tables, opened by the reader."""
    blocks: list[Block] = [_annex_targets(run.tables, speech), _annex_investments(run.tables, speech)]
    if "measures_finance" in run.tables and len(list_worth(run.tables)):
        blocks.append(_annex_worth(run.tables, speech))
    if "debt" in run.tables:
        blocks += show_both(speech, lambda spoken, values: _annex_debt(run.tables, spoken, values))
    if "numbers" in run.tables:
        blocks.append(_annex_numbers(run.tables, speech))
    return Section("annexes", speech.say("annexes_title"), (Text(speech.say("annexes_text")), *blocks))


def _name_solver(manifest: Mapping[str, Any]) -> str:
    """The solver that was chosen; of the one that is always there its version too."""
    name = ((manifest.get("config") or {}).get("solver") or {}).get("name", HIGHS_NAME)
    if name != HIGHS_NAME:
        return SOLVERS[name].title if name in SOLVERS else str(name)
    return f"{SOLVERS[name].title} {(manifest.get('packages') or {}).get('highspy', '')}"


def _table_run(manifest: Mapping[str, Any], summary: Mapping[str, Any], speech: Speech) -> Grid:
    packages = manifest.get("packages") or {}
    started = datetime.fromisoformat(str(manifest["started"]))
    revision = str(manifest.get("revision") or "")[:DIGEST_LENGTH]
    figures = {
        "run_case": f"{summary['case']}, {str(summary['digest'])[:DIGEST_LENGTH]}",
        "run_started": f"{started:%Y-%m-%d %H:%M}",
        "run_program": f"fardplan {packages.get('fardplan', '')}, {revision}",
        "run_solver": _name_solver(manifest),
        "run_gap": f"{speech.number(100 * float(summary['gap']), 3)} %",
        **_tell_decided(summary, speech),
        "run_files": speech.whole(len(manifest.get("inputs") or {})),
    }
    rows = tuple(Row((speech.say(key), text.strip(", "))) for key, text in figures.items())
    return Grid("run", speech.say("run_caption"), "", (speech.say("head_item"), speech.say("head_value")), rows, 2)


def _tell_decided(summary: Mapping[str, Any], speech: Speech) -> dict[str, str]:
    """The gap beside what the plan decides; nothing of an old run."""
    share = summary.get("gap_of_decided")
    return {} if share is None else {"run_gap_of_decided": f"{speech.number(100 * float(share), 3)} %"}


def _table_quality(tables: Tables, speech: Speech) -> Grid:
    rows = [
        Row(
            (
                speech.known(f"table_{row['table']}", str(row["table"])),
                *(speech.whole(row[name]) for name in CONFIDENCES),
            )
        )
        for _, row in tables["quality"].iterrows()
    ]
    heads = (speech.say("head_table"), *(speech.say(f"confidence_{name}") for name in CONFIDENCES))
    return Grid("quality", speech.say("quality_caption"), "", heads, tuple(rows), 1, True)


def _table_assumptions(tables: Tables, speech: Speech) -> Grid:
    rows = [
        Row(
            (
                _name_quantity(str(row["quantity"]), speech),
                str(row[speech.name_column]),
                str(row["source"]),
                f"{speech.amount(row['value'])}\xa0{speech.unit_of(row['unit'])}",
                speech.whole(row["money"]),
            )
        )
        for _, row in tables["assumptions"].head(MOST_ASSUMPTIONS).iterrows()
    ]
    heads = tuple(speech.say(f"head_{key}") for key in ("quantity", "about", "origin", "value", "hangs"))
    return Grid(
        "assumptions", speech.say("assumptions_caption"), note_grid(speech, "assumptions"), heads, tuple(rows), 3
    )


def _name_quantity(quantity: str, speech: Speech) -> str:
    key = f"quantity_{quantity}"
    return say(key, speech.lang) if key in read_messages() else quantity.replace("_", " ")


def _table_words(table: pd.DataFrame, columns: Sequence[str], key: str, speech: Speech) -> Grid:
    rows = [Row((str(row["source"]), *(str(row[column]) for column in columns))) for _, row in table.iterrows()]
    heads = tuple(speech.say(f"head_{column}") for column in ("origin", *columns))
    return Grid(key, speech.say(f"{key}_caption"), "", heads, tuple(rows), len(heads), True)


def _annex_targets(tables: Tables, speech: Speech) -> Grid:
    rows = [
        Row(
            (
                str(row[speech.name_column]),
                speech.unit_of(row["unit"]),
                str(row[YEAR]),
                speech.amount(row["cap"]),
                speech.amount(row["value"]),
                speech.amount(row["excess"]),
                speech.price_of(row["price"], str(row["unit"])) if abs(row["price"]) > SMALLEST else "–",
            )
        )
        for _, row in tables["targets"].iterrows()
    ]
    heads = tuple(speech.say(f"head_{k}") for k in ("target", "unit", "year", "cap", "outcome", "missed", "last_unit"))
    return Grid("annex_targets", speech.say("annex_targets_caption"), "", heads, tuple(rows), 2, True, PRINTED)


def _annex_investments(tables: Tables, speech: Speech) -> Grid:
    rows = [
        Row(
            (
                speech.name_measure(row),
                speech.name(str(row["actor"])),
                str(row[YEAR]),
                speech.amount(row["build"]),
                speech.unit_of(row["unit"]),
                speech.number(row["outlay"]),
                speech.number(row["nominal"]),
                speech.year(row["first_service"]),
            )
        )
        for _, row in tables["investments"].iterrows()
    ]
    keys = ("measure", "actor", "year", "build", "unit", "outlay", "nominal", "service")
    heads = tuple(speech.say(f"head_{key}") for key in keys)
    note = note_grid(speech, "annex_investments")
    return Grid(
        "annex_investments", speech.say("annex_investments_caption"), note, heads, tuple(rows), 2, True, PRINTED
    )


def _annex_worth(tables: Tables, speech: Speech) -> Grid:
    columns = ("investment", "nominal", "npv", "annuity", "irr_percent", "payback_years")
    rows = [
        Row((str(row[speech.name_column]), *(speech.number(row[column]) for column in columns)))
        for _, row in list_worth(tables).iterrows()
    ]
    heads = (speech.say("head_measure"), *(speech.say(f"worth_{column}") for column in columns))
    note = note_grid(speech, "annex_worth")
    return Grid("annex_worth", speech.say("annex_worth_caption"), note, heads, tuple(rows), 1, True)


def _annex_debt(tables: Tables, speech: Speech, values: str) -> Grid:
    debt = tables["debt"]
    moved = debt[(debt["instrument"] != "") & (debt["amount"].abs() > SMALLEST)]
    keys = ["actor", speech.name_column, "instrument", YEAR]
    wide = moved.pivot_table(index=keys, columns="item", values=values, sort=False).fillna(0.0).reset_index()
    items = [item for item in ("opening", "draw", "repayment", "revaluation", "closing", "interest") if item in wide]
    rows = [
        Row(
            (
                str(row[speech.name_column]),
                speech.name(str(row["instrument"])),
                str(row[YEAR]),
                *(speech.number(row[item]) for item in items),
            )
        )
        for _, row in wide.iterrows()
    ]
    heads = tuple(speech.say(f"head_{key}") for key in ("actor", "source", "year"))
    heads = (*heads, *(speech.say(f"debt_{item}") for item in items))
    return replace(name_grid(speech, "annex_debt", heads, rows, 2), folded=True, printed=PRINTED)


def _annex_numbers(tables: Tables, speech: Speech) -> Grid:
    rows = [
        Row(
            (
                _name_quantity(str(row["quantity"] or row["column"]), speech),
                str(row[speech.name_column]),
                f"{row[YEAR]} {row.get(PATH, '')}".strip(),
                f"{speech.amount(row['value'])}\xa0{speech.unit_of(row['unit'])}",
                speech.say(f"confidence_{row['confidence']}") if row["confidence"] in CONFIDENCES else "",
                str(row["source"]),
                f"{row['table']}.csv:{row['row']}",
            )
        )
        for _, row in tables["numbers"].iterrows()
    ]
    keys = ("quantity", "about", "year", "value", "confidence", "origin", "place")
    heads = tuple(speech.say(f"head_{key}") for key in keys)
    return Grid("annex_numbers", speech.say("annex_numbers_caption"), "", heads, tuple(rows), 7, True, 0)
