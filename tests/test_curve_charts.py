"""Charts of curves: the target is marked, an axis that is cut tells what lies beyond, what is missing is marked."""

from __future__ import annotations

import json

import pandas as pd

from runners.views.charts_curve import draw_entries, draw_extra, draw_marginal, draw_tradeoff, draw_ways
from runners.views.locale import Speech

SPEECH = Speech("en", "MSEK", "2025", {})
STEPS = pd.DataFrame({"from": [10.0, 5.0], "to": [5.0, 1.0], "marginal": [100.0, 9000.0]})


def test_the_target_is_a_line_in_every_chart_over_levels() -> None:
    points = pd.DataFrame(
        {"level": [10.0, 1.0], "extra_money": [0.0, 19.0], "marginal": [0.0, 3.0], "changes": ["", ""]}
    )
    lines = points[["level", "extra_money"]].assign(second="≤ 2")
    built = pd.DataFrame({"name": ["F"], "from": [10.0], "to": [1.0], "share": [1.0], "amount": ["4 MW"]})
    common = (SPEECH, "level, kt")
    drawn = [
        draw_extra(points, *common, True, 5.0),
        draw_marginal(STEPS, *common, "SEK/t", True, None, 5.0),
        draw_tradeoff(lines, *common, "soot", True, 5.0),
        draw_entries(built, *common, True, 5.0),
    ]
    assert all("the target, 5.0" in json.dumps(spec) for spec in drawn)
    assert "the target" not in json.dumps(draw_extra(points, *common, True, 50.0))


def test_a_step_beyond_the_end_of_the_axis_tells_its_number() -> None:
    assert "▲ 9,000" in json.dumps(draw_marginal(STEPS, SPEECH, "kt", "SEK/t", True, 500.0), ensure_ascii=False)
    assert "▲" not in json.dumps(draw_marginal(STEPS, SPEECH, "kt", "SEK/t", True, None), ensure_ascii=False)


def test_a_way_beyond_the_axis_tells_its_number_and_one_without_is_marked() -> None:
    """Before, 4,000 was drawn at the end of the axis as if that were the value, and a way without one was left out."""
    rows = pd.DataFrame(
        {
            "name": ["T5", "T5", "T5"],
            "way": ["alone", "last in", "share"],
            "price": [100.0, 4000.0, float("nan")],
            "cost": [1.0, 4.0, -1.0],
            "tonnes": [10.0, 1.0, 5.0],
        }
    )
    told = json.dumps(draw_ways(rows, SPEECH, "SEK/t", 500.0), ensure_ascii=False)
    assert "► 4,000" in told
    assert "× no cost per tonne: share" in told
