"""A town over three rounds, by hand: built late, dearer, a price jump, an inventory that is revised.

Heat of 10 GWh a year in 2022-2026, rate 0, nothing left of investments. Bought at 1 MSEK/GWh (0.1 kt/GWh), or made by a
pump: 2.5 MSEK/MW, 1 GWh a year per MW for 10 years, at most 10 MW begun a year. All 10 MW in 2022 cost 25 and spare 50.
The plan: 10 MW in 2022, cost 25, emissions 0 in all years.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from hand import assert_close
from town import build_town

from model.solver.solution import SolverOptions
from runners.analyses.replanning.corrections import carry_gaps
from runners.analyses.replanning.replan import Replanned, replan
from runners.family import Family
from runners.outcome import Outcome
from scenarios.actuals import list_actuals
from scenarios.checks.check import check_tables
from scenarios.choices import Choices

OPTIONS = SolverOptions(threads=1, gap=0.0)
UNITS = {"built": "MW", "outlay": "MSEK", "measured": "kt", "price": "MSEK/GWh", "demand": "GWh"}
SUBJECTS = {"built": "pump", "outlay": "pump", "measured": "co2", "price": "heat", "demand": "heat"}


def row(year: int, outcome: str, value: float, **more: Any) -> dict[str, Any]:
    of = {"subject": SUBJECTS.get(outcome, "city"), "unit": UNITS.get(outcome, "MSEK")}
    return {"year": year, "outcome": outcome, **of, "value": value, "status": "final", "source": "books", **more}


def draw_town(*actuals: dict[str, Any], pump: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    plain = {"technology": "pump", "measure": "yes", "buildable": "yes", "yield": 1, "flow": {"heat": 1}}
    limits = {"capex": 2.5, "most_build": 10, "most_capacity": 10, "life": 10}
    return {
        "case": {"first_year": 2022, "last_year": 2026},
        "sources": [{"source": "books", "title": "Books"}],
        "commodities": [{"commodity": "heat", "demand": 10, "purchase_price": 1}],
        "technologies": [{**plain, **limits, **(pump or {})}],
        "accounts": [{"account": "co2", "factor_purchase": {"heat": 0.1}}],
        "actuals": list(actuals),
        **more,
    }


def family_of(*actuals: dict[str, Any], pump: dict[str, Any] | None = None, **more: Any) -> Family:
    return Family(build_town(**draw_town(*actuals, pump=pump, **more)), Choices(salvage="none"), OPTIONS)


def again(family: Family, until: int, forward: str = "hold", before: Outcome | None = None) -> Replanned:
    plan = None if before is None else before.plan
    return replan(family, {}, list_actuals(family.tables), until, forward, plan)


def begun(made: Replanned | Outcome) -> list[float]:
    plan = made.plan if isinstance(made, Outcome) else made.outcome.plan
    return [float(value) for value in plan["build"].sel(technology="pump").values]


def emitted(made: Replanned | Outcome) -> list[float]:
    plan = made.plan if isinstance(made, Outcome) else made.outcome.plan
    return [float(value) for value in plan["account_value"].sel(account="co2").values]


@cache
def planned() -> Outcome:
    return family_of().solve()


def test_the_plan_builds_all_at_once() -> None:
    assert_close(begun(planned()), [10, 0, 0, 0, 0])
    assert_close(emitted(planned()), [0, 0, 0, 0, 0])
    assert_close(float(planned().plan.attrs["objective"]), 25)


def test_first_round_built_late() -> None:
    """6 of 10 MW in 2022. A MW of 2023 costs 2.5 and spares 4: the other 4 come then.

    2022: 4 GWh bought, 0.4 kt. Cost 6 * 2.5 + 4 bought + 4 * 2.5 = 29; of that 15 + 4 = 19 is sunk and 10 ahead.
    """
    made = again(family_of(row(2022, "built", 6)), 2022, before=planned())
    assert_close(begun(made), [6, 4, 0, 0, 0])
    assert_close(emitted(made), [0.4, 0, 0, 0, 0])
    attrs = made.outcome.plan.attrs
    assert_close([attrs["objective"], attrs["sunk"], attrs["ahead"]], [29, 19, 10])


def test_first_round_dearer_and_measured() -> None:
    """6 MW cost 24 (4 MSEK/MW, not 2.5), and 0.7 kt was measured where 0.4 follows from 4 GWh: 0.3 is its own line.

    Held, later years have 0.3 each; faded 0.15, 0.075, 0.0375, 0.01875; dropped none. Cost: 24 + 4 + 4 * 2.5 = 38.
    """
    rows = row(2022, "built", 6), row(2022, "outlay", 24), row(2022, "measured", 0.7)
    made = again(family_of(*rows), 2022, before=planned())
    assert_close(begun(made), [6, 4, 0, 0, 0])
    assert_close(emitted(made), [0.7, 0.3, 0.3, 0.3, 0.3])
    assert_close(emitted(again(family_of(*rows), 2022, "fade")), [0.7, 0.15, 0.075, 0.0375, 0.01875])
    assert_close(emitted(again(family_of(*rows), 2022, "drop")), [0.7, 0, 0, 0, 0])
    assert_close(float(made.outcome.plan.attrs["objective"]), 38)
    [gap] = made.gaps
    assert_close([gap.known, gap.modelled, gap.amount], [0.7, 0.4, 0.3])
    assert_close(made.outcome.plan["correction_account"].sel(account="co2").values, [0.3, 0, 0, 0, 0])
    assert not made.recompiled
    family = family_of(*rows)
    assert family.revise({}).program is family.revise(made.settings).program


def test_second_round_a_price_jump_and_a_revision() -> None:
    """2023: 1 MW more (7 in all) and heat at 3; 2022 is revised to 0.6 kt and 2023 measured at 0.5.

    Modelled 0.4 and 0.3: gaps 0.2 (of the latest edition) and 0.2. A MW of 2024 spares 3 of 2.5: 3 MW come then.
    Cost: 6 * 4 + 4 (2022) + 2.5 + 3 * 3 (2023) + 3 * 2.5 = 47.
    """
    rows = (
        *(row(2022, "built", 6), row(2022, "outlay", 24), row(2023, "built", 1), row(2023, "price", 3)),
        *(row(2022, "measured", 0.7, revision="2023-06"), row(2022, "measured", 0.6, revision="2024-06")),
        row(2023, "measured", 0.5),
    )
    made = again(family_of(*rows), 2023, before=planned())
    assert_close(begun(made), [6, 1, 3, 0, 0])
    assert_close(emitted(made), [0.6, 0.5, 0.2, 0.2, 0.2])
    assert_close(float(made.outcome.plan.attrs["objective"]), 47)
    assert_close([made.known.first["co2", 2022], made.known.measured["co2", 2022]], [0.7, 0.6])


def test_third_round_nothing_is_worth_it_any_more() -> None:
    """Nothing was built in 2024 either: a MW of 2025 spares 2 of 2.5, so the last 3 GWh are bought: 3 a year."""
    rows = row(2022, "built", 6), row(2023, "built", 1), row(2024, "built", 0)
    made = again(family_of(*rows), 2024, before=planned())
    assert_close(begun(made), [6, 1, 0, 0, 0])
    assert_close(float(made.outcome.plan.attrs["objective"]), 7 * 2.5 + 4 + 3 * 4)


def test_actuals_equal_to_the_plan_change_nothing_whether_it_is_kept_or_found_anew() -> None:
    """10 MW for 25, 0 kt, heat at 1, 10 GWh: as planned."""
    rows = (
        *(row(2022, "built", 10), row(2022, "outlay", 25), row(2022, "measured", 0)),
        *(row(2022, "price", 1), row(2022, "demand", 10)),
    )
    family = family_of(*rows)
    kept, found = again(family, 2022, before=planned()), again(family, 2022)
    for made in (kept, found):
        assert not made.settings
        assert not made.gaps
        for name in ("build", "activity", "purchase", "account_value"):
            assert abs(made.outcome.plan[name] - planned().plan[name]).max() <= 1e-9
        assert abs(made.outcome.plan.attrs["objective"] - planned().plan.attrs["objective"]) <= 1e-9


def test_facts_that_break_the_pace_win_and_are_told() -> None:
    """At most 4 MW a year: 6 were begun all the same. The rule gives 2 in 2022 and nowhere else: 4 more in 2023."""
    made = again(family_of(row(2022, "built", 6), pump={"most_build": 4}), 2022)
    assert_close(begun(made), [6, 4, 0, 0, 0])
    [broken] = made.outcome.verdict.loosened  # type: ignore[union-attr]
    assert (broken.rule, broken.place["vintage"]) == ("build_most", 2022)
    assert_close(broken.amount, 2)
    told = [notice.tell("en") for notice in made.outcome.notices if notice.key == "actuals_loosened"]
    assert len(told) == 1
    assert told[0].startswith("What was breaks a rule, which is let go at that place: ")


def test_a_hard_target_that_was_missed_is_let_go_for_that_year_alone() -> None:
    """A cap of 0 kt from 2022, and nothing was built: 1 kt of 2022 is let go, and 2023 is met."""
    cap = [{"target": "cap", "account": "co2", "year": 2022, "value": 0, "mode": "hard"}]
    made = again(family_of(row(2022, "built", 0), row(2022, "measured", 1), targets=cap), 2022)
    assert_close(begun(made), [0, 10, 0, 0, 0])
    assert_close(emitted(made), [1, 0, 0, 0, 0])
    assert {violation.rule for violation in made.outcome.verdict.loosened} == {"target"}  # type: ignore[union-attr]


def test_what_serves_later_is_dated_by_its_service() -> None:
    """10 MW begun in 2022 served from 2023 (no lead time): it counts as begun in 2023, and 2022 buys its 10 GWh."""
    made = again(family_of(row(2022, "built", 10, service=2023)), 2022)
    assert_close(begun(made), [0, 10, 0, 0, 0])
    assert [notice.key for notice in made.outcome.notices if notice.key == "actuals_service"]


def test_sunk_money_decides_nothing() -> None:
    """6 MW for 24 or for 2400: the rest is the same, and costs the same ahead."""
    cheap, dear = (again(family_of(row(2022, "built", 6), row(2022, "outlay", n)), 2022) for n in (24, 2400))
    assert_close(begun(cheap), begun(dear))
    assert_close(cheap.outcome.plan.attrs["ahead"], dear.outcome.plan.attrs["ahead"])


def test_corrections_of_parts_count_once_in_their_whole() -> None:
    """Road 5 and heat 1 modelled, road measured 6 and the whole 8: road has 1 of its own, the whole 8 - (6 + 1) = 1."""
    more = {
        "accounts": [
            {"account": "co2", "factor_purchase": {"heat": 0.1}},
            {"account": "road", "exogenous": 5},
            {"account": "whole", "share": {"co2": 1, "road": 1}},
        ]
    }
    rows = (
        row(2022, "built", 0),
        row(2022, "measured", 6, subject="road"),
        row(2022, "measured", 8, subject="whole"),
    )
    made = again(family_of(*rows, **more), 2022)
    assert_close([gap.amount for gap in made.gaps], [1, 1])
    values = made.outcome.plan["account_value"].sel(year=2022)
    assert_close([float(values.sel(account=e)) for e in ("road", "whole", "co2")], [6, 8, 1])


def test_the_verifier_refuses_a_plan_that_is_not_what_was() -> None:
    from model.verifier.verify import verify

    made = again(family_of(row(2022, "built", 6)), 2022)
    plan = made.outcome.plan.copy(deep=True)
    plan["fact_build"][:] = plan["fact_build"] + 1
    assert {violation.rule for violation in verify(made.outcome.scenario, plan).violations} == {"fact_build"}


def test_the_town_has_nothing_wrong() -> None:
    assert not check_tables(build_town(**draw_town(row(2022, "built", 6), row(2022, "outlay", 24))), Choices())


@pytest.mark.parametrize(("forward", "later"), [("hold", 1.0), ("fade", 0.5), ("drop", None)])
def test_a_correction_goes_on_as_asked(forward: str, later: float | None) -> None:
    rows = row(2022, "built", 0), row(2022, "measured", 2)
    made = again(family_of(*rows), 2022)
    settings = carry_gaps(made.gaps, made.known, [2022, 2023], forward)
    assert settings.get("shift.exogenous.co2.2023") == later


def test_a_decided_project_that_did_not_begin_is_told_to_stand_nowhere() -> None:
    """10 MW decided for 2022, nothing begun: the rule is let go; 10 MW of 2023 are a choice that pays (40 of 25)."""
    decided = {"status": "decided", "status_year": 2022, "project_size": 10}
    made = again(family_of(row(2022, "built", 0), pump=decided), 2022)
    assert_close(begun(made), [0, 10, 0, 0, 0])
    [told] = [notice for notice in made.outcome.notices if notice.key == "actuals_postponed"]
    assert told.tell("en") == (
        "pump was to begin in 2022 and did not, and so stands nowhere in the plan. Write another status_year of pump "
        "in technologies.csv (and why, in note), or option if it is a choice again."
    )
    assert told.tell("sv") == (
        "pump skulle ha börjat 2022 men gjorde det inte, och står därför ingenstans i planen. Skriv ett nytt "
        "status_year för pump i technologies.csv (och varför i note), eller option om den åter är ett val."
    )


def test_what_a_plan_says_is_let_go_forgives_no_definition_and_no_year_to_come() -> None:
    """An objective that is none, and a pace broken in a later year, are refused whatever `loosened` says."""
    from model.verifier.verify import verify

    made = again(family_of(row(2022, "built", 6), pump={"most_build": 4}), 2022)
    told = json.loads(made.outcome.plan.attrs["loosened"])
    plan = made.outcome.plan.copy()
    plan.attrs["objective"] += 1.0
    plan.attrs["loosened"] = json.dumps([*told, {"rule": "objective", "place": {}, "amount": 9.0}])
    assert "objective" in {violation.rule for violation in verify(made.outcome.scenario, plan).violations}
    late = [{**one, "place": {**one["place"], "vintage": 2023}} for one in told]
    plan = made.outcome.plan.assign_attrs(loosened=json.dumps(late))
    assert [violation.rule for violation in verify(made.outcome.scenario, plan).violations] == ["build_most"]


def test_an_account_with_a_dot_and_one_called_all_are_corrected_alone() -> None:
    """co2.1 measured 0.5 where the plan has 0, `all` 6 where it has 5; `rest` keeps its 7, in this year and the next.

    `shift.exogenous.all.2022` moved every account, and one with a dot was read as two labels and refused.
    """
    accounts = [
        {"account": "co2.1", "factor_purchase": {"heat": 0.1}},
        {"account": "all", "exogenous": 5},
        {"account": "rest", "exogenous": 7},
    ]
    rows = row(2022, "measured", 0.5, subject="co2.1"), row(2022, "measured", 6, subject="all")
    made = again(family_of(row(2022, "built", 10), *rows, accounts=accounts), 2022)
    values = made.outcome.plan["account_value"]
    for label, first in (("co2.1", 0.5), ("all", 6), ("rest", 7)):
        assert_close(values.sel(account=label, year=[2022, 2023]).values, [first, first])


def test_why_a_project_was_put_off_is_told() -> None:
    """Forced for 2022 and not begun: the note of its row is the reason."""
    forced = {"status": "forced", "status_year": 2022, "project_size": 10}
    made = again(family_of(row(2022, "built", 0, note="Appealed in court."), pump=forced), 2022)
    told = [notice.tell("sv") for notice in made.outcome.notices]
    assert (
        "pump skulle ha börjat 2022 men gjorde det inte (Appealed in court), och står därför ingenstans i planen. "
        "Skriv ett nytt status_year för pump i technologies.csv, eller option om den åter är ett val."
    ) in told
    told = [notice.tell("en") for notice in made.outcome.notices]
    assert (
        "pump was to begin in 2022 and did not (Appealed in court), and so stands nowhere in the plan. Write another "
        "status_year of pump in technologies.csv, or option if it is a choice again."
    ) in told


def test_preliminary_outcomes_are_told() -> None:
    made = again(family_of(row(2022, "built", 10), row(2022, "price", 1, status="preliminary")), 2022)
    assert made.outcome.notices[1].tell("sv") == (
        "Preliminära är 1 av utfallen (pris 1): de räknas som de står och kan ändras. Lägg till den slutliga raden med "
        "sin utgåva (revision) när den finns."
    )
    assert made.outcome.notices[1].tell("en") == (
        "Preliminary are 1 of the outcomes (price 1): they count as they stand and may change. Add the final row with "
        "its edition (revision) once there is one."
    )
