"""Towns solved by hand: a measure's dossier. Four costs per tonne, where it enters and leaves, what it hangs on.

A town emits 10 kt and may emit nothing; each kt missed is valued at 100 MSEK. Cost is without that value.
"""

from __future__ import annotations

from math import isnan, nan
from typing import Any

import pytest
from hand import assert_close
from measure_towns import family_of, filter_of, town_of

from runners.analyses.abatement.abatement_metrics import UNDISCOUNTED, choose_yardstick, find_account
from runners.analyses.dossier.entries import choose_entries
from runners.analyses.dossier.inquiry import Dossier, Dossiers, Wish, inquire
from runners.analyses.dossier.tables import describe_dossiers, tabulate_dossiers
from runners.analyses.dossier.ways import ALONE, FORCED, LAST, SHARE, WAYS
from runners.analyses.dossier.worlds import BASE, HIGH, LOW, list_settings
from runners.commands.dossier import write_screen
from runners.progress import QUIET
from runners.reports.workbook import list_result_sheets
from runners.results.catalog import check_columns
from runners.results.result import make_result
from runners.views.renderers.screen import write_section
from runners.views.subjects.dossier import write_dossier
from scenarios.errors import CaseError
from scenarios.families import MeasureFamily

BUILT = {"life": 1}
"""Of a measure with an investment, all of it worn out after its year."""


def ask(town: dict[str, Any], *words: str, settings: dict[str, float] | None = None) -> Dossiers:
    family = family_of(town)
    yardstick = choose_yardstick(family.scenario, find_account(family.scenario), None)
    wish = Wish(words, (1.0, 5.0), 4, 0, UNDISCOUNTED, {})
    return inquire(family, settings or {}, yardstick, wish, QUIET)


def ask_one(town: dict[str, Any], word: str) -> Dossier:
    return ask(town, word).entries[0]


def per_tonne(dossier: Dossier) -> list[float]:
    """MSEK per kt in the order of WAYS; NaN where there is none."""
    return [dossier.ways.judge(way, UNDISCOUNTED)[1] for way in WAYS]


def lumpy_town() -> dict[str, Any]:
    """A cheap filter takes 8 kt at 0.5. The big one takes any amount from 1 kt to 10 for 6 to begin and 1 a kt."""
    big = filter_of("big", 1, 10, project_cost=6, least_size=1, **BUILT)
    return town_of(filter_of("cheap", 0.5, 8), big)


def test_the_worlds_of_prices_are_those_of_what_the_case_has_a_price_of() -> None:
    """Low and high are `price=low` and `price=high` as far as the case buys; they were left empty, and every dossier
    said that prices make no difference. What the user scales already is taken back: 1.5 / 1.2 = 1.25."""
    goods = [{"commodity": "electricity", "unit": "GWh", "purchase_price": 1}, {"commodity": "diesel", "unit": "GWh"}]
    town = town_of(filter_of("cheap", 0.5, 8))
    scenario = family_of(town | {"commodities": [*town["commodities"], *goods]}).scenario
    found = list_settings(scenario, {"electricity": 1.2})
    assert list(found) == [BASE, LOW, HIGH]
    assert found[BASE] == {}
    assert found[HIGH] == {"adjust.price.electricity": pytest.approx(1.25)}
    assert list(found[LOW]) == ["adjust.price.electricity"]
    assert found[LOW]["adjust.price.electricity"] < 1 / 1.2


def test_the_four_ways_are_four_costs_per_tonne() -> None:
    """Big alone: 6 + 10 = 16 for 10 kt. Last: with the cheap one's 8 kt 2 are left, 6 + 2 = 8 for 2. Share, of two
    players: (16 + 8)/2 = 12 for (10 + 2)/2 = 6. Forced in at its least size 1: 6 + 1 = 7 for 1. A tonne thus costs 1.6,
    4, 2 and 7; the fourth stood nowhere before."""
    big = ask_one(lumpy_town(), "big")
    assert_close(per_tonne(big), [1.6, 4, 2, 7])
    pairs = [(way.amounts.cost, way.amounts.tonnes) for way in (big.ways.found[name] for name in WAYS)]
    assert_close(pairs, [(16, 10), (8, 2), (12, 6), (7, 1)])
    assert big.ways.forced is not None
    assert (big.ways.forced.measure, big.ways.forced.size.amount, big.ways.forced.year) == ("big", 1, 2025)


def test_a_share_of_what_replaces_another_is_half_of_alone_and_last() -> None:
    """Cheap 10 kt at 1, dear 10 kt at 3. Cheap: alone 10/10, last -20/0, share -5/5; forced in at a tenth of its 10 it
    takes 1 from the dear one: 1 - 3 = -2/0. Dear: 30/10, 0/0, 15/5; forced in it stands idle, for what is forced is
    building and not use: 0/0."""
    town = town_of(filter_of("cheap", 1, 10), filter_of("dear", 3, 10))
    cheap, dear = ask(town, "cheap", "dear").entries
    for dossier, expected in (
        (cheap, [(10, 10), (-20, 0), (-5, 5), (-2, 0)]),
        (dear, [(30, 10), (0, 0), (15, 5), (0, 0)]),
    ):
        ways = [dossier.ways.found[name].amounts for name in WAYS]
        assert_close([(amounts.cost, amounts.tonnes) for amounts in ways], expected)
    assert [dear.ways.judge(way, UNDISCOUNTED)[0] for way in WAYS] == ["ranked", "idle", "ranked", "idle"]
    assert_close(per_tonne(dear), [3, nan, 3, nan])


def dear_town() -> dict[str, Any]:
    """A filter of 6 kt at 2 + 1, and one of 4 kt at 110 + 10: more than the 100 at which a kt missed is valued."""
    return town_of(filter_of("good", 1, 6, capex=2, **BUILT), filter_of("dear", 10, 4, capex=110, **BUILT))


def test_what_no_plan_takes_has_a_cost_per_tonne_when_it_is_forced_in() -> None:
    """Alone, last and as a share it does nothing. Forced in at a tenth of its 4: 0.4 x 120 = 48 for 0.4 kt."""
    dear = ask_one(dear_town(), "dear")
    assert not dear.standing.chosen
    assert [dear.ways.judge(way, UNDISCOUNTED)[0] for way in WAYS] == ["idle", "idle", "idle", "ranked"]
    forced = dear.ways.found[FORCED].amounts
    assert_close((forced.cost, forced.tonnes, forced.misses), (48, 0.4, -40))
    assert_close(per_tonne(dear), [nan, nan, nan, 120])


def test_it_enters_where_its_investment_is_cheap_enough() -> None:
    """f 110 + 10 = 100 at f = 9/11, 90 a kt. The good one leaves where 2 f + 1 = 100, f = 49.5."""
    good, dear = ask(dear_town(), "good", "dear").entries
    assert not dear.threshold.inside
    assert dear.threshold.factor == pytest.approx(9 / 11, rel=1e-3)
    assert dear.threshold.capex * dear.threshold.factor == pytest.approx(90, rel=1e-3)
    assert good.threshold.inside
    assert good.threshold.factor == pytest.approx(49.5, rel=1e-3)


def test_the_range_is_what_the_money_allows() -> None:
    """The plan costs 18 + 400 of misses = 418 and moves 418 - 1000 against doing nothing, in a town without actors
    measured as its whole cost: 1 % is 4.18, 5 % is 20.9. A kt of the dear one costs 20 more than missing it: at most
    0.209 and 1.045. A kt less of the good one costs 97: at least 6 - 4.18/97 and 6 - 20.9/97."""
    good, dear = ask(dear_town(), "good", "dear").entries
    assert_close([(s.low, s.high) for s in dear.spreads], [(0, 0.209), (0, 1.045)])
    assert_close([(s.low, s.high) for s in good.spreads], [(6 - 4.18 / 97, 6), (6 - 20.9 / 97, 6)])


def test_a_family_is_weighed_as_one_and_its_cheapest_measure_is_forced_in() -> None:
    """Both of the dear town are one family: alone, last and share are the plan itself, 18/6. Forced in is the good one,
    a tenth of its 6: 0.6 x 3 = 1.8 for 0.6. By its Swedish name, and with the family's range of both together."""
    town = dear_town()
    town["families"] = [{"family": "both", "name_sv": "Båda", "name_en": "Both", "measures": "good dear"}]
    both = ask_one(town, "båda")
    assert both.entry.measures == ("good", "dear")
    for way in (ALONE, LAST, SHARE):
        assert_close((both.ways.found[way].amounts.cost, both.ways.found[way].amounts.tonnes), (18, 6))
    assert both.ways.forced is not None
    assert both.ways.forced.measure == "good"
    assert_close((both.ways.found[FORCED].amounts.cost, both.ways.found[FORCED].amounts.tonnes), (1.8, 0.6))
    assert [spread.label for spread in both.spreads] == ["both", "both", "good", "good", "dear", "dear"]


def test_two_words_never_give_two_shares() -> None:
    """The share of a measure is the same whatever else is asked about."""
    alone, (beside, _) = ask_one(lumpy_town(), "big"), ask(lumpy_town(), "big", "cheap").entries
    assert alone.ways.found[SHARE] == beside.ways.found[SHARE]


def test_who_pays_and_when_is_the_plans() -> None:
    """6 kt of the good one in 2025 for 12, paid by its owner; the dear one, forced in, 0.4 for 44."""
    good, dear = ask(dear_town(), "good", "dear").entries
    assert (good.standing.first, good.standing.last) == (2025, 2025)
    assert_close([good.standing.outlay, good.standing.most("good")], [12, 6])
    assert [(payer.actor, pytest.approx(12)) for payer in good.standing.payers] == [("town", good.standing.outlay)]
    assert dear.forced is not None
    assert_close(dear.forced.outlay, 44)


def hanging_town() -> dict[str, Any]:
    """The dear town, whose dear one may cost 0.5 to 2 times what is written: half of 110 is 55, and 55 + 10 < 100."""
    town = dear_town()
    rules = {
        "quantity": "capex",
        "about": "dear",
        "basis": "factor",
        "low": "0.5",
        "high": "2",
        "confidence": "assumed",
    }
    return town | {"ranges": [rules | {"source": "hand"}]}


def test_it_hangs_on_its_own_numbers_that_bring_it_in() -> None:
    """At half its price it takes the 4 kt missed: 4 x 110 invested at the written price, 4 (100 - 65) = 140 cheaper.

    Read back from its folder the answer says so, too.
    """
    told = ask(hanging_town(), "dear")
    (found,) = told.entries[0].hangings.deciding
    assert found.low is not None
    assert (found.low.entered, found.low.left) == (("dear",), ())
    assert_close((found.low.differs, found.low.cost), (440, -140))
    result = make_result("dossier", describe_dossiers(told), tabulate_dossiers(told))
    assert_close(result.tables["numbers"].set_index("end").loc["low", ["differs", "cost"]].astype(float), (440, -140))
    sections = write_dossier(result, "sv")
    assert "\n\n".join(write_section(section) for section in sections) == write_screen(told, "sv")
    assert ask_one(hanging_town(), "good").hangings.moved == 0


def test_every_table_is_declared_and_the_screen_says_parts_of_units_where_they_are() -> None:
    town = town_of(filter_of("plant", 1, 10, unit_size=4, **BUILT))
    family = family_of(town)
    yardstick = choose_yardstick(family.scenario, find_account(family.scenario), None)
    wish = Wish(("plant",), (1.0,), 4, 0, UNDISCOUNTED, {})
    whole = inquire(family, {}, yardstick, wish, QUIET)
    for name, table in tabulate_dossiers(whole).items():
        check_columns("dossier", name, list(table.columns))
    assert (whole.relaxed, whole.whole) == (False, True)
    assert "delar av enheter" in write_screen(whole, "sv")
    assert not describe_dossiers(whole)["relaxed"]


def test_report_screen_and_workbook_have_the_same_sections_of_a_dossier() -> None:
    """Each entry is a chapter of its own; the sheet has the same costs as numbers."""
    found = ask(lumpy_town(), "big")
    result = make_result("dossier", describe_dossiers(found), tabulate_dossiers(found))
    sections = write_dossier(result, "sv")
    assert "\n\n".join(write_section(section) for section in sections) == write_screen(found, "sv")
    (sheet,) = list_result_sheets((result,), "sv")
    assert sheet.title == sections[1].title
    ways = next(block for block in sheet.blocks if block.key == "dossier_big_ways")
    costs = [round(cell, 6) for row in ways.rows for cell in row if isinstance(cell, float)]
    assert all(round(cost, 6) in costs for cost in result.tables["ways"]["cost"].dropna())


def test_without_words_all_families_are_told_and_a_case_without_any_says_what_to_do() -> None:
    scenario = family_of(dear_town()).scenario
    families = [MeasureFamily("one", {"sv": "En", "en": "One"}, ("good",))]
    assert [entry.label for entry in choose_entries(scenario, families, [])] == ["one"]
    with pytest.raises(CaseError) as none:
        choose_entries(scenario, [], [])
    assert [problem.tell("sv") for problem in none.value.problems] == [
        "dossier: säg vilka åtgärder det gäller: fallet har inga familjer (families.csv). `fardplan list measures` "
        "visar alla."
    ]


def test_a_word_that_is_nothing_or_several_is_refused_with_the_nearest() -> None:
    town = town_of(
        filter_of("bio_ccs", 1, 4, code="S2", name_sv="Bio-CCS", name_en="Bio-CCS"),
        filter_of("ortofta_2", 1, 4, code="D5", name_sv="Örtofta 2", name_en="Örtofta 2"),
        filter_of("twin", 1, 4, code="S2", name_sv="Tvilling", name_en="Twin"),
    )
    scenario = family_of(town).scenario
    with pytest.raises(CaseError) as refused:
        choose_entries(scenario, [], ["S2", "ccs"])
    assert [problem.tell("en") for problem in refused.value.problems] == [
        "S2: 'S2' may mean several: bio_ccs (S2 Bio-CCS), twin (S2 Twin). Say the key.",
        "ccs: 'ccs' is no measure or family of the case. Nearest: bio_ccs (S2 Bio-CCS). `fardplan list measures` shows "
        "all.",
    ]
    assert choose_entries(scenario, [], ["örtofta 2"])[0].label == "ortofta_2"


def test_what_is_forced_is_no_choice() -> None:
    town = town_of(filter_of("good", 1, 4), filter_of("set", 1, 4, least_build=1))
    with pytest.raises(CaseError) as refused:
        choose_entries(family_of(town).scenario, [], ["set"])
    assert [problem.tell("en") for problem in refused.value.problems] == [
        "set: 'set' is no choice of the plan: it is forced, decided, excluded or may not be built. Take away what "
        "locks it, or ask about another."
    ]


def test_a_measure_that_cannot_be_begun_in_any_year_says_what_stands_against_it() -> None:
    """No crew may build the stuck one at all."""
    town = town_of(filter_of("good", 1, 4), filter_of("stuck", 1, 4, unit_size=4, **BUILT))
    town["groups"] = [{"group": "crews", "weight": {"stuck": 1}, "group_most_build": 2}]
    stuck = ask_one(town, "stuck")
    assert FORCED not in stuck.ways.found
    assert stuck.ways.forced is not None
    assert stuck.ways.forced.year is None
    assert "crews" in [rule.item for rule in stuck.ways.forced.rules]
    assert isnan(stuck.spreads[0].percent) is False


@pytest.mark.slow
def test_unlike_periods_and_money_in_euros_give_the_costs_that_a_hand_gives() -> None:
    """Periods of 2, 3 and 3 years, 5 %. A filter `worn` stands from 2025 for four years (two thirds of 2027-29): 8
    MEUR a kt and 3 for a start, 0.1 a year, 0.5 a kt taken; `lasting` takes 8 kt at 2. D = 1.90533, 2.53106, 2.18643.

    Both: 3 of worn take 3 and 2 kt, the other 7, 8 and 8: 24 + 3 + 0.6 (3 D1 + 2 D2) + 2 (7 D1 + 8 D2 + 8 D3). Worn
    alone: 6 of it, 51 + 0.6 (6 D1 + 4 D2) for 24 kt. Lasting alone: 16 (D1 + D2 + D3) for 64. Together they take 74.
    Worn forced in at a tenth of its 6: 7.8 + 0.6 (0.6 D1 + 0.4 D2) for 0.6 x 2 + 0.4 x 3 = 2.4 kt. In 2027 it costs
    51 over 1.05^-0.5 + .. + 1.05^-3.5, two thirds of it, and 0.6 x 4. It leaves where 8.5 f = 99.4 (D1 + 2/3 D2): its
    start is spread over its 6 there. All is euros: a kt for 2.66 MEUR is a tonne for 2 664 EUR, which was told as SEK.
    """
    open_once = {"earliest_start": 2025, "latest_start": 2025}
    worn = filter_of("worn", 0.5, 6, capex=8, project_cost=3, life=4, fixed_cost=0.1, **open_once)
    town = town_of(worn, filter_of("lasting", 2, 8, **open_once))
    town["case"] = {"last_year": 2032, "discount_rate": 0.05, "money": "MEUR", "price_year": 2020}
    d1, d2, d3 = (sum(1.05 ** -(t + 0.5) for t in span) for span in (range(2), range(2, 5), range(5, 8)))
    both = 27 + 0.6 * (3 * d1 + 2 * d2) + 2 * (7 * d1 + 8 * d2 + 8 * d3)
    alone, other = 51 + 0.6 * (6 * d1 + 4 * d2), 16 * (d1 + d2 + d3)
    family = family_of(town, years=(2025, 2027, 2030))
    yardstick = choose_yardstick(family.scenario, "co2", 2027)
    told = inquire(family, {}, yardstick, Wish(("worn",), (1.0,), 4, 0, UNDISCOUNTED, {}), QUIET)
    ways = [told.entries[0].ways.found[name].amounts for name in WAYS]
    forced = 7.8 + 0.6 * (0.6 * d1 + 0.4 * d2)
    expected = [(alone, 24), (both - other, 10), ((alone + both - other) / 2, 17), (forced, 2.4)]
    assert_close([(amounts.cost, amounts.tonnes) for amounts in ways], expected)
    assert_close([ways[0].discounted, ways[1].discounted], [6 * d1 + 4 * d2, 3 * d1 + 2 * d2 - d1])
    year = 51 / sum(1.05 ** -(j + 0.5) for j in range(4)) * 2 / 3 + 0.6 * 4
    assert_close([ways[0].year_cost, ways[0].year_tonnes], [year, 4])
    assert told.entries[0].threshold.factor == pytest.approx(99.4 * (d1 + 2 / 3 * d2) / 8.5, rel=1e-3)
    table = tabulate_dossiers(told)["ways"]
    assert set(table["per_tonne_unit"]) == {"EUR/t"}
    assert_close(table["cost_per_tonne"], [1000 * cost / tonnes for cost, tonnes in expected])
    assert "EUR/ton" in write_screen(told, "sv")
    assert "kr/ton" not in write_screen(told, "sv")
