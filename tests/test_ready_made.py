"""A ready-made choice changes what a case has and tells what it leaves out; what a user writes himself is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from town import build_town, write_town

from runners.chosen import choose
from runners.overrides import list_options, read_config
from scenarios.checks.check import check_tables
from scenarios.checks.view import View
from scenarios.naming import settle_choices
from scenarios.notices.notices import find_notices
from scenarios.ready_made import list_lacking
from scenarios.tables import Tables

TOWN = {
    "commodities": [
        {"commodity": "electricity", "purchase_price": 1, "name_sv": "El", "name_en": "Power"},
        {"commodity": "biogas"},
    ],
    "technologies": [{"technology": "pump", "flow": {"electricity": -1}, "capex": 1, "measure": "yes"}],
}


@pytest.fixture
def tables() -> Tables:
    return build_town(**TOWN)


@pytest.fixture
def word(tmp_path: Path, tables: Tables) -> str:
    return f"case.path={write_town(tmp_path / 'town', tables)}"


@pytest.mark.parametrize(("option", "scale"), [("high", 1.5), ("low", 0.7)])
def test_a_choice_of_prices_scales_those_that_the_case_has(
    word: str, tables: Tables, option: str, scale: float
) -> None:
    """Biogas is a good of the town without a price, diesel is none: neither was written by the user."""
    choices = settle_choices(tables, choose(read_config([word, f"price={option}"])))
    assert choices.price_scale == {"electricity": scale}
    assert {"biogas", "diesel"} <= set(choices.left_out)
    assert check_tables(tables, choices) == []
    told = [notice.tell("sv") for notice in find_notices(View(tables, choices)) if notice.key == "prices_left_out"]
    assert told == [
        f"det färdiga valet av priser ändrar inte {', '.join(choices.left_out)}: fallet har inga sådana priser."
    ]


def test_what_the_user_writes_goes_before_and_is_refused_where_there_is_none(word: str, tables: Tables) -> None:
    own = choose(read_config([word, "price=high", "price.scale.electricity=2"]))
    assert own.price_scale == {"electricity": 2.0}
    wrong = choose(read_config([word, "price=high", "price.scale.diesel=2"]))
    assert [problem.key for problem in check_tables(tables, wrong)] == ["chosen_commodity_far"]


def test_keys_about_what_a_case_has_not_are_found_by_any_of_its_names(tables: Tables) -> None:
    there = ["adjust.price.El", "adjust.capex.pump", "adjust.capex.all", "convention.discount_rate"]
    gone = ["adjust.price.biogas", "adjust.price.diesel", "adjust.start_delay.bio_ccs"]
    assert list_lacking(tables, (), [*there, *gone]) == gone


def test_every_ready_made_choice_of_prices_and_sweep_says_what_is_ready_made() -> None:
    """A file that wrote scale or vary would be refused by every case that lacks one of its goods."""
    for option in list_options("price"):
        assert read_config([f"price={option}"]).price.scale == {}
    for option in list_options("sweep"):
        assert read_config([f"sweep={option}"]).sweep.vary == {}
