"""Is what charts are made of Vega-Lite? Held against Altair, which was the maker before, and against the schema."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import pytest
from jsonschema import Draft7Validator

from runners.views import charts, charts_curve, charts_futures, charts_sweep, vega, year_charts
from runners.views.locale import Speech
from runners.views.theme import finish

SPEECH = Speech("en", "MSEK", "2025", {})
ROWS = pd.DataFrame({"series": ["a", "b"], "value": [1.0, float("nan")], "low": [0, 1], "yes": [True, False]})
YEARS = pd.DataFrame({"series": ["a", "a", "b"], "year": [2025, 2030, 2025], "length": 5.0, "value": [1.0, -2.0, 3.0]})
NAMED = pd.DataFrame({"name": ["a", "b"], "value": [1.0, 2.0], "shown": ["1", "2"], "group": ["x", "y"]})
SPANS = pd.DataFrame({"name": ["a"], "level": ["1 %"], "low": [1.0], "high": [2.0], "value": [1.5], "group": ["x"]})
STEPS = pd.DataFrame({"from": [10.0, 5.0], "to": [5.0, 1.0], "marginal": [100.0, 9000.0]})
LINES = pd.DataFrame({"level": [10.0, 1.0], "extra_money": [0.0, 19.0], "second": "≤ 2"})
FAN = pd.DataFrame({"year": [2025, 2030]} | dict.fromkeys(("least", "p05", "p25", "p50", "p75", "p95", "most"), 1.0))
FUTURES = pd.DataFrame({"year": [2025, 2030], **dict.fromkeys(charts_futures.SPAN, 1.0)})
TIPS = (("name", "N", "who"), ("value", "Q", "much"))


def test_charts_are_what_altair_makes_of_them() -> None:
    """Filters, picks, conditions, aggregates, layers with the same rows and with others; a view's name is Altair's own.

    Left out: the two descriptions of a theme, which ours has said once.
    """
    picked, ours = alt.selection_point(fields=["series"], bind="legend", name="picked"), vega.pick_point(
        "picked", ["series"]
    )  # fmt: skip
    theirs = (
        alt.Chart(ROWS)
        .mark_rect(stroke="white")
        .encode(
            x=alt.X("low:Q", title=None),
            x2="value",
            y=alt.Y("count():Q", axis=alt.Axis(grid=True)),
            y2="value:Q",
            opacity=alt.condition(picked, alt.value(1.0), alt.value(0.15)),
            color=alt.condition("datum.value < 0", alt.value("red"), alt.value("blue")),
            tooltip=["series:N", alt.Tooltip("value", type="quantitative", format=",.1f")],
        )
        .add_params(picked)
    )
    mine = (
        vega.Chart(ROWS)
        .draw("rect", stroke="white")
        .encode(
            x=vega.x("low:Q", title=None),
            x2="value",
            y=vega.y("count():Q", axis=vega.axis(grid=True)),
            y2="value:Q",
            opacity=vega.condition(ours, vega.value(1.0), vega.value(0.15)),
            color=vega.condition("datum.value < 0", vega.value("red"), vega.value("blue")),
            tooltip=["series:N", vega.tooltip("value", type="quantitative", format=",.1f")],
        )
        .add_params(ours)
    )
    line = alt.Chart(ROWS).transform_filter("datum.yes").mark_line(point=alt.OverlayMarkDef(size=9))
    line = line.encode(x="min(value):Q", y=alt.Y("series:N", sort=["b", "a"], scale=alt.Scale(domain=["a"])))
    drawn = vega.Chart(ROWS).pick_rows("datum.yes").draw("line", point=vega.points(size=9))
    drawn = drawn.encode(x="min(value):Q", y=vega.y("series:N", sort=["b", "a"], scale=vega.scale(domain=["a"])))
    zero = pd.DataFrame({"zero": [0.0]})
    rule = alt.Chart(zero).mark_rule().encode(x="zero:Q")
    ruled = vega.Chart(zero).draw("rule").encode(x="zero:Q")
    pairs = [
        (theirs, mine),
        (alt.layer(theirs, line), vega.layer(mine, drawn)),
        (alt.layer(theirs, line, rule), vega.layer(mine, drawn, ruled)),
    ]
    for one, other in pairs:
        made = one.properties(width=9, height=alt.Step(17)).to_dict(validate=False)
        spec = vega.write_spec(other, width=9, height=vega.step(17), config={"view": vega.VIEW})
        assert _forget_views(spec) == _forget_views(made)


def _forget_views(spec: dict[str, Any]) -> Any:
    return json.loads(re.sub(r"view_[0-9a-f_]+", "view", json.dumps(spec)))


@cache
def _open_schema() -> Draft7Validator:
    return Draft7Validator(
        json.loads((files("altair.vegalite.v6.schema") / "vega-lite-schema.json").read_text("utf-8"))
    )


DRAWN: dict[str, dict[str, Any]] = {
    "path": year_charts.draw_path(YEARS, YEARS, YEARS, SPEECH, "kt"),
    "debt": year_charts.draw_debt(YEARS, YEARS, SPEECH, "MSEK"),
    "lines": year_charts.draw_lines(YEARS, SPEECH, "MSEK"),
    "bars by sign": year_charts.draw_bars(YEARS, SPEECH, "MSEK"),
    "bars": charts.draw_bars(NAMED, "MSEK", {"x": "#111111", "y": "#222222"}, TIPS),
    "ranges": charts.draw_ranges(SPANS, SPANS, vega.x("low:Q"), {"1 %": "#111111"}, "mark", TIPS),
    "steps": charts.draw_steps(SPANS.assign(shown="1"), "MSEK", {"x": "#111111"}, TIPS),
    "marginal": charts_curve.draw_marginal(STEPS, SPEECH, "kt", "SEK/t", True, 500.0, 5.0),
    "tradeoff": charts_curve.draw_tradeoff(LINES, SPEECH, "kt", "soot", True, 5.0),
    "fan of a sweep": charts_sweep.draw_fan(FAN, SPEECH, "kt"),
    "fan": charts_futures.draw_fan(FUTURES, "kt", dict.fromkeys(charts_futures.SPAN, "")),
    "spread": charts_futures.draw_spread([1.0, 2.0], 1.5, "MSEK", "count", "plan"),
}


@pytest.mark.parametrize("name", DRAWN)
def test_charts_keep_to_the_schema(name: str) -> None:
    found = [error.message[:300] for error in _open_schema().iter_errors(DRAWN[name])]
    assert not found


def test_the_schema_refuses_what_is_no_chart() -> None:
    spec = finish(vega.Chart(ROWS).draw("bar").encode(x=vega.x("low:Q", axis=vega.axis(grids=True))))
    assert list(_open_schema().iter_errors(spec))


def test_numbers_of_arrays_are_written_as_json_knows_them() -> None:
    """`fardplan stress` ended in a fault of ours: a domain of an array held int64, which JSON does not write."""
    rows = pd.DataFrame({"a": pd.Series([np.int64(2030), np.float64("nan")], dtype=object)})
    chart = vega.Chart(rows).draw("bar").encode(x=vega.channel("a:O", scale={"domain": [np.int64(2030)]}))
    spec = json.loads(json.dumps(vega.write_spec(chart)))
    assert spec["encoding"]["x"]["scale"] == {"domain": [2030]}
    assert next(iter(spec["datasets"].values())) == [{"a": 2030}, {"a": None}]
