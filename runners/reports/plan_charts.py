"""The pictures of a plan's run folder: charts of its report, and outlay by programme, debts and cash by year."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import pandas as pd

from conf.words import say
from runners.accounts.cash_flow import NET
from runners.results.facts import plain_facts
from runners.results.manifest import PLAN
from runners.results.result import Result, read_texts
from runners.views.figures import note_pictures
from runners.views.kept_figures import draw_once
from runners.views.locale import Speech, speak_of
from runners.views.overviews import count_years, list_outlays, list_programmes, spread_evenly, sum_funding_by_year
from runners.views.renderers.picture import begin_pictures
from runners.views.section import Chart, Section
from runners.views.subjects.targets import write_path
from runners.views.subjects.timetable import write_measures
from runners.views.year_charts import draw_debt, draw_lines, draw_stack
from scenarios.terms import ACTOR, YEAR

NAMES = {"path": "emissions", "timetable": "schedule"}
"""What charts of the report are called in a run folder, where otherwise."""
SHOWN = ("emissions", "targets", "investments", "capacity", "funding", "debt", "cash_flow", "labels", "conventions")
"""Tables that the pictures show."""
MOST_OWING = 3
SMALLEST = 1e-6


def write_plan_charts(run: Result, lang: str) -> Section:
    """The charts of a plan in a language; of its tables `SHOWN` are looked at."""
    speech = speak_of(run, lang)
    written = [write_path(run, speech), write_measures(run, speech)]
    charts = [block for section in written for block in section.blocks if isinstance(block, Chart)]
    named = [Chart(NAMES.get(one.key, one.key), one.caption, one.alternative, one.spec) for one in charts]
    paid = [*_draw_funding(run, speech), *_draw_debts(run, speech), *_draw_cash(run, speech)]
    more = [*_draw_programmes(run, speech), *paid]
    return Section("figures", "", (*named, *more))


def draw_plan(
    texts: Mapping[str, bytes], summary: Mapping[str, Any], lang: str, helper: Executor
) -> Callable[[Path], None]:
    """Begin to draw the charts of `write_plan_charts` as SVG and PNG; gives what fills a folder with them.

    Args:
        texts: of the tables of the run folder, `SHOWN` among them.
        summary: the run in figures; how long it took is not drawn.
        lang: of the pictures.
        helper: draws what was not drawn before.
    """
    facts = plain_facts({name: value for name, value in summary.items() if name != "seconds"})
    shown = {name: texts[name] for name in SHOWN if name in texts}

    def draw() -> Callable[[], dict[str, bytes]]:
        charts = write_plan_charts(read_texts(PLAN, facts, shown), lang)
        return begin_pictures([charts], lang, note_pictures(facts, {}, lang), helper)

    return draw_once((facts, lang), shown, draw)


def _per_year(speech: Speech) -> str:
    return speech.say("money_per_year", money=speech.unit)


def _draw_programmes(run: Result, speech: Speech) -> Iterator[Chart]:
    """Outlay by programme, what is no measure in grey."""
    spent = list_programmes(run.tables)
    if spent.empty:
        return
    others = speech.say("no_programme")
    names = [speech.name_programme(name) if name else others for name in spent["programme"]]
    rows = spread_evenly(spent.assign(series=names), count_years(run.facts))
    sizes = rows.groupby("series")["value"].transform("sum")
    rows = rows.assign(last=rows["series"] == others, size=-sizes).sort_values(["last", "size"], kind="stable")
    spec = draw_stack(rows[["series", YEAR, "length", "value"]], speech, _per_year(speech), [others])
    caption = speech.say("programmes_chart")
    yield Chart("investments", caption, caption, spec)


def _draw_funding(run: Result, speech: Speech) -> Iterator[Chart]:
    """Where the money of each year comes from, upwards, and who spends it, downwards."""
    if "funding" not in run.tables:
        return
    sources, outlays = sum_funding_by_year(run.tables), list_outlays(run.tables)
    sources = sources.assign(series=[speech.name_item(item) for item in sources["item"]])
    uses = [say("figure_uses", speech.lang, name=name) for name in outlays[speech.name_column]]
    outlays = outlays.assign(series=uses, amount=-outlays["amount"])
    rows = pd.concat([table[["series", YEAR, "amount"]] for table in (sources, outlays)], ignore_index=True)
    rows = spread_evenly(rows[rows["amount"].abs() > SMALLEST], count_years(run.facts))
    if len(rows):
        caption = speech.say("funding_both_chart")
        spec = draw_stack(rows[["series", YEAR, "length", "value"]], speech, _per_year(speech))
        yield Chart("funding", caption, caption, spec)


def _draw_debts(run: Result, speech: Speech) -> Iterator[Chart]:
    """Net debt of those who owe most, standing and of the plan, against the ceiling where there is one.

    Of whom it is not known what stands without the plan it is the plan's loans that are drawn and told.
    """
    debt = run.tables.get("debt")
    if debt is None:
        return
    together = debt[(debt["instrument"].fillna("") == "") & debt[YEAR].notna()]
    wide = together.pivot_table(index=[ACTOR, speech.name_column, YEAR], columns="item", values="amount", sort=False)
    wide = wide.reindex(columns=["standing", "net_debt", "closing", "ceiling", "percent_of_taxes_and_grants"])
    wide = wide.reset_index().assign(known=lambda rows: rows["net_debt"].notna())
    wide["net_debt"] = wide["net_debt"].fillna(wide["closing"])
    most = wide.groupby(ACTOR, sort=False)["net_debt"].apply(lambda values: values.abs().max())
    lengths = count_years(run.facts)
    for place, actor in enumerate(most[most > SMALLEST].sort_values(ascending=False).index[:MOST_OWING]):
        own = wide[wide[ACTOR] == actor].assign(length=lambda rows: rows[YEAR].map(lengths).astype(float))
        standing = own["standing"].fillna(0.0)
        series = {"debt_standing": standing, "debt_plan": own["net_debt"] - standing}
        parts = [own[[YEAR, "length"]].assign(series=speech.say(key), value=value) for key, value in series.items()]
        limited = own[own["ceiling"].notna()]
        ceiling = limited.assign(series=speech.say("debt_ceiling"), value=limited["ceiling"])
        ceiling = ceiling[[YEAR, "length", "series", "value"]]
        caption = f"{speech.say('debt_chart')}. {_tell_peak(own, speech)}"
        spec = draw_debt(pd.concat(parts, ignore_index=True), ceiling, speech, speech.unit)
        yield Chart("debt" if place == 0 else f"debt_{place + 1}", caption, caption, spec)


def _tell_peak(own: pd.DataFrame, speech: Speech) -> str:
    """Whose debt it is, its largest, in percent where that says anything, and the plan's largest loans."""
    loans = own["net_debt"] - own["standing"].fillna(0.0)
    peak = own.sort_values("net_debt", kind="stable").iloc[-1]
    most = own.assign(loans=loans).sort_values("loans", kind="stable").iloc[-1]
    percent = peak["percent_of_taxes_and_grants"]
    whole = "figure_debt_peak" if pd.isna(percent) else "figure_debt_peak_percent"
    return say(
        whole if peak["known"] else "figure_debt_loans",
        speech.lang,
        name=peak[speech.name_column],
        debt=speech.whole(peak["net_debt"]),
        year=int(peak[YEAR]),
        percent=speech.whole(percent),
        loans=speech.whole(most["loans"]),
        loans_year=int(most[YEAR]),
    )


def _draw_cash(run: Result, speech: Speech) -> Iterator[Chart]:
    """Cash summed from the first year by actor, against doing nothing where that is known."""
    flow = run.tables.get("cash_flow")
    if flow is None:
        return
    compared = bool(flow["change"].notna().any())
    net = flow[(flow["item"] == NET) & flow[YEAR].notna()].sort_values(YEAR, kind="stable")
    net = net.assign(value=net["change" if compared else "amount"].fillna(0.0), series=net[speech.name_column])
    net["value"] = net.groupby("series", sort=False)["value"].cumsum()
    moved = net.groupby("series")["value"].transform(lambda values: values.abs().max()) > SMALLEST
    if not moved.any():
        return
    caption = speech.say("cash_chart" if compared else "cash_chart_whole")
    yield Chart("cash", caption, caption, draw_lines(net[moved][["series", YEAR, "value"]], speech, speech.unit))
