"""Does the verifier accept a plan that pays by the rules, and name rule, place and amount of one that does not?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import town
import xarray as xr
from account_towns import add_money
from hand_plans import TOWNS, found_town, write_plan

from conf.words import LANGUAGES, read_messages
from model.verifier.actors import FINANCE_DECISIONS, share_grants
from model.verifier.cash import measure_cash_components, measure_finance_cost, measure_operating
from model.verifier.ledger import Ledger
from model.verifier.money import measure_components
from model.verifier.reading import Reading
from model.verifier.verdict import Verdict
from model.verifier.verify import verify
from runners.solve import find_plan

ACTORS = ("city", "firm", "state")
YEARS = (2025, 2026, 2027)
LATER = (2026, 2027)

NET: Mapping[str, tuple[float, ...]] = {"city": (1.125, 1.125, 0), "firm": (0.375, 0.375, 0), "state": (0, 0, 0)}
OPERATING: Mapping[str, tuple[float, ...]] = {
    "city": (-10, -7.3375, -7.3375),
    "firm": (4, 2.3875, 2.3875),
    "state": (0, 0.25, 0.25),
}
"""Net outlay and operating cash of the plan by hand, year by year."""

WORN = (0.0, 1.01 / 1.02, 1.01 / 1.02**2)
"""What a krona of depreciation of the pump is in constant prices: paid at 1 and at 1.02, in money of each year."""

Change = tuple[Any, ...]
"""A decision, its labels and a number."""


def draw_town(**choices: Any) -> xr.Dataset:
    """A city and its firm share a heat pump that takes two years to build, among a grant, a loan and a bond."""
    boiler = {"technology": "boiler", "actor": "firm", "existing": 2, "yield": 10, "fixed_cost": 0.5}
    tables = {
        "case": {"first_year": 2025, "last_year": 2027},
        "commodities": [
            {"commodity": "gas", "trader": "firm", "purchase_price": 0.5},
            {"commodity": "power", "trader": "firm", "purchase_price": 0.4, "energy_tax": 0.1},
            {"commodity": "heat", "trader": "city", "demand": 10, "tariff": 1.0},
        ],
        "technologies": [{**boiler, "flow": {"heat": 1, "gas": -1}}, PUMP],
        "accounts": [{"account": "co2", "factor_purchase": {"gas": 0.2}, "account_price": 0.1}],
        "actors": [BOUND_CITY, {"actor": "firm", "kind": "company"}, {"actor": "state", "kind": "state"}],
        "instruments": INSTRUMENTS,
    }
    scenario = town.scenario_of(tables, **{"salvage": "none", **choices})
    scenario["reference_operating"].loc[{"actor": "city"}] = list(OPERATING["city"])
    return scenario


PUMP = {
    "technology": "pump",
    "actor": "city",
    "owned": {"city": 0.75, "firm": 0.25},
    "buildable": "yes",
    "capex": 8,
    "construction_years": 2,
    "lead_time": 1,
    "life": 4,
    "yield": 10,
    "fixed_cost": 0.2,
    "variable_cost": 0.02,
    "flow": {"heat": 1, "power": -0.5},
}
BOUND_CITY = {
    "actor": "city",
    "kind": "municipality",
    "taxes_and_grants": 10,
    "standing_debt": 5,
    "debt_ceiling": 0.6,
    "own_funds": {2025: 0.125, 2026: 1.125},
    "frame": 1.125,
    "outlay_step": 0,
    "planned_result": {2025: 2, 2026: 2.1 + 0.5625 * WORN[1]},
    "least_result": 0.2,
}
"""Every limit of money of the city is what its plan comes to."""
INSTRUMENTS = [
    {
        "instrument": "support",
        "kind": "grant",
        "grant_share": {"pump": 0.4},
        "pool": 1,
        "last_start": 2025,
        "most_per_project": 1.5,
        "eligible": {"city": 1, "firm": 1},
    },
    {"instrument": "aid", "kind": "grant", "grant_share": {"pump": 0.5}, "eligible": {"city": 1}},
    {
        "instrument": "loan",
        "kind": "loan",
        "basis": "real",
        "repayment": "straight",
        "tenor": 2,
        "rate": 0.1,
        "most_draw": 2,
        "eligible": {"city": 1},
    },
    {
        "instrument": "bond",
        "kind": "bond",
        "basis": "real",
        "repayment": "bullet",
        "tenor": 5,
        "rate": 0.05,
        "least_issue": 0.3,
        "most_draw": 3,
        "eligible": {"firm": 1},
    },
]


@cache
def found_plan(perspective: str = "society") -> tuple[xr.Dataset, xr.Dataset]:
    """Half a MW of pump for 4, begun in 2025, serving from 2026: outlays 2 and 2, of the city 1.5, of the firm 0.5.

    Support counts 2.5 of it and pays 0.4 * 2.5 = 1, all of its pool, half each year: 0.375 to the city, 0.125 to the
    firm. Net outlay 1.125 and 0.375 in each of the two years. The city borrows 1 in 2025, up to its ceiling of 6, and
    repays 0.5 a year with interest of 0.1 and 0.05; the firm issues 0.375 in 2025 and owes 0.375 * 1.05 at the end.
    Cost of finance 0.15 + (0.0375 + 0.375 * 0.05) - 1 = -0.79375.

    Heat 10 a year: the boiler makes 10, then the pump 5 of it with 2.5 of power. Cost: capital 4, upkeep 3 + 0.2,
    running 0.2, gas 0.5 * 20, power 0.4 * 5, and 0.1 for each of 0.2 * 20 of co2: 19.8.

    Operation in 2025: the firm sells heat for 10, burns gas for 5 and keeps its boiler for 1: 4. The city pays 10.
    From 2026 the pump earns 5 - 1 - 0.25 of tax - 0.1 - 0.1 = 3.55, the city's part 2.6625, and the boiler
    5 - 2.5 - 1 = 1.5: the city pays 7.3375, the firm gets 2.3875, the state 0.25; together -4.7, what gas (2.5),
    power (1), upkeep (1.1) and running (0.1) cost.

    Result of the city in 2026, with the operation of doing nothing: 2.1 + 0.5625 `WORN` before the plan, less
    0.75 * 3 / 4 `WORN` of depreciation, less 0.1 of interest = 2, its least.

    Cash cost of the city: 24.675 of operation, 3 of outlay, -0.75 of grants, -1 + 1 + 0.15 of the loan and 0.4 for
    co2: 27.475. Of the firm: -8.775 + 1 - 0.25 - 0.375 + 0.0375 + 0.39375 + 0.4 = -7.56875. Of the state -0.5 + 0.4.
    """
    scenario = draw_town(perspective=perspective)
    objective = {"society": 19.8, "lexicographic": 19.8, "city": 27.475, "firm": -7.56875, "state": -0.1}[perspective]
    plan = write_plan(
        scenario,
        objective,
        build={("pump", 2025): 0.5},
        capacity={"boiler": 2} | {("pump", y): 0.5 for y in LATER},
        activity={("boiler", "all", 2025): 10}
        | {("boiler", "all", y): 5 for y in LATER}
        | {("pump", "all", y): 5 for y in LATER},
        purchase={("gas", "all", 2025): 10}
        | {("gas", "all", y): 5 for y in LATER}
        | {("power", "all", y): 2.5 for y in LATER},
        account_value={("co2", 2025): 2} | {("co2", y): 1 for y in LATER},
    )
    plan.attrs |= {"social_cost": 19.8, "finance_cost": -0.79375, "perspective": perspective}
    plan = add_money(plan, scenario)
    paid: tuple[Change, ...] = (
        ("own", "city", 2025, 0.125),
        ("own", "city", 2026, 1.125),
        ("own", "firm", 2026, 0.375),
        ("draw", "loan", "city", 2025, 1),
        ("draw", "bond", "firm", 2025, 0.375),
        ("issue", "bond", "firm", 2025, 1),
        ("claimed", "support", "pump", 2025, 2.5),
        ("rise", "city", 2025, 1.125),
        ("rise", "firm", 2025, 0.375),
    )
    told = (*state_years("net_outlay", NET), *state_years("operating", OPERATING, {"city", perspective}))
    return scenario, change_money(plan, (*paid, *told))


def state_years(name: str, amounts: Mapping[str, tuple[float, ...]], whose: Collection[str] = ACTORS) -> list[Change]:
    """Changes that write a series for each of some actors."""
    return [(name, a, y, x) for a in amounts if a in whose for y, x in zip(YEARS, amounts[a], strict=True)]


def change_money(plan: xr.Dataset, changes: tuple[Change, ...]) -> xr.Dataset:
    """The plan with other numbers, or other attributes."""
    changed = plan.copy(deep=True)
    for name, *labels, number in changes:
        if labels:
            changed[name].loc[dict(zip(changed[name].dims, labels, strict=False))] = number
        else:
            changed.attrs[name] = number
    return changed


def judge(*changes: Change, perspective: str = "society") -> Verdict:
    scenario, plan = found_plan(perspective)
    return verify(scenario, change_money(plan, changes))


def read_places(verdict: Verdict) -> dict[tuple[str, str], float]:
    return {(v.rule, " ".join(map(str, v.place.values()))): v.amount for v in verdict.violations}


OWN = ("own", "city", 2025)
LOAN = ("draw", "loan", "city")
BOND = ("draw", "bond", "firm", 2025)
SUPPORT = ("claimed", "support", "pump")
TAMPERED: Mapping[str, tuple[tuple[Change, ...], str, str, float]] = {
    "own money forged": (((*OWN, 0.0),), "funding", "city 2025", 0.125),
    "own money above funds": (((*OWN, 0.625), (*LOAN, 2025, 0.5)), "own_most", "city 2025", 0.5),
    "own money no number": (((*OWN, np.nan),), "finite", "own city 2025", 1.0),
    "more built than the frame": ((("build", "pump", 2025, 0.6),), "frame_most", "city 2025", 0.3),
    "more built a year later": ((("build", "pump", 2026, 0.1),), "step_most", "city 2026", 0.3),
    "rise hidden": ((("rise", "city", 2025, 1.0),), "rise_least", "city 2025", 0.125),
    "rise of one who is not watched": ((("rise", "state", 2025, 1.0),), "exists", "rise state 2025", 1.0),
    "claimed twice": ((("claimed", "aid", "pump", 2025, 2.0),), "claim_most", "pump 2025", 0.5),
    "claimed for another's part": (
        ((*SUPPORT, 2025, 0.0), ("claimed", "aid", "pump", 2025, 3.5)),
        "claim_owner",
        "aid pump 2025",
        0.5,
    ),
    "claimed above the project": (((*SUPPORT, 2025, 4.0),), "claim_project", "support pump", 0.1),
    "claimed above the pool": (((*SUPPORT, 2025, 2.75),), "grant_pool", "support 2025", 0.1),
    "claimed outside the window": (((*SUPPORT, 2026, 1.0),), "exists", "claimed support pump 2026", 1.0),
    "claimed without a share": (
        (("claimed", "support", "boiler", 2025, 1.0),),
        "exists",
        "claimed support boiler 2025",
        1,
    ),
    "claimed of a loan": ((("claimed", "loan", "pump", 2025, 1.0),), "exists", "claimed loan pump 2025", 1.0),
    "claimed less than nothing": (((*SUPPORT, 2025, -1.0),), "nonnegative", "claimed support pump 2025", 1.0),
    "drawn above the cap": (((*LOAN, 2026, 2.5),), "draw_most", "loan 2026", 0.5),
    "drawn less than nothing": (((*LOAN, 2027, -0.5),), "nonnegative", "draw loan city 2027", 0.5),
    "drawn by one who is not eligible": ((("draw", "loan", "firm", 2025, 0.3),), "exists", "draw loan firm 2025", 0.3),
    "drawn on a grant": ((("draw", "support", "city", 2025, 0.3),), "exists", "draw support city 2025", 0.3),
    "drawn where nothing is paid": (
        ((*LOAN, 2027, 0.5), ("own", "city", 2027, -0.5)),
        "draw_outlay",
        "city 2027",
        0.5,
    ),
    "drawn for what a grant pays": (((*LOAN, 2025, 1.5), (*OWN, -0.375)), "draw_outlay", "city 2025", 0.375),
    "issued below the least": (((*BOND, 0.2),), "issue_least", "bond firm 2025", 0.1),
    "drawn without an issue": ((("issue", "bond", "firm", 2025, 0.0),), "issue_most", "bond firm 2025", 0.375),
    "half issued": ((("issue", "bond", "firm", 2025, 0.5),), "whole", "issue bond firm 2025", 0.5),
    "issued twice": ((("issue", "bond", "firm", 2025, 2.0),), "most_one", "issue bond firm 2025", 1.0),
    "issued where nothing is lumpy": ((("issue", "loan", "city", 2025, 1.0),), "exists", "issue loan city 2025", 1.0),
    "ceiling passed": (((*LOAN, 2025, 1.25), (*OWN, -0.125)), "ceiling_most", "city 2025", 0.25),
    "draws shifted to a year with more debt": (
        ((*LOAN, 2025, 1.125), (*OWN, 0.0), (*LOAN, 2026, 0.5), ("own", "city", 2026, 0.625)),
        "ceiling_most",
        "city 2026",
        0.0625,
    ),
    "grant lost, depreciation forgotten": (((*SUPPORT, 2025, 0.0),), "result_least", "city 2026", 0.1875 * WORN[1]),
    "interest forgotten": (((*LOAN, 2025, 2.0),), "result_least", "city 2026", 0.1),
    "net outlay forged": ((("net_outlay", "firm", 2026, 0.5),), "net_outlay", "firm 2026", 0.125),
    "operating cash forged": ((("operating", "city", 2025, -9.0),), "operating", "city 2025", 1.0),
    "operating cash of one who is not followed": (
        (("operating", "firm", 2025, 4.0),),
        "exists",
        "operating firm 2025",
        4.0,
    ),
    "gas that no one uses": ((("purchase", "gas", "all", 2025, 11.0),), "cash", "2025", 0.5),
    "cost of finance forged": ((("finance_cost", -0.9),), "finance_cost", "", 0.10625),
    "cost of finance left out": ((("finance_cost", None),), "finance_cost", "", np.inf),
    "social cost forged": ((("social_cost", 19.0),), "social_cost", "", 0.8),
    "perspective forged": ((("perspective", "city"),), "perspective", "", 1.0),
}
"""What is done: the changes, the rule that breaks, where, and by how much."""

COMMON_RULES = {"finite", "exists", "nonnegative", "whole", "most_one"}


@pytest.mark.parametrize("perspective", ["society", "lexicographic", *ACTORS])
def test_a_plan_worked_out_by_hand_is_accepted_in_every_perspective(perspective: str) -> None:
    scenario, plan = found_plan(perspective)
    verdict = verify(scenario, plan)
    assert verdict.violations == ()
    assert verdict.max_violation < 1e-12
    assert verdict.objective == pytest.approx(plan.attrs["objective"], rel=1e-12)


@pytest.mark.parametrize("name", TAMPERED)
def test_money_tampered_with_is_refused_with_rule_place_and_amount(name: str) -> None:
    changes, rule, place, amount = TAMPERED[name]
    verdict = judge(*changes)
    assert not verdict.accepted
    found = read_places(verdict)
    assert found.get((rule, place)) == pytest.approx(amount), found


@pytest.mark.parametrize("perspective", ["society", "city"])
def test_an_objective_from_the_other_perspective_is_refused(perspective: str) -> None:
    """19.8 is society's, 27.475 the city's: 7.675 between them."""
    other = {"society": 27.475, "city": 19.8}[perspective]
    verdict = judge(("objective", other), ("bound", other), perspective=perspective)
    assert read_places(verdict) == {("objective", ""): pytest.approx(7.675)}


def test_every_rule_of_money_is_broken_by_some_tampering_and_none_stands_without_actors() -> None:
    without = {rule for name in TOWNS for rule in verify(*found_town(name)).checked}
    with_actors = set(judge().checked)
    elsewhere = {"secured_most", "secured_least", "secured_owner"}  # in test_towns_projects.py
    elsewhere |= {"claim_together"}  # in test_towns_finance_grants.py
    elsewhere |= {"own_paid", "frame_paid", "shifted_most", "loss_most"}  # in test_towns_finance_*.py
    assert with_actors - without == ({rule for _, rule, _, _ in TAMPERED.values()} | elsewhere) - COMMON_RULES
    messages = read_messages()
    keys = {f"verify_rule_{rule}" for rule in with_actors} | {f"verify_decision_{name}" for name in FINANCE_DECISIONS}
    keys |= {"verify_place_actor", "verify_place_instrument"}
    assert {key for key in keys if any(not messages.get(key, {}).get(lang) for lang in LANGUAGES)} == set()


def test_a_rule_of_money_is_told_in_both_languages() -> None:
    found = {v.rule: v for v in judge(*TAMPERED["ceiling passed"][0]).violations}
    told = [found["ceiling_most"].tell(lang) for lang in LANGUAGES]
    assert told == [
        "nettolåneskulden är över skuldtaket (aktör city, år 2025): 0,250 MSEK",
        "net debt is above the debt ceiling (actor city, year 2025): 0.250 MSEK",
    ]


def test_a_plan_without_its_money_is_refused_before_its_numbers_are_read() -> None:
    scenario, plan = found_plan()
    for spoilt in (plan.drop_vars("draw"), plan.isel(actor=[1, 0, 2]), plan.isel(instrument=[0])):
        assert {v.rule for v in verify(scenario, spoilt).violations} == {"coordinates"}


@pytest.mark.slow
def test_a_scenario_and_a_plan_read_back_from_their_files_are_judged_alike(tmp_path: Path) -> None:
    for name, dataset in zip(("scenario", "plan"), found_plan("city"), strict=True):
        dataset.to_netcdf(tmp_path / f"{name}.nc")
    read = [xr.load_dataset(tmp_path / f"{name}.nc") for name in ("scenario", "plan")]
    assert verify(*read).accepted
    assert not verify(read[0], change_money(read[1], TAMPERED["ceiling passed"][0])).accepted


def test_parts_of_an_issue_are_meant_in_a_relaxed_plan() -> None:
    """Half an issue opens half of 3 and asks for half of 0.3: 0.375 is within both."""
    scenario, plan = found_plan()
    half = change_money(plan, (("issue", "bond", "firm", 2025, 0.5),))
    assert verify(scenario, half, relaxed=True).accepted
    assert not verify(scenario, half).accepted


def test_operating_cash_is_what_the_hand_says_actor_by_actor() -> None:
    cash = measure_operating(Reading(*found_plan())).value
    np.testing.assert_allclose(cash, list(OPERATING.values()), atol=1e-12)


def test_debts_and_depreciation_are_what_the_hand_says() -> None:
    """The city writes off 0.75 * (4 - 1) / 4 a year from 2026, the firm a third of that, in kronor once paid."""
    ledger = Ledger(Reading(*found_plan()))
    np.testing.assert_allclose(ledger.debt.value, [[1, 0.5, 0], [0.375] * 3, [0] * 3], atol=1e-12)
    np.testing.assert_allclose(ledger.depreciation.value, np.outer([0.5625, 0.1875, 0], WORN))


AIDED: tuple[Change, ...] = (
    (*SUPPORT, 2025, 0.0),
    ("claimed", "aid", "pump", 2025, 2.0),
    (*OWN, 0.0),
    ("own", "city", 2026, 1.0),
    ("own", "firm", 2025, 0.125),
    ("own", "firm", 2026, 0.5),
    ("rise", "city", 2025, 1.0),
    ("rise", "firm", 2025, 0.5),
    *state_years("net_outlay", {"city": (1.0, 1.0, 0), "firm": (0.5, 0.5, 0)}),
)
"""Aid counts 2 of the pump and pays half of it, 0.5 each year, to the city: the firm owns a quarter and gets nothing.

The city pays 1.5 - 0.5 a year, the firm its 0.5, and the cost of finance stands, since 1 is granted as before.
"""


@pytest.mark.parametrize(
    ("perspective", "objective"), [("society", 19.8), ("city", 27.225), ("firm", -7.31875), ("state", -0.1)]
)
def test_a_grant_goes_to_the_eligible_owner_alone(perspective: str, objective: float) -> None:
    """The city's cash cost is 0.25 lower than with support, the firm's 0.25 higher."""
    verdict = judge(*AIDED, ("objective", objective), ("bound", objective), perspective=perspective)
    assert verdict.violations == ()
    assert verdict.max_violation < 1e-12


def test_what_is_granted_is_not_written_off_by_who_received_it() -> None:
    """Of 4 over 4 years the city writes off 0.75 - 1 / 4, the firm 0.25."""
    scenario, plan = found_plan()
    ledger = Ledger(Reading(scenario, change_money(plan, AIDED)))
    np.testing.assert_allclose(ledger.grant.value, [[0.5, 0.5, 0], [0] * 3, [0] * 3], atol=1e-12)
    np.testing.assert_allclose(ledger.depreciation.value, np.outer([0.5, 0.25, 0], WORN), atol=1e-12)


def test_a_grant_handed_to_an_owner_who_may_not_have_it_is_refused() -> None:
    """A quarter of the aid with the firm, as if each owner received its part: 0.125 a year too much for the city."""
    shared = (
        *AIDED,
        *(("own", "city", y, x) for y, x in ((2025, 0.125), (2026, 1.125))),
        *(("own", "firm", y, x) for y, x in ((2025, 0.0), (2026, 0.375))),
        *state_years("net_outlay", NET),
    )
    wrong = [(rule, f"{a} {y}") for rule in ("funding", "net_outlay") for a in ("city", "firm") for y in (2025, 2026)]
    assert read_places(judge(*shared)) == dict.fromkeys(wrong, pytest.approx(0.125))


def test_parts_of_a_grant_are_by_what_the_eligible_own() -> None:
    """Of the pump the city owns 0.75, the firm 0.25; loans and the state have no part in it."""
    scenario, plan = found_plan()
    pump = scenario["technology"].values.tolist().index("pump")
    parts = share_grants(Reading(scenario, plan))[:2, pump]
    np.testing.assert_allclose(parts, [[0.75, 0.25, 0], [1, 0, 0]])
    nobody = scenario.copy(deep=True)
    nobody["eligible"].loc["aid"] = 0.0
    assert not share_grants(Reading(nobody, plan))[1].any()


def road_town(**actor: Any) -> tuple[xr.Dataset, xr.Dataset]:
    """A road for 10 begun in 2025 by the city, which serves for ever, and a van 2 cheaper than otherwise.

    All of the road is lent for ten years at 5 percent. Years 2025 and 2026, the latter of four calendar years:
    interest of 0.5 in each, and a loan of 10 at the end, with 0.5 for the year after: finance costs 2.5.
    Net outlay 8, so own money is -2.
    """
    tables = {
        "technologies": [
            {"technology": "road", "actor": "city", "buildable": "yes", "capex": 10, "life": float("inf")},
            {"technology": "van", "actor": "city", "buildable": "yes", "capex": -2, "life": float("inf")},
        ],
        "actors": [{"actor": "city", "kind": "municipality", "taxes_and_grants": 10, **actor}],
        "instruments": [
            {
                "instrument": "loan",
                "kind": "loan",
                "basis": "real",
                "repayment": "bullet",
                "rate": 0.05,
                "tenor": 10,
                "eligible": {"city": 1},
            }
        ],
        "case": {"last_year": 2026},
    }
    scenario = town.scenario_of(tables, years=(2025, 2026), last_length=4, salvage="none")
    begun = {(k, 2025): 1 for k in ("road", "van")}
    plan = write_plan(scenario, 8.0, build=begun, capacity={(k, y): 1 for k, _ in begun for y in (2025, 2026)})
    plan.attrs |= {"social_cost": 8.0, "finance_cost": 2.5, "perspective": "society"}
    paid: tuple[Change, ...] = (
        ("own", "city", 2025, -2),
        ("draw", "loan", "city", 2025, 10),
        ("net_outlay", "city", 2025, 8),
        ("rise", "city", 2025, 8),
    )
    return scenario, change_money(add_money(plan, scenario), paid)


def test_a_year_of_several_calendar_years_bears_the_interest_of_one() -> None:
    """Planned 2, less 0.5 of interest in each calendar year, is 0.15 of 10; planned 1.9 is 0.1 too little."""
    scenario, plan = road_town(planned_result=2, least_result=0.15)
    assert verify(scenario, plan).violations == ()
    scenario, plan = road_town(planned_result=1.9, least_result=0.15)
    assert read_places(verify(scenario, plan)) == {("result_least", "city 2026"): pytest.approx(0.1)}


def test_what_is_saved_elsewhere_is_no_reason_to_lend_less() -> None:
    """Loans may pay for all of the road's 10 although net outlay is 8, and for no more."""
    scenario, plan = road_town()
    assert verify(scenario, plan).violations == ()
    more = change_money(plan, (("draw", "loan", "city", 2025, 11), ("own", "city", 2025, -3), ("finance_cost", 2.75)))
    assert read_places(verify(scenario, more)) == {("draw_outlay", "city 2025"): pytest.approx(1.0)}


def test_a_ceiling_stands_for_those_who_can_draw() -> None:
    """The state owes 5 over a ceiling of 1, which is no matter of a plan in which it draws nothing; one krona more is.

    Of 1 drawn in 2025 a half is left in 2026, nothing in 2027.
    """
    scenario, plan = found_plan()
    indebted = scenario.copy(deep=True)
    indebted["standing_debt"].loc["state"] = 5.0
    indebted["debt_ceiling_amount"].loc["state"] = 1.0
    assert verify(indebted, plan).accepted
    drawing = indebted.copy(deep=True)
    drawing["eligible"].loc["loan", "state"] = 1.0
    assert verify(drawing, plan).accepted
    more = change_money(plan, (("draw", "loan", "state", 2025, 1.0),))
    found = {place: amount for (rule, place), amount in read_places(verify(drawing, more)).items() if "ceiling" in rule}
    assert found == {"state 2025": pytest.approx(1.0), "state 2026": pytest.approx(0.5)}


@pytest.mark.parametrize("salvage", ["none", "sinking_fund"])
@pytest.mark.parametrize("rate", [0.0, 0.035])
def test_cash_costs_of_all_actors_are_the_social_cost_and_the_cost_of_finance(rate: float, salvage: str) -> None:
    """What is priced alike for all (co2) is counted once for each of the three actors."""
    scenario, plan = found_plan()
    changed = scenario.assign(discount_rate=rate).assign_attrs(salvage=salvage)
    read = Reading(changed, plan)
    cash = [measure_cash_components(Ledger(read), actor) for actor in ACTORS]
    social = measure_components(read)
    shared = 2 * float(social["account_price"].value + social["excess"].value)
    total = sum(float(part.value) for parts in cash for part in parts.values())
    spent = sum(float(part.value) for part in social.values()) + float(measure_finance_cost(Ledger(read)).value)
    assert total - shared == pytest.approx(spent, rel=1e-12)


def test_taxes_leave_the_town_where_no_state_is_named() -> None:
    """Its 0.25 a year is then no one's, and the rest still adds up."""
    scenario, plan = found_plan()
    kinds = scenario.assign_coords(actor_kind=("actor", ["municipality", "company", "private"]))
    assert measure_operating(Reading(kinds, plan)).value.sum() == pytest.approx(-15.4 - 0.5)
    assert "cash" not in {v.rule for v in verify(kinds, plan).violations}


def test_an_endless_life_is_never_written_off_and_an_endless_ceiling_never_binds() -> None:
    scenario, plan = found_plan()
    lasting = scenario.copy(deep=True)
    lasting["life"].loc["pump"] = np.inf
    lasting["debt_ceiling"][:] = np.inf
    lasting["taxes_and_grants"][:] = 0.0
    assert not Ledger(Reading(lasting, plan)).depreciation.value.any()
    assert "ceiling_most" in judge().checked
    assert verify(lasting, plan).checked["ceiling_most"] == 0


@pytest.mark.parametrize("name", TOWNS)
def test_a_town_without_actors_has_no_rule_of_money_and_the_same_cost(name: str) -> None:
    scenario, plan = found_town(name)
    noted = plan.assign_attrs(social_cost=1e9, finance_cost=1e9, perspective="city")
    assert verify(scenario, noted) == verify(scenario, plan)


@pytest.mark.parametrize("perspective", ["society", "lexicographic", *ACTORS])
def test_a_plan_that_was_solved_is_accepted_and_no_dearer_than_the_one_by_hand(perspective: str) -> None:
    """The least cost of society, give or take what the lexicographic perspective may lose of it, or of the actor."""
    by_hand = found_plan(perspective)[1].attrs["objective"]
    solved = find_plan(draw_town(perspective=perspective))
    assert solved.attrs["objective"] <= by_hand + 1e-3 * abs(by_hand)


@pytest.mark.parametrize("perspective", ["lexicographic", "city"])
def test_a_solved_plan_of_long_years_with_nominal_contracts_is_accepted(perspective: str) -> None:
    """Years of one and of five calendar years, rates of discount and inflation, capital worth something at the end."""
    choices = {"years": (2025, 2026, 2027), "last_length": 5, "discount_rate": 0.035, "salvage": "sinking_fund"}
    scenario = draw_town(perspective=perspective, **choices)
    nominal = scenario.assign_coords(instrument_basis=("instrument", ["nominal"] * scenario.sizes["instrument"]))
    solved = find_plan(nominal)
    verdict = verify(nominal, solved)
    assert verdict.accepted
    assert solved["draw"].values.sum() > 0.1
    assert abs(measure_finance_cost(Ledger(Reading(scenario, solved))).value - solved.attrs["finance_cost"]) > 1e-3
