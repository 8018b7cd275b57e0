"""Sums over a sweep, each small enough to count by hand.

Twelve scenarios of `fake_sweep`, 0 to 11, the last without a plan: scenario n costs 1000 + 10 n and misses n modulo 3
targets; odd ones (1, 3, 5, 7, 9) build biochar in 2030.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fake_sweep import ACCOUNT, CAP, PRICE, sign_sweep
from fake_sweep import write_sweep as make_sweep
from sealed import rewrite_manifest

from runners.results.sweep import SweepRun, open_sweep_folder
from runners.views.renderers.screen import write_section
from runners.views.section import Block, Finder, Formula, Table
from runners.views.subjects.sweep import (
    speak_of,
    write_finder,
    write_sensitivity,
    write_short,
    write_summary,
)
from runners.views.sweep_sums import (
    bin_costs,
    count_choices,
    count_dearer,
    count_missed,
    count_starts,
    count_statuses,
    fan_account,
    judge_sweep_targets,
    spread_figures,
    weigh_keys,
)
from scenarios.errors import CaseError


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> SweepRun:
    return open_sweep_folder(make_sweep(tmp_path_factory.mktemp("sweeps") / "sweep"))


def test_keys_are_the_columns_that_are_nothing_else(sweep: SweepRun) -> None:
    assert sweep.keys == (PRICE, CAP)
    assert len(sweep.solved) == 11


def test_statuses_are_counted(sweep: SweepRun) -> None:
    counts = count_statuses(sweep).set_index("status")
    assert counts["count"].to_dict() == {"optimal": 11, "infeasible": 1}
    assert counts["share"]["infeasible"] == pytest.approx(1 / 12)


def test_figures_spread_from_least_to_most(sweep: SweepRun) -> None:
    cost = spread_figures(sweep).set_index("item").loc["objective_money"]
    assert (cost["least"], cost["p50"], cost["most"], cost["mean"]) == (1000.0, 1050.0, 1100.0, 1050.0)
    assert (cost["p05"], cost["p95"]) == (1005.0, 1095.0)


def test_the_fan_of_an_account_is_over_scenarios_with_a_plan(sweep: SweepRun) -> None:
    """Scenario n has 100 + n in every year: 100 to 110, median 105."""
    assert sweep.account == ACCOUNT
    fan = fan_account(sweep)
    assert fan["year"].tolist() == [2025, 2026, 2030]
    assert fan.iloc[0][["least", "p25", "p50", "p75", "most"]].tolist() == [100.0, 102.5, 105.0, 107.5, 110.0]


def test_costs_fall_into_bins_that_hold_them_all(sweep: SweepRun) -> None:
    bins = bin_costs(sweep)
    assert bins["count"].sum() == 11
    assert (bins["low"].iloc[0], bins["high"].iloc[-1]) == (1000.0, 1100.0)


def test_misses_are_counted_by_scenario_and_by_target(sweep: SweepRun) -> None:
    """0 missed: 0, 3, 6, 9; 1: 1, 4, 7, 10; 2: 2, 5, 8. The target is missed by 1 in four and by 2 in three."""
    assert count_missed(sweep).to_numpy().tolist() == [[0, 4], [1, 4], [2, 3]]
    target = judge_sweep_targets(sweep).iloc[0]
    assert (target["scenarios"], target["missed"], target["p50"]) == (11, 7, 1.0)
    assert target["share"] == pytest.approx(7 / 11)


def test_choices_say_how_often_and_when(sweep: SweepRun) -> None:
    choices = count_choices(sweep).set_index("technology")
    assert choices["share"]["cars_electric"] == 1.0
    assert choices["share"]["biochar_plant"] == pytest.approx(5 / 11)
    assert choices.loc["cars_electric", ["early", "median", "late"]].tolist() == [2025, 2025, 2026]
    starts = count_starts(sweep).set_index(["technology", "year"])["share"]
    assert starts["cars_electric", 2025] == pytest.approx(6 / 11)
    assert starts["cars_electric", 2026] == 1.0
    assert starts["biochar_plant", 2026] == 0.0


def test_the_key_that_moves_the_cost_most_comes_first(sweep: SweepRun) -> None:
    """With 11 values of the cap the ends are scenario 0 and 10; low prices are even scenarios, whose median is 5."""
    keys = weigh_keys(sweep)
    assert keys["key"].tolist() == [CAP, PRICE]
    assert keys.iloc[0][["cost_low", "cost_high", "range"]].tolist() == [1000.0, 1100.0, 100.0]
    assert keys.iloc[1]["range"] == 0.0


def test_the_finder_lists_the_cheapest_first_and_what_has_no_plan_last(sweep: SweepRun) -> None:
    block = write_finder(sweep, speak_of(sweep, "en")).blocks[1]
    assert isinstance(block, Finder)
    assert block.rows[0][:3] == ("0", "0.5", "low")
    assert block.rows[-1][-3:] == ("–", "–", "–")
    assert block.choices == (1, 2, 3)


def test_a_sweep_speaks_in_words_and_says_keys_only_where_they_are_to_be_typed(sweep: SweepRun) -> None:
    speech = speak_of(sweep, "sv")
    finder, typed = write_finder(sweep, speech).blocks[1:]
    assert isinstance(finder, Finder)
    assert isinstance(typed, Table)
    assert finder.heads[1:3] == ("Mål: Territoriella utsläpp −80 % till 2030", "Priser")
    assert finder.rows[0][1:3] == ("0,5", "låg")
    assert list(typed.rows) == [
        ("Priser", "price"),
        ("Mål: Territoriella utsläpp −80 % till 2030", CAP),
    ]
    told = [str(section) for section in (write_summary(sweep, speech), write_sensitivity(sweep, speech))]
    assert not [text for text in told if CAP in text]
    assert "Territoriella utsläpp −80 % till 2030" in told[1]


def test_a_measure_is_told_by_code_and_name(sweep: SweepRun) -> None:
    told = str(write_sensitivity(sweep, speak_of(sweep, "sv")))
    assert "S1 Biokol" in told


def test_the_table_to_search_is_bounded(tmp_path: Path) -> None:
    """10 000 cells in rows of number, two keys, state and three figures: 1 428 of 3 000 scenarios, the cheapest."""
    many = open_sweep_folder(make_sweep(tmp_path / "many", 3000))
    block = write_finder(many, speak_of(many, "en")).blocks[1]
    assert isinstance(block, Finder)
    assert len(block.rows) == 10_000 // 7
    assert block.rows[0][0] == "0"
    assert block.orders[0][0] == 1


def test_the_order_of_cells_is_that_of_numbers_not_of_text(sweep: SweepRun) -> None:
    """Scenario 9 costs 1 090 and 10 costs 1 100; as text the one with a plan would come after."""
    block = write_finder(sweep, speak_of(sweep, "en")).blocks[1]
    assert isinstance(block, Finder)
    costs = [order[-3] for order in block.orders]
    assert costs == [*range(1, 12), None]


def test_an_edited_table_of_a_sweep_is_refused(tmp_path: Path) -> None:
    place = make_sweep(tmp_path / "edited")
    path = place / "targets.parquet"
    pd.read_parquet(path).assign(excess=0.0).to_parquet(path)
    with pytest.raises(CaseError) as error:
        open_sweep_folder(place)
    assert [problem.tell("en") for problem in error.value.problems] == [
        f"{path}: the file was changed after the run, so that its numbers are not the run's. Put it back, or run it "
        "anew."
    ]


def test_what_chance_alone_may_do_is_measured_for_samples_only(tmp_path: Path) -> None:
    """Low and high prices alternate: medians 1 000 + 10 n of even and of odd n. A grid has no chance."""
    place = make_sweep(tmp_path / "grid", 101)
    grid = weigh_keys(open_sweep_folder(place)).set_index("key")
    assert grid["chance"].tolist() == [0.0, 0.0]
    rewrite_manifest(place, source="sobol")
    sampled = weigh_keys(open_sweep_folder(place)).set_index("key")
    side = 10 * np.std(np.arange(0, 100, 2), ddof=1)
    assert sampled.loc[PRICE, "chance"] == pytest.approx(2 * 1.2533 * np.sqrt(2 * side**2 / 50), rel=1e-6)
    assert sampled.loc[PRICE, "range"] < sampled.loc[PRICE, "chance"]
    assert sampled.loc[CAP, "range"] > sampled.loc[CAP, "chance"]
    drawn = open_sweep_folder(place)
    told = str(write_sensitivity(drawn, speak_of(drawn, "en")))
    assert "Cannot be told from chance in the sample, and not shown: Prices." in told


def test_a_plan_is_placed_among_the_scenarios(sweep: SweepRun) -> None:
    """11 plans cost 1000 to 1100; five are dearer than 1050."""
    assert count_dearer(sweep, 1050.0) == pytest.approx(5 / 11)
    told = str(write_sensitivity(sweep, speak_of(sweep, "en"), 1050.0))
    assert "45 % of the scenarios are dearer" in told


def test_misses_are_told_in_the_unit_of_their_account(sweep: SweepRun) -> None:
    blocks = write_sensitivity(sweep, speak_of(sweep, "en")).blocks
    (table,) = [block for block in blocks if isinstance(block, Table) and block.key == "sweep_targets"]
    assert table.rows[0][:3] == ("-80 %", "kt", 7)


def write_design(place: Path) -> SweepRun:
    """A base and three scenarios that change one key each: 1000, and 1010, 1020 and 1030, the last without a plan."""
    make_sweep(place, 4)
    results = pd.read_parquet(place / "results.parquet")
    results[PRICE], results[CAP] = [None, "high", None, None], [np.nan, np.nan, 0.9, 0.5]
    results.to_parquet(place / "results.parquet", index=False)
    sign_sweep(place)
    rewrite_manifest(place, names=["as planned", "dear", "bold", ""])
    return open_sweep_folder(place)


def find_block(blocks: Sequence[Block], key: str) -> Table:
    (found,) = [block for block in blocks if isinstance(block, Table) and block.key == key]
    return found


def test_an_empty_cell_is_a_level_and_the_base_is_what_others_are_compared_with(tmp_path: Path) -> None:
    """Dear prices cost 10 more than the base and the cap of 0.9 costs 20 more; 0.5 has no plan. Before, a key with one
    value beside the empty cell was not shown at all."""
    sweep = write_design(tmp_path / "sweep")
    assert sweep.base == 0
    assert weigh_keys(sweep)[["key", "range"]].to_numpy().tolist() == [[CAP, 20.0], [PRICE, 10.0]]
    blocks = write_sensitivity(sweep, speak_of(sweep, "en")).blocks
    rows = [(row[1], *row[2:6], row[-1]) for row in find_block(blocks, "levels").rows]
    assert rows == [
        ("as in the case", 1, 0, 1000.0, 0.0, 0.0),
        ("high", 1, 0, 1010.0, 1.0, 10.0),
        ("as in the case", 1, 0, 1000.0, 0.0, 0.0),
        ("0.5", 1, 1, None, None, None),
        ("0.9", 1, 0, 1020.0, 2.0, 20.0),
    ]
    told = [row[0:1] + row[2:] for row in find_block(blocks, "against").rows]
    assert told == [("bold", 20.0, 2), ("dear", 10.0, 1)]
    assert (
        find_block(blocks, "against").caption
        == "The scenarios against the base (as planned: 1,000\xa0MSEK), dearest first"
    )
    assert find_block(blocks, "reasons").rows[0][1:] == (1, 25.0, "3")


def test_a_screen_says_what_each_value_leads_to(tmp_path: Path) -> None:
    shown = write_section(write_short(write_design(tmp_path / "sweep"), "en"), "en").splitlines()
    (line,) = [line for line in shown if line.startswith("  Prices") and " high " in line]
    assert line.split()[-5:] == ["0", "1,010.0", "1.0", "51.0", "10.0"]


def test_money_comes_before_targets_and_emissions(sweep: SweepRun) -> None:
    keys = [block.key for block in write_sensitivity(sweep, speak_of(sweep, "sv")).blocks if isinstance(block, Table)]
    assert keys == ["spread", "levels", "keys", "sweep_targets", "fan", "choices", "statuses", "reasons"]


@pytest.mark.slow
def test_the_table_to_search_has_every_key_and_the_one_to_reckon_with_every_column(tmp_path: Path) -> None:
    place = make_sweep(tmp_path / "sweep", 4)
    results = pd.read_parquet(place / "results.parquet")
    more = {f"adjust.price.c{number}": [1.0, 1.1, 1.2, 1.3] for number in range(4)}
    results.assign(**more).to_parquet(place / "results.parquet", index=False)
    sign_sweep(place)
    sweep = open_sweep_folder(place)
    finder = write_finder(sweep, speak_of(sweep, "en")).blocks[1]
    assert isinstance(finder, Finder)
    assert len(finder.heads) == 1 + 4 + 1 + 1 + 3
    assert finder.heads[5] == "other changes"
    assert finder.rows[1][5].count(";") == 1
    assert len(finder.table.columns) == 5 + 6
    spread = find_block(write_sensitivity(sweep, speak_of(sweep, "en")).blocks, "spread").rows[0]
    assert [cell.text for cell in spread[1:4] if isinstance(cell, Formula)] == [
        "=MIN(INDEX(scenarios,0,3))",
        "=PERCENTILE(INDEX(scenarios,0,3),0.05)",
        "=PERCENTILE(INDEX(scenarios,0,3),0.25)",
    ]
