"""Who pays, on the screen, in figures and among the choices."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import town
import xarray as xr
from account_towns import CITY, FIRM, solve_rich, write_hand_town, write_money_plan
from hand_plans import write_plan
from plan_pictures import draw_pictures

from conf.schema import GROUPS
from conf.words import LANGUAGES
from runners.chosen import choose
from runners.overrides import read_config
from runners.reports.summary import WIDTH, write_summary
from runners.reports.summary_payers import write_payers
from scenarios.choices import Choices
from scenarios.errors import CaseError

NBSP = "\xa0"


def with_prices(scenario: xr.Dataset, plan: xr.Dataset) -> xr.Dataset:
    shape = (scenario.sizes["target"], scenario.sizes["year"])
    return plan.assign(shadow_price=(("target", "year"), np.zeros(shape)))


def write_screen(lang: str, **attrs: Any) -> list[str]:
    scenario, plan, _ = write_hand_town()
    plan = with_prices(scenario, plan)
    plan.attrs |= attrs
    return write_summary(scenario, plan, [], Path("svar"), 1.0, lang).replace(NBSP, " ").splitlines()


def test_the_screen_says_who_pays() -> None:
    """The city needs 80 in 2025 and nothing later, gets 20, lends 60 beside 100 that stand, 40 below its ceiling.

    "Mest skuld" was net debt of who has standing debt and loans of the plan of others; the margin had no year.
    """
    lines = write_screen("sv")
    place = next(i for i, line in enumerate(lines) if line.startswith("Vem betalar"))
    assert lines[place - 1] == ""
    assert lines[place : place + 6] == [
        "Vem betalar, mnkr                  behov/år        mest    år            bidrag",
        "Staden                                   27          80  2025                20",
        "Skuld, som mest, mnkr     planens lån    år  nettoskuld    år  till taket    år",
        "Staden                             60  2025         160  2025          40  2025",
        "Finansieringens nuvärde: −30,1 mnkr (lån −10,1, bidrag −20,0, driftstöd 0,0).",
        "",
    ]


def test_the_screen_says_in_english_whose_cost_is_least() -> None:
    lines = write_screen("en", perspective=CITY, objective=12.0)
    assert "Who pays, MSEK                      need/yr        most  year            grants" in lines
    assert "Debt, at most, MSEK        plan loans  year    net debt  year  to ceiling  year" in lines
    assert "Cheapest for City, whose present value stands above. Society's: 170.0 MSEK." in lines


def test_nobody_pays_in_a_case_without_actors() -> None:
    scenario = town.scenario_of({"commodities": [], "technologies": [], "accounts": []})
    plan = with_prices(scenario, write_plan(scenario, 0.0))
    plan.attrs["status"] = "optimal"
    assert "Vem betalar" not in write_summary(scenario, plan, [], Path("svar"), 1.0)


def test_a_plan_that_nobody_pays_for_has_no_heading_of_who_pays() -> None:
    """The hand town that builds nothing, where nobody has a ceiling and nobody owes: what finance is worth is told."""
    scenario, plan, _ = write_hand_town()
    free = {name: scenario[name] * np.inf for name in ("debt_ceiling",)}
    free |= {name: scenario[name] * 0.0 for name in ("standing_debt",)}
    scenario = scenario.assign(free)
    nothing = with_prices(scenario, plan.map(np.zeros_like))
    nothing.attrs |= {**plan.attrs, "finance_cost": 0.0}
    lines = write_payers(scenario, nothing, "mnkr", "sv")
    assert [line.split(":")[0] for line in lines] == ["Finansieringens nuvärde"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_many_payers_of_large_amounts_fit_the_screen(lang: str) -> None:
    name = {"name_sv": "Ett mycket långt namn på en ägare", "name_en": "A very long name of an owner"}
    labels = [f"a{i}" for i in range(9)]
    scenario = town.scenario_of(
        {
            "case": {"last_year": 2045},
            "technologies": [
                {"technology": f"k{i}", "actor": label, "measure": "yes", "capex": 1000}
                for i, label in enumerate(labels)
            ],
            "accounts": [{"account": "co2"}],
            "actors": [
                {"actor": label, **name, "kind": "company", "standing_debt": 99999, "debt_ceiling_amount": 123456}
                for label in labels
            ],
        }
    )
    plan = with_prices(scenario, write_money_plan(scenario, build={(f"k{i}", 2025): 99 for i in range(9)}))
    plan.attrs |= {"status": "optimal", "perspective": "society", "finance_cost": -123456.7, "social_cost": 1e6}
    lines = write_summary(scenario, plan, [], Path("svar"), 1.0, lang).splitlines()
    place = next(i for i, line in enumerate(lines) if line.startswith(("Vem betalar", "Who pays")))
    assert max(map(len, lines[place:])) <= WIDTH
    assert lines[place:].index("") == 11


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_figures_of_who_pays_name_sources_owners_and_limits(lang: str, tmp_path: Path) -> None:
    scenario, plan, before = write_hand_town()
    drawn = draw_pictures(scenario, with_prices(scenario, plan), tmp_path, lang, before)
    city, own, ceiling, uses = {
        "sv": ("Staden", "egna medel", "skuldtak", "utgift: Staden"),
        "en": ("City", "own funds", "debt ceiling", "outlay: City"),
    }[lang]
    grant = {"sv": ">bidrag<", "en": ">grants<"}[lang]
    assert all(word in drawn["funding"] for word in (own, ">loan<", grant, uses))
    peak = {"sv": "160 (2025), 40 % av skatter", "en": "160 (2025), 40 % of taxes"}[lang]
    assert all(word in drawn["debt"] for word in (city, ceiling, peak))
    assert f">{city}<" in drawn["cash"]
    assert ">homes<" not in drawn["cash"]


@pytest.mark.slow
def test_figures_of_who_pays_are_drawn_for_any_plan(tmp_path: Path) -> None:
    scenario, plan, before = solve_rich()
    drawn = draw_pictures(scenario, plan, tmp_path, "sv", before)
    assert "bond" in drawn["funding"]
    debts = drawn["debt"] + drawn["debt_2"]
    assert all(f". {actor}: mest skuld" in debts for actor in (CITY, FIRM))


def test_who_owes_nothing_has_no_figure_of_debt(tmp_path: Path) -> None:
    tables = {"commodities": [], "technologies": [], "accounts": [{"account": "co2"}]}
    scenario = town.scenario_of({**tables, "actors": [{"actor": "city", "kind": "municipality"}]})
    assert "debt" not in draw_pictures(scenario, with_prices(scenario, write_money_plan(scenario)), tmp_path)


# Choices.


def test_the_default_finance_is_the_written_default() -> None:
    assert "finance" in GROUPS
    chosen, plain = choose(read_config([])), Choices()
    for name in ("perspective", "ceiling", "frames", "result", "instruments", "tolerance"):
        assert getattr(chosen, name) == getattr(plain, name)


@pytest.mark.parametrize(
    ("option", "changed"),
    [
        ("lexicographic", {"perspective": "lexicographic"}),
        ("municipality", {"perspective": "municipality"}),
        ("no_ceiling", {"ceiling": "off"}),
        ("no_frames", {"frames": "off", "result": "off"}),
        ("priced", {"ceiling": "priced", "frames": "priced", "result": "priced"}),
    ],
)
def test_every_option_of_finance_changes_what_it_says_and_nothing_else(option: str, changed: dict[str, str]) -> None:
    chosen, plain = choose(read_config([f"finance={option}"])), choose(read_config([]))
    assert {name: value for name, value in vars(chosen).items() if getattr(plain, name) != value} == changed


def test_what_yaml_makes_of_off_is_off() -> None:
    """`off` without quotes is False in a file; false and true are what they were before there were three modes."""
    assert choose(read_config(["finance.ceiling=off", "finance.frames=false", "finance.result=true"])) == choose(
        read_config(["finance.ceiling=off", "finance.frames=off"])
    )


def test_finance_is_chosen_word_by_word() -> None:
    chosen = choose(
        read_config(["finance.perspective=lkf", "finance.instruments=[green_bond,loan]", "finance.tolerance=0.02"])
    )
    assert (chosen.perspective, chosen.instruments, chosen.tolerance) == ("lkf", ("green_bond", "loan"), 0.02)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_mistakes_about_finance_are_told_together(lang: str) -> None:
    with pytest.raises(CaseError) as caught:
        read_config(["finance=rich", "finance.ceiling=perhaps", "finance.tolerance=little", "finance.celing=true"])
    names, nearest = (
        "default, lexicographic, municipality, no_ceiling, no_frames, priced",
        "finance.ceiling, finance.result, finance",
    )
    assert [problem.tell(lang) for problem in caught.value.problems] == {
        "sv": [
            f"finance=rich: 'rich' finns inte. Välj: {names}.",
            "finance.ceiling=perhaps: 'perhaps' finns inte. Välj: hard, priced, off.",
            "finance.tolerance=little: 'little' är inget tal. Skriv ett tal med decimalpunkt, till exempel 0.035.",
            f"finance.celing=true: nyckeln 'finance.celing' finns inte. Närmast: {nearest}.",
        ],
        "en": [
            f"finance=rich: there is no 'rich'. Choose: {names}.",
            "finance.ceiling=perhaps: there is no 'perhaps'. Choose: hard, priced, off.",
            "finance.tolerance=little: 'little' is not a number. Write a number with a decimal point, such as 0.035.",
            f"finance.celing=true: there is no key 'finance.celing'. Nearest: {nearest}.",
        ],
    }[lang]
