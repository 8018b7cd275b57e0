"""`fardplan why`: its words, its folder, and the search behind every price."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from test_cli import write_case
from test_towns_reasons import CAP, emitting_town, family_of, why_of

from model.queries.no_plan import NoPlan
from model.solver.solution import SolverOptions
from runners.analyses.asking import Inquiry
from runners.analyses.sensitivity.amounts import format_change
from runners.analyses.sensitivity.answer import Wish, explain
from runners.analyses.sensitivity.explained import Explained, list_measures, plan_opening
from runners.analyses.sensitivity.measures import explain_measures
from runners.analyses.sensitivity.prices import price_levers
from runners.analyses.sensitivity.rhs_ranging import find_stretch
from runners.analyses.sensitivity.sentences import say_change, say_impasse, say_price, say_reaches, say_reason
from runners.analyses.team import Team, open_team
from runners.cli import main
from runners.commands.why import write_screen
from runners.family import Family
from scenarios.choices import Choices
from scenarios.errors import CaseError

LUND = Path(__file__).parent.parent / "scenarios" / "lund"
FIVE_YEARS = Choices(variants=("base_2024",), years=(2025, 2030, 2035, 2040, 2045))


def piecewise(*pieces: tuple[float, float]) -> Callable[[float], tuple[float, float]]:
    """A convex cost of 100 at step 0 that falls by each price up to each end; none beyond the last."""

    def tangent(step: float) -> tuple[float, float]:
        cost, start = 100.0, 0.0
        for price, end in pieces:
            if step < end:
                return cost - price * (step - start), -price
            cost, start = cost - price * (end - start), end
        return np.inf, 0.0

    return tangent


@pytest.mark.parametrize(
    ("pieces", "price", "step", "ended"),
    [
        (((3, 100),), 3, 10, False),
        (((3, 2), (1, 100)), 3, 2, True),
        (((3, 0.5), (2, 1), (1.9, 4), (0, 100)), 3, 0.5, True),
        (((3, 5), (1, 100)), 3, 5, True),
        (((3, 4),), 3, 4, True),
        (((3, 0.004), (2.9, 0.02), (1, 100)), 3, 0.004, True),
        (((3, 0.00005), (1, 100)), 3, 0.00005, True),
        (((3, 5), (2.9, 5.5), (1, 100)), 3, 5, True),
        (((3, 5), (2.99, 5.5), (1, 100)), 3, 5, True),
        (((0, 100),), 0, 10, False),
    ],
)
def test_a_price_holds_to_the_end_of_the_first_straight_piece(
    pieces: tuple[tuple[float, float], ...], price: float, step: float, ended: bool
) -> None:
    found = find_stretch(piecewise(*pieces), 100.0, 10.0)
    assert (found.price, found.ended) == (pytest.approx(price), ended)
    assert found.step == pytest.approx(step, rel=2e-3)
    assert found.step <= step * (1 + 1e-9)


def test_the_end_of_a_piece_is_searched_for_beside_it() -> None:
    """Far beyond a piece there may be no plan, and to find that none is there takes longer than all the rest."""
    asked: list[float] = []
    tangent = piecewise((3, 0.02), (1, 0.1))

    def watched(step: float) -> tuple[float, float]:
        asked.append(step)
        return tangent(step)

    found = find_stretch(watched, 100.0, 10.0)
    assert (found.price, found.step) == (pytest.approx(3), pytest.approx(0.02))
    assert max(asked) <= 8 * 0.02
    assert found.solves == len(asked) <= 4


def test_what_a_share_changes_by_is_told_in_percentage_points() -> None:
    shown = [format_change(part, "1", "MSEK", lang) for part in (0.01, 0.152) for lang in ("sv", "en")]
    assert shown == ["1 procentenhet", "1 percentage point", "15,2 procentenheter", "15.2 percentage points"]


def test_a_price_of_nothing_that_can_be_done_is_none() -> None:
    assert find_stretch(piecewise((3, 4)), 100.0, 0.0).solves == 0
    found = find_stretch(lambda _: (np.inf, 0.0), 100.0, 10.0)
    assert np.isnan(found.price)
    assert (found.step, found.solves) == (0, 2)  # beyond what is impossible at the shortest step nothing is looked for


def test_a_cost_that_jumps_at_once_has_no_price_and_is_not_searched_for_long() -> None:
    found = find_stretch(lambda step: (90.0 - step, -1.0), 100.0, 10.0)
    assert np.isnan(found.price)
    assert (found.step, found.solves) == (0, 2)


@pytest.mark.slow
def test_finite_differences_agree_with_every_price_of_lund_in_five_years() -> None:
    """Solved from cold in the middle and at the end of each stretch that is told."""
    family = Family(LUND, FIVE_YEARS, SolverOptions(relax=True, threads=1))
    explained = Explained(family, {}, family.scenario, family.solve().plan)
    oracle, prices = explained.oracle, price_levers(Inquiry(explained))
    assert len(prices) > 10
    for price in prices:
        for stretch, sign in ((price.ease, 1), (price.tighten, -1)):
            for part in (0.5, 1.0):
                step = sign * part * stretch.step
                saved = oracle.least - oracle.solve(price.lever.set(step)).objective if step else 0.0
                expected = stretch.price * step if step else 0.0
                assert saved == pytest.approx(expected, rel=2e-4, abs=1e-3), price.lever.key


@pytest.mark.slow
@pytest.mark.parametrize("lost", [False, True])
def test_a_team_answers_as_one_alone_does_to_the_last_digit(tmp_path: Path, lost: bool) -> None:
    """Each question begins where the plan ends, whoever answers it; a helper that is gone leaves its share."""
    case, choices, options = write_case(tmp_path / "stad"), Choices(), SolverOptions(threads=1)
    family = Family(case, choices, options)
    outcome, measures = family.solve(), list_measures(family.scenario)

    def ask(team: Team | None) -> str:
        inquiry = Inquiry(Explained(family, {}, outcome.scenario, outcome.plan), outcome.plan, team)
        return repr([*price_levers(inquiry), *explain_measures(inquiry, measures[::-1])])

    folder = tmp_path / "gone" if lost else case
    with open_team(plan_opening(folder, choices, options, None, {}), 2) as team:
        team.start()
        assert ask(team) == ask(None)


def test_an_unknown_measure_is_refused_with_the_nearest() -> None:
    with pytest.raises(CaseError) as caught:
        why_of(emitting_town({"abate": {"capex": 2}}, CAP), measure="abote")
    assert [problem.tell(lang) for problem in caught.value.problems for lang in ("sv", "en")] == [
        "why.measure=abote: det finns ingen åtgärd med det namnet som kan byggas. Närmast: abate.",
        "why.measure=abote: there is no measure of that name that can be built. Nearest: abate.",
    ]


def test_a_price_is_said_with_how_far_it_holds() -> None:
    why = why_of(emitting_town({"abate": {"capex": 2, "most_capacity": 5}}, CAP))
    target = next(price for price in why.prices if price.lever.key == "target.cap")
    assert say_price(why, target, "sv") == (
        "cap: 1,0 kt lättare mål sparar 2,0 mnkr (2\u00a0000 kr/ton); "
        "priset håller för 2,0 kt lättare och 3,0 kt hårdare."
    )
    assert say_price(why, target, "en") == (
        "cap: a target easier by 1.0 kt saves 2.0 MSEK (2,000 SEK/t); "
        "the price holds for 2.0 kt easier and 3.0 kt harder."
    )


def test_a_measure_that_is_renewed_is_told_by_what_stands() -> None:
    """3 MW are built in 2025 and again in 2026, and 3 stand in either year; 6 MW was told."""
    why = why_of(emitting_town({"abate": {"capex": 2, "life": 1}}, {**CAP, "value": 7}, last=2026))
    assert [(reason.measure, reason.amount) for reason in why.reasons] == [("abate", pytest.approx(3.0))]


def test_a_measure_is_said_with_what_it_is_worth_and_when() -> None:
    town = emitting_town({"cheap": {"capex": {2025: 2, 2026: 3}}, "dear": {"capex": 4}}, {**CAP, "value": 7}, last=2026)
    why = why_of(town)
    assert say_reason(why, why.reasons[0], "sv", full=True) == [
        "cheap: som mest 3,0 MW, från 2025; utan den blir planen 6,0 mnkr dyrare; "
        "den lämnar planen om den blir 100 % dyrare",
        "  att börja 2026 i stället för 2025 skulle kosta 6,0 mnkr",
        "  ingen gräns håller den tillbaka; det är kostnaden som avgör",
    ]
    assert say_reason(why, why.reasons[1], "sv", full=True) == [
        "dear: inte med; den kommer med om investeringen blir 50 % billigare",
        "  närmast 2025: 1,0 MW skulle fördyra planen med 2,0 mnkr",
        "  ingen gräns håller den tillbaka; det är kostnaden som avgör",
    ]
    assert say_reason(why, why.reasons[1], "en", full=True) == [
        "dear: out; it enters if its investment becomes 50 % cheaper",
        "  nearest in 2025: 1.0 MW would make the plan 2.0 MSEK dearer",
        "  no limit holds it back; its cost decides",
    ]


@pytest.mark.slow
def test_what_cannot_be_done_is_said_with_what_would_do() -> None:
    """As the hand town: 3 kt by 2026 at one a year."""
    why = why_of(emitting_town({"abate": {"capex": 2, "most_build": 1}}, {"year": 2026, "value": 7}, last=2028))
    assert say_impasse(why, why.impasses[0], "sv") == [
        "cap missas. Detta kan inte gälla samtidigt:",
        "  - målet cap (2026)",
        "  - högsta byggtakt för abate (2025–2026)",
        "  Billigaste åtgärd: nöj er med 8,0 kt i målet cap; planen kostar då 4,0 mnkr.",
        "  eller bygg abate snabbare: 1,5 MW/år i stället för 1,0 MW/år: 6,0 mnkr.",
        "  eller skjut målet cap till 2027: 6,0 mnkr.",
    ]
    assert say_impasse(why, why.impasses[0], "en")[3:] == [
        "  Cheapest repair: settle for 8.0 kt in the target cap; the plan then costs 4.0 MSEK.",
        "  or build abate faster: 1.5 MW/yr instead of 1.0 MW/yr: 6.0 MSEK.",
        "  or postpone the target cap to 2027: 6.0 MSEK.",
    ]
    assert say_reaches(why, "sv")[1].split() == ["cap", "1,0", "kt", "1,0", "kt,", "kan", "hållas", "från", "2027"]


@pytest.mark.slow
def test_every_change_has_its_words() -> None:
    why = why_of(emitting_town({"abate": {"capex": 2, "most_build": 1}}, {"year": 2026, "value": 7}, last=2028))
    change = replace(
        why.impasses[0].repairs[0].changes[0], item="abate", year=2028, step=31.0, unit="MSEK/yr", after=71.0
    )
    told = {name: say_change(why, replace(change, quantity=name), "sv") for name in ("frame", "standing_debt", "pool")}
    assert told == {
        "frame": "höj abates ram 2028 med 31,0 mnkr",
        "standing_debt": "ge abate 31,0 mnkr mer under skuldtaket 2028",
        "pool": "ge efter 31,0 mnkr i pool för abate 2028",
    }


def test_plan_says_how_near_its_hard_targets_can_be_come_to() -> None:
    family = family_of(emitting_town({"abate": {"capex": 2, "most_build": 1}}, {"year": 2026, "value": 7}, last=2028))
    with pytest.raises(NoPlan) as caught:
        family.solve()
    assert caught.value.tell("sv").splitlines() == [
        "Det finns ingen plan: dessa mål och regler kan inte gälla samtidigt.",
        "  - målet cap (2026)",
        "  - högsta byggtakt för abate (2025–2026)",
        "Var för sig, med alla andra hårda mål borta, missas dessa mål med minst:",
        "  - cap: 1,0 kt; det kan hållas från 2027",
        "fardplan why med samma val visar vilka ändringar som skulle räcka och vad de kostar.",
    ]


@pytest.mark.slow
def test_the_command_writes_tables_figures_and_one_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = tmp_path / "why"
    words = ["case.years=[2025,2030,2035,2040,2045]", "solver.relax=true", "lang=en", f"out={place}"]
    assert main(["why", *words]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "To know:"
    assert "Lund: why the plan is as it is" in shown
    assert len(shown) - shown.index("Lund: why the plan is as it is") <= 40
    content = json.loads((place / "why.json").read_text(encoding="utf-8"))
    assert content["feasible"]
    assert content["prices"]
    assert content["measures"]
    assert content["seconds"] > 0
    prices = pd.read_csv(place / "tables" / "prices.csv")
    assert list(prices["key"]) == [price["key"] for price in content["prices"]]
    assert {path.name for path in (place / "figures").iterdir()} == {
        *("prices.svg", "prices.png", "measures.svg", "measures.png")
    }
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["program"], manifest["kind"]) == ("fardplan", "why")
    assert "why.json" in manifest["files"]


def test_a_plan_that_nothing_limits_has_no_prices() -> None:
    why = explain(family_of(emitting_town({"abate": {"capex": 2}}, {**CAP, "value": 12})), {}, Wish())
    assert why.prices == ()
    shown = write_screen(why, "sv", full=False, place=Path("x"))
    assert "Inget mål och ingen gräns kostar något: planen skulle se likadan ut utan dem." in shown
