"""Designs of a few scenarios, counted by hand, and every word that cannot vary."""

from __future__ import annotations

from math import prod

import numpy as np
import pytest

from conf.schema import SweepConfig
from runners.batch import read_axis, read_request, register_plugins
from runners.designs.design import Design, cross_axes, cross_designs, find_duplicates
from runners.designs.request import Axis, Steps, add_declared, build_design
from runners.overrides import read_config
from scenarios.errors import CaseError

MOST = 1_000_000


def design_of(*words: str) -> Design:
    register_plugins()
    request, _ = read_request(words)
    config = read_config([f"{key}={value}" for key, value in request.fixed.plain.items()])
    return build_design(add_declared(request, config.sweep, read_axis), config.sweep)


def refusals(*words: str, lang: str = "en") -> list[str]:
    with pytest.raises(CaseError) as caught:
        design_of(*words)
    return [problem.tell(lang) for problem in caught.value.problems]


def test_a_grid_has_every_combination_and_the_last_key_changes_fastest() -> None:
    design = design_of("price=low,base,high", "target.transport.2030=0.80,0.85", "exclude=[],[electric_road]")
    assert (len(design), design.source) == (12, "grid")
    assert design.keys == ("price", "target.transport.2030", "exclude")
    assert design.row(1) == {"price": "low", "target.transport.2030": "0.80", "exclude": "[electric_road]"}
    assert design.row(11) == {"price": "high", "target.transport.2030": "0.85", "exclude": "[electric_road]"}
    assert design.codes.dtype == np.int32
    assert len(np.unique(design.codes, axis=0)) == 12


def test_levels_are_said_in_hydras_own_syntax() -> None:
    assert read_axis("price", "glob(*)") == Axis("price", ("base", "high", "low"))
    assert read_axis("price", "glob(*,exclude=b*)") == Axis("price", ("high", "low"))
    assert read_axis("price", "choice(low,high)") == Axis("price", ("low", "high"))
    assert read_axis("exclude", "[a,b],[]") == Axis("exclude", ("[a,b]", "[]"))
    assert list(read_axis("adjust.capex.all", "range(0.8,1.1,0.1)").levels) == ["0.8", "0.9", "1.0"]  # type: ignore[union-attr]
    assert list(read_axis("adjust.start_delay.all", "range(0,3)").levels) == ["0", "1", "2"]  # type: ignore[union-attr]
    assert read_axis("exclude", "[a,b]") is None
    assert read_axis("price", "low") is None


def test_steps_leave_the_end_out_and_go_down_as_well() -> None:
    assert list(Steps.of(0, 2.1, 0.7)) == ["0.0", "0.7", "1.4"]
    assert list(Steps.of(3, 0, -1)) == ["3", "2", "1"]
    assert len(Steps.of(0, 10**9, 1)) == 10**9
    assert not len(Steps.of(5, 5, 1))


def test_a_grid_of_the_configuration_is_crossed_and_words_go_before_it() -> None:
    sweep = SweepConfig(grid={"price": ["low", "base"], "target.transport.2030": "0.8,0.9", "exclude": [[], ["a"]]})
    register_plugins()
    request, _ = read_request(["price=high,base", "adjust.capex.all=1.2"])
    design = build_design(add_declared(request, sweep, read_axis), sweep)
    assert len(design) == 8
    assert design.row(0) == {"price": "high", "target.transport.2030": "0.8", "exclude": "[]"}


def test_samples_and_tables_are_crossed_with_the_grid() -> None:
    design = design_of("price=low,high", "adjust.capex.bio_ccs=interval(0.8,1.6)", "sweep.samples=5")
    assert (len(design), design.source) == (10, "latin_hypercube")
    assert design.row(0)["adjust.capex.bio_ccs"] == design.row(5)["adjust.capex.bio_ccs"]
    assert [design.row(place)["price"] for place in (4, 5)] == ["low", "high"]


@pytest.mark.parametrize("name", ["prices", "uncertainty"])
def test_the_samples_that_are_shipped_can_be_drawn(name: str) -> None:
    design = design_of(f"sweep={name}", "sweep.samples=8")
    assert len(design) == 8
    assert all("adjust" in key or key == "convention.discount_rate" for key in design.keys)


@pytest.mark.parametrize("name", ["delays", "dear_money", "targets", "ets2", "ccs_auction", "electric_road_network"])
def test_experiments_are_choices_like_any_other(name: str) -> None:
    config = read_config([f"experiment={name}", "adjust.capex.bio_ccs=1.5"])
    assert config.settings["adjust.capex.bio_ccs"] == 1.5
    assert bool(config.sweep.grid) == (name == "targets")


def test_an_experiment_chooses_groups_keys_and_settings() -> None:
    config = read_config(["experiment=dear_money"])
    assert config.price.ready_made["electricity"] == 1.5
    assert (config.convention.discount_rate, config.settings) == (0.05, {"adjust.capex.all": 1.2})


def test_settings_are_words_without_a_sweep_too() -> None:
    config = read_config(["adjust.price.electricity=1.3", "target.transport.2030=0.85", "target.mode=hard"])
    assert config.settings == {"adjust.price.electricity": 1.3, "target.transport.2030": 0.85}
    assert config.target.mode == "hard"
    with pytest.raises(CaseError) as caught:
        read_config(["adjust.price.electricity=dear", "settings.electricity=1"])
    assert [problem.tell("en").partition(" Nearest")[0] for problem in caught.value.problems] == [
        "adjust.price.electricity=dear: 'dear' is not a number. Write a number with a decimal point, such as 0.035.",
        "settings.electricity=1: there is no key 'settings.electricity'.",
    ]


def test_a_misspelt_setting_is_told_its_nearest_form() -> None:
    with pytest.raises(CaseError) as caught:
        read_config(["ajust.capex.bio_ccs=1.2"])
    assert "Nearest: adjust.capex.bio_ccs." in caught.value.problems[0].tell("en")


def test_preparing_counts_with_arrays_alone() -> None:
    """100 times 100 times 10 scenarios; each row is its number written in the mixed base of the counts."""
    axes = {"a": [str(i) for i in range(100)], "b": [str(i) for i in range(100)], "c": [str(i) for i in range(10)]}
    design = cross_axes(axes, MOST)
    number = design.codes.astype(int) @ np.array([1000, 10, 1])
    assert np.array_equal(number, np.arange(100_000))


def test_designs_are_crossed_row_by_row() -> None:
    outer, inner = (
        cross_axes({"a": ("x", "y")}, MOST),
        Design(("b",), (("1", "2"),), np.array([[1], [0]], np.int32), "table"),
    )
    both = cross_designs(outer, inner, MOST)
    assert both.source == "table"
    assert [tuple(both.row(place).values()) for place in range(4)] == [("x", "2"), ("x", "1"), ("y", "2"), ("y", "1")]
    with pytest.raises(CaseError):
        cross_designs(outer, inner, 3)


def test_duplicates_are_found_however_wide_the_rows() -> None:
    codes = np.random.default_rng(0).integers(0, 1000, (50, 12)).astype(np.int32)
    assert prod(int(column.max()) + 1 for column in codes.T) > 2**64
    codes[[30, 40]] = codes[7]
    assert list(find_duplicates(codes)) == [(7, 30), (7, 40)]


def test_all_words_that_cannot_vary_are_told_at_once() -> None:
    words = [
        "pris=a,b",
        "price=low,hih",
        "out=a,b",
        "sweep.seed=1,2",
        "exclude=[a,b",
        "adjust.capex.all=1,one",
        "lang=xx,y",
    ]
    assert [text.partition(" Nearest")[0] for text in refusals(*words)] == [
        "exclude=[a,b: the values cannot be understood (no viable alternative at input '[a,b'). Write a,b,c or "
        "range(0.7,1.5,0.1), glob(*), interval(0.7,1.5); lists as [a],[b].",
        "pris: there is no key 'pris'.",
        "price=hih: there is no 'hih'. Choose: base, high, low.",
        "out: the key is for the sweep as a whole and cannot vary between its scenarios. Give it one value.",
        "sweep.seed: the key is for the sweep as a whole and cannot vary between its scenarios. Give it one value.",
        "adjust.capex.all=one: 'one' is not a number. Write a number with a decimal point, such as 0.035.",
        "lang: the key is for the sweep as a whole and cannot vary between its scenarios. Give it one value.",
    ]


def test_a_sweep_of_nothing_is_refused() -> None:
    assert refusals("price=low") == [
        "sweep: nothing varies. Write several values of a key (price=low,base,high), a table (sweep.design=FILE) or a "
        "sample (sweep=uncertainty)."
    ]
    assert refusals("price=glob(x*)", lang="sv") == [
        "sweep: svepet har inga scenarier: något som varierar har inga värden. Skriv minst ett värde för varje nyckel."
    ]


def test_a_grid_of_a_thousand_million_is_refused_by_its_count() -> None:
    thousand = "range(0,1000)"
    words = [f"adjust.capex.a={thousand}", f"adjust.capex.b={thousand}", f"adjust.capex.c={thousand}"]
    assert refusals(*words) == [
        "sweep: 1000000000 scenarios are more than the 1000000 that are taken. Thin out the levels, or sample: "
        "sweep.samples=10000 with interval(LOW,HIGH) instead of lists, or sweep=uncertainty. The limit is sweep.most."
    ]
    assert "1000000000 scenarier" in refusals("adjust.capex.a=range(0,1000000000)", lang="sv")[0]


def test_a_key_or_a_value_said_twice_is_refused() -> None:
    assert refusals("price=low,base", "price=high", "adjust.capex.all=1,1.0") == [
        "price: the key stands in several places, so its value is not clear. Keep one of them.",
        "adjust.capex.all=1.0: the value '1.0' stands twice. Remove one of them.",
    ]


def test_forms_that_could_reach_beyond_data_are_refused() -> None:
    found = refusals("price=${oc.env:HOME},low", "adjust.capex.all={_target_:os.getcwd},1", "case=lund,own", "word")
    assert [text.partition(":")[0] for text in found] == ["price=${oc.env", "adjust.capex.all={_target_", "word"]


def test_a_number_between_whole_ones_is_not_sampled_for_a_key_that_takes_none() -> None:
    assert refusals("case.first_year=interval(2025,2030)", "adjust.capex.all=interval(2,1)") == [
        "adjust.capex.all: the range goes from 2 to 1. Write the lower number first.",
        "case.first_year: the key does not take any number. Write its values as choices: [...] or as a list.",
    ]
