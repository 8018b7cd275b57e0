"""What the scenarios of a sweep do: targets missed, emissions, measures begun, and how solving ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from runners.results.sweep import SweepRun
from runners.views.charts_sweep import draw_counts, draw_fan, draw_starts
from runners.views.locale import Speech, note_grid
from runners.views.section import Block, Cell, Chart, Column, Kind, Table
from runners.views.sweep_scenarios import say_status
from runners.views.sweep_sums import (
    SPREAD,
    count_choices,
    count_missed,
    count_reasons,
    count_starts,
    count_statuses,
    fan_account,
    judge_sweep_targets,
)
from scenarios.catalog import TECHNOLOGY, YEAR

MOST_MEASURES = 40
MOST_REASONS, MOST_NAMED = 20, 6
"""Reasons why there is no plan that are told, and scenarios named by each."""


def show_targets(sweep: SweepRun, speech: Speech) -> list[Block]:
    """How many targets scenarios miss, and how often each is missed by how much."""
    counts = count_missed(sweep)
    most = counts.sort_values("count", ascending=False, kind="stable").iloc[0]
    told = speech.say("missed_alternative", missed=int(most["missed"]), count=speech.whole(most["count"]))
    units = sweep.labels.query("dimension == 'target'").set_index("label")["unit"]
    rows = tuple(
        (
            speech.name(str(row["target"])),
            speech.unit_of(units.get(row["target"], "")),
            int(row["missed"]),
            100 * float(row["share"]),
            float(row["p50"]),
            float(row["p95"]),
        )
        for _, row in judge_sweep_targets(sweep).iterrows()
    )
    names = ("target", "unit", "missing", "share", "excess_median", "excess_most")
    kinds = (Kind.TEXT, Kind.TEXT, Kind.COUNT, Kind.AMOUNT, Kind.AMOUNT, Kind.AMOUNT)
    decimals = (None, None, None, 0, None, None)
    columns = tuple(
        Column(_head(name, speech), kind, 44 if name == "target" else 12, decimals=places)
        for name, kind, places in zip(names, kinds, decimals, strict=True)
    )
    caption, note = speech.say("sweep_targets_caption"), note_grid(speech, "sweep_targets")
    table = Table("sweep_targets", caption, note, columns, rows)
    return [Chart("missed", speech.say("missed_chart"), told, draw_counts(counts, speech)), table]


def show_fan(sweep: SweepRun, speech: Speech) -> list[Block]:
    """How the account that sums all emissions spreads over the years."""
    account, fan = sweep.account, fan_account(sweep)
    if fan.empty:
        return []
    name, last = speech.name(account), fan.iloc[-1]
    told = speech.say(
        "fan_alternative",
        name=name,
        year=int(last[YEAR]),
        low=speech.amount(last["p05"]),
        high=speech.amount(last["p95"]),
        median=speech.amount(last["p50"]),
    )
    units = sweep.labels.query("dimension == 'account'").set_index("label")["unit"]
    unit = speech.unit_of(units.get(account, "")) or speech.say("fan_unit")
    bands = SPREAD[:-1]
    rows = tuple((int(row[YEAR]), *(float(row[band]) for band in bands)) for _, row in fan.iterrows())
    columns = (
        Column(speech.say("head_year"), Kind.WHOLE, 9),
        *(Column(speech.say(f"band_{band}"), Kind.AMOUNT, 12) for band in bands),
    )
    table = Table("fan", speech.say("fan_caption", name=name), "", columns, rows, folded=True)
    return [Chart("fan", speech.say("fan_chart", name=name), told, draw_fan(fan, speech, unit)), table]


def show_choices(sweep: SweepRun, speech: Speech) -> list[Block]:
    """How often measures are chosen, and when they are begun."""
    choices = count_choices(sweep)
    if choices.empty:
        return []
    always = int((choices["share"] > 0.999).sum())
    told = speech.say("choices_alternative", count=len(choices), always=always)
    names = _name_measures(sweep, speech)
    starts = count_starts(sweep).assign(name=lambda rows: [names(label) for label in rows[TECHNOLOGY]])
    order = choices[TECHNOLOGY].head(MOST_MEASURES).tolist()
    starts = starts[starts[TECHNOLOGY].isin(order)]
    starts = starts.sort_values(TECHNOLOGY, key=lambda labels: labels.map(order.index), kind="stable")
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            names(str(row[TECHNOLOGY])),
            100 * float(row["share"]),
            *(int(row[column]) for column in ("early", "median", "late")),
            float(row["outlay"]),
        )
        for _, row in choices.iterrows()
    )
    columns = (
        Column(speech.say("head_measure"), width=44),
        Column(_head("chosen", speech), Kind.AMOUNT, 12, decimals=0),
        *(Column(speech.say(f"head_{name}"), Kind.WHOLE, 12) for name in ("early", "median", "late")),
        Column(speech.say("head_median_outlay"), Kind.AMOUNT, 14, decimals=1),
    )
    table = Table("choices", speech.say("choices_caption"), note_grid(speech, "choices"), columns, rows)
    drawn = draw_starts(starts[["name", YEAR, "share"]], speech)
    return [Chart("choices", speech.say("choices_chart"), told, drawn), table]


def _name_measures(sweep: SweepRun, speech: Speech) -> Callable[[str], str]:
    """Code and name of a technology."""
    own = sweep.labels[sweep.labels["dimension"] == TECHNOLOGY]
    codes = dict(zip(own["label"], own["code"], strict=True))
    return lambda label: f"{codes.get(label, '')} {speech.name(label)}".strip()


def show_ends(sweep: SweepRun, speech: Speech) -> list[Block]:
    """How scenarios ended, and what stood in the way of those without a plan, by reason and with the first of them."""
    share, count = Column(_head("share", speech), Kind.AMOUNT, 10, decimals=1), speech.say("head_count")
    rows = tuple(
        (say_status(str(row["status"]), speech), int(row["count"]), 100 * float(row["share"]))
        for _, row in count_statuses(sweep).iterrows()
    )
    columns: tuple[Column, ...] = (Column(speech.say("head_status"), width=26), Column(count, Kind.COUNT, 10), share)
    caption, note = speech.say("statuses_caption"), note_grid(speech, "statuses")
    blocks: list[Block] = [Table("statuses", caption, note, columns, rows)]
    reasons = count_reasons(sweep).head(MOST_REASONS)
    if reasons.empty:
        return blocks
    named = tuple(
        (str(row["reason"]), int(row["count"]), 100 * float(row["share"]), _list_first(row["scenarios"], sweep))
        for _, row in reasons.iterrows()
    )
    columns = (
        Column(speech.say("head_reason"), Kind.LONG, 70),
        Column(count, Kind.COUNT, 10),
        share,
        Column(speech.say("fact_scenarios"), width=30),
    )
    caption, note = speech.say("reasons_caption"), note_grid(speech, "reasons")
    return [*blocks, Table("reasons", caption, note, columns, named)]


def _list_first(numbers: Sequence[int], sweep: SweepRun) -> str:
    names = ", ".join(sweep.name(int(number)) for number in numbers[:MOST_NAMED])
    return names + (" …" if len(numbers) > MOST_NAMED else "")


def _head(name: str, speech: Speech) -> str:
    return speech.say(f"head_{name}") + (", %" if name in ("share", "chosen") else "")
