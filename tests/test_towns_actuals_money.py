"""Towns after their first year, by hand: what it cost, loans taken, grants won, debt by the books."""

from __future__ import annotations

from typing import Any

from hand import assert_close, decided
from paying import CITY, assert_kept, assert_near, grant, lend, paying_town, road_in
from town import build_town

from model.solver.solution import SolverOptions
from runners.accounts.debt import measure_net_debt
from runners.analyses.replanning.replan import Replanned, replan
from runners.family import Family
from scenarios.actuals import list_actuals
from scenarios.choices import Choices

SOURCES = [{"source": "books", "title": "Books"}]


def row(outcome: str, value: float, subject: str = "road", **more: Any) -> dict[str, Any]:
    plain = {"year": 2025, "unit": "MW" if outcome == "built" else "MSEK", "status": "final", "source": "books"}
    return {**plain, "outcome": outcome, "subject": subject, "value": value, **more}


def again(town: dict[str, Any], *actuals: dict[str, Any]) -> Replanned:
    tables = build_town(**town, sources=SOURCES, actuals=list(actuals))
    family = Family(tables, Choices(salvage="none"), SolverOptions(threads=1, gap=0.0))
    return replan(family, {}, list_actuals(tables), 2025, "hold")


def lending_town() -> dict[str, Any]:
    """100 MSEK spent in 2025; 60 of one's own, the rest lent at 10 percent and repaid after two years."""
    return paying_town({"road": road_in(2025, life=50)}, [{**CITY, "own_funds": 60}], [lend(tenor=2)])


def granting_town() -> dict[str, Any]:
    """100 MSEK spent in 2025, half of it granted but no more than 30."""
    return paying_town({"road": road_in(2025, life=50)}, instruments=[grant("leap", {"road": 0.5}, pool=30)])


def test_loans_that_were_taken_run_on() -> None:
    """Planned: 40 lent. It cost 120, of which 70 were lent: 50 of one's own, 7 of interest twice, repaid in 2027."""
    plain = again(lending_town(), row("built", 1))
    assert_near(decided(plain.outcome.plan, "draw", "loan", "city"), [40, 0, 0, 0, 0, 0])
    made = again(lending_town(), row("built", 1), row("outlay", 120), row("loan", 70, "city", party="loan"))
    plan = made.outcome.plan
    assert_near(decided(plan, "draw", "loan", "city"), [70, 0, 0, 0, 0, 0])
    assert_near(decided(plan, "own", "city")[0], 50)
    assert_kept(plan.attrs["finance_cost"], 14)
    assert_close(plan.attrs["objective"], 120)
    assert_near(measure_net_debt(made.outcome.scenario, plan).nominal[0], [70, 70, 0, 0, 0, 0])


def test_debt_is_that_of_the_books_and_the_difference_goes_on() -> None:
    """70 lent and 100 owed by the books: 30 that the plan does not know stay when the loan is repaid."""
    rows = row("built", 1), row("loan", 70, "city", party="loan"), row("debt", 100, "city")
    made = again(lending_town(), *rows)
    assert_near(measure_net_debt(made.outcome.scenario, made.outcome.plan).nominal[0], [100, 100, 30, 30, 30, 30])
    [gap] = made.gaps
    assert_near([gap.known, gap.modelled, gap.amount], [100, 70, 30])


def test_grants_that_were_won_stay() -> None:
    """Planned: 30 granted. 20 were: 40 is claimed at a half."""
    plain = again(granting_town(), row("built", 1))
    assert_kept(plain.outcome.plan.attrs["finance_cost"], -30)
    made = again(granting_town(), row("built", 1), row("grant", 20, party="leap"))
    assert_near(decided(made.outcome.plan, "claimed", "leap", "road")[0], 40)
    assert_kept(made.outcome.plan.attrs["finance_cost"], -20)


def test_more_was_granted_than_the_rules_give_and_it_stays() -> None:
    """60 granted: 120 claimed of 100 spent (by 20, and by the owner's part), and 30 more than the pool."""
    made = again(granting_town(), row("built", 1), row("grant", 60, party="leap"))
    assert made.outcome.verdict is not None
    broken = {violation.rule: violation.amount for violation in made.outcome.verdict.loosened}
    assert set(broken) == {"claim_most", "claim_owner", "grant_pool"}
    assert_near([broken["claim_most"], broken["claim_owner"], broken["grant_pool"]], [20, 20, 30])
    assert_kept(made.outcome.plan.attrs["finance_cost"], -60)


def test_a_year_that_was_paid_beyond_own_funds_is_let_go() -> None:
    """120 with 20 lent: 100 of one's own where 60 was the most; the rule gives 40 in 2025."""
    made = again(lending_town(), row("built", 1), row("outlay", 120), row("loan", 20, "city", party="loan"))
    assert made.outcome.verdict is not None
    [broken] = made.outcome.verdict.loosened
    assert (broken.rule, broken.place["year"]) == ("own_most", 2025)
    assert_near(broken.amount, 40)
