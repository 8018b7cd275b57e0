"""The cost curve by measure as bars: what each bar is, what saves, what is not planned, what a tonne is valued at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from measure_towns import compare_town, family_of, filter_of, town_of
from vl_convert import vegalite_to_svg

from runners.analyses.abatement.measures_tables import describe_curve, tabulate_comparison
from runners.reports.macc_page import write_macc_page
from runners.results.result import Result
from runners.views.locale import Speech
from runners.views.macc import chart_macc, list_bars

SPEECH = Speech("sv", "MSEK", "2025", {})


def curve_of(town: dict[str, Any]) -> Result:
    scenario = family_of(town).scenario
    comparison = compare_town(town)
    tables = tabulate_comparison(scenario, comparison, "undiscounted")
    return Result("measures", describe_curve(scenario, comparison, "undiscounted", 0.0), tables)


def known_town() -> dict[str, Any]:
    """20 kt: a filter saves 5 a kt and takes 4, one costs 20 and takes 10, one of 120 is dearer than a miss of 100."""
    return town_of(
        filter_of("saves", -5, 4, code="A1"),
        filter_of("costs", 20, 10, code="B1"),
        filter_of("dear", 120, 5, code="C1"),
        dirt=20,
    )


def choose(bars: pd.DataFrame, way: str, definition: str = "undiscounted") -> pd.DataFrame:
    return bars[(bars["way"] == way) & (bars["definition"] == definition)].set_index("code")


@pytest.mark.slow
def test_a_bar_is_as_wide_as_its_tonnes_and_as_high_as_its_cost_per_tonne() -> None:
    """B1 costs 20 MSEK a kt, 20 000 SEK a tonne, for 10 kt in every way; A1 saves 20 for 4 kt and has no height."""
    for way in ("andel", "ensam", "sist in"):
        bars = choose(list_bars(curve_of(known_town()), SPEECH), way)
        assert bars.loc["B1", ["kind", "inside"]].tolist() == ["ranked", True]
        assert bars.loc["B1", ["price", "tonnes"]].tolist() == pytest.approx([20000, 10])
        assert bars.loc["A1", "kind"] == "saving"
        assert bars.loc["A1", ["cost", "tonnes"]].tolist() == pytest.approx([-20, 4])
        assert "C1" not in bars.index


def test_what_a_tonne_is_valued_at_is_a_line_with_its_target() -> None:
    assert curve_of(known_town()).facts["price_lines"] == [
        {"kind": "target", "item": "cap", "name_sv": "cap", "name_en": "cap", "price": 100000.0}
    ]


def test_what_the_plan_has_none_of_is_shown_as_such() -> None:
    """All 10 kt are taken by the cheap one; alone the other would take 5 at 50."""
    town = town_of(filter_of("cheap", 10, 10, code="A"), filter_of("other", 50, 5, code="B"))
    bars = choose(list_bars(curve_of(town), SPEECH), "ensam")
    assert bars.loc["B", ["inside", "chosen"]].tolist() == [False, "inte med i planen"]
    assert bars.loc["B", "price"] == pytest.approx(50000)


def test_the_chart_can_be_drawn_and_stands_alone(tmp_path: Path) -> None:
    curve = curve_of(known_town())
    chart = chart_macc(curve, SPEECH)
    assert chart is not None
    svg = vegalite_to_svg(json.dumps(chart.spec))
    assert "B1" in svg
    assert "sparar pengar, utan rang" in svg
    assert "en missad enhet värderas till" in svg
    page = write_macc_page(curve, SPEECH, tmp_path)
    assert page is not None
    text = page.read_text(encoding="utf-8")
    assert "vegaEmbed" in text
    assert "macc_order" in text
    assert "http://" not in text.replace("http://www.w3.org", "").split("<script>")[0]


def test_where_nothing_costs_per_tonne_there_is_no_chart() -> None:
    assert chart_macc(curve_of(town_of(filter_of("saves", -5, 4))), SPEECH) is None
