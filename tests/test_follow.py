"""A plan followed up, by hand: every step of the bridge, the pace, the last start, and what was carried out.

The town of test_towns_actuals.py, with 1 kt a year that nothing changes: planned are 10 MW in 2022 and 1 kt in each of
2022-2026, 5 kt in all. What was: 6 MW in 2022 for 24, 1 MW in 2023, heat at 3 and a need of 11 in 2023; 1.7 kt measured
in 2022, revised to 1.6, and 1.5 in 2023.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hand import assert_close
from test_towns_actuals import draw_town, family_of, row
from test_towns_actuals_money import lending_town
from town import build_town, write_town

from conf.words import LANGUAGES
from model.solver.solution import SolverOptions
from runners.analyses.follow_up.follow import Followed, describe_follow, follow_plan, tabulate_follow
from runners.analyses.follow_up.last_starts import LastStart, find_last_starts
from runners.analyses.follow_up.pace import find_fall
from runners.analyses.stress.circumstances import read_circumstance
from runners.cli import main
from runners.commands.replan import choose_until
from runners.family import Family
from runners.restored import restore_plan
from runners.results.facts import plain_facts
from runners.results.result import make_result
from runners.views.renderers.screen import write_sections
from runners.views.subjects.follow import write_follow
from scenarios.actuals import list_actuals
from scenarios.choices import Choices
from scenarios.errors import CaseError

WAS = (
    *(row(2022, "built", 6), row(2022, "outlay", 24), row(2023, "built", 1)),
    *(row(2023, "price", 3), row(2023, "demand", 11)),
    *(row(2022, "measured", 1.7, revision="2023-06"), row(2022, "measured", 1.6, revision="2024-06")),
    row(2023, "measured", 1.5),
)
MORE = {
    "accounts": [{"account": "co2", "factor_purchase": {"heat": 0.1}, "exogenous": 1}],
    "targets": [{"target": "cap", "account": "co2", "year": 2026, "value": 1.15, "mode": "hard"}],
}


@cache
def followed() -> Followed:
    family = family_of(*WAS, **MORE)
    plan = family_of(**MORE).solve().plan
    return follow_plan(family, {}, list_actuals(family.tables), 2023, "hold", plan)


@cache
def tables() -> dict[str, pd.DataFrame]:
    return tabulate_follow(followed())


def steps(item: str, year: int) -> dict[str, float]:
    bridge = tables()["bridge"]
    own = bridge[(bridge["item"] == item) & (bridge["year"] == year)]
    return dict(zip(own["cause"], own["amount"].round(9), strict=True))


@pytest.mark.slow
def test_emissions_of_each_year_go_from_the_plan_to_what_was() -> None:
    """2022: 4 MW missing buy 4 GWh, 0.4; 1.7 first measured where 1.4 follows: 0.3; revised by -0.1. 1 to 1.6.

    2023: 3 MW missing, 0.3; a need of 11, 0.1; 1.5 measured where 1.4 follows: 0.1. 1 to 1.5.
    """
    none = dict.fromkeys(("pace", "costs", "prices", "activity", "model_error", "revisions"), 0.0)
    assert steps("co2", 2022) == pytest.approx({**none, "pace": 0.4, "model_error": 0.3, "revisions": -0.1}, abs=1e-6)
    assert steps("co2", 2023) == pytest.approx({**none, "pace": 0.3, "activity": 0.1, "model_error": 0.1}, abs=1e-6)


def test_money_of_each_year_goes_from_the_plan_to_what_was() -> None:
    """2022: 25 planned; 6 MW at 2.5 and 4 GWh are 19 (-6); at 4 a MW 28 (+9).

    2023: 0 planned; a MW and 3 GWh are 5.5; heat at 3 makes that 11.5 (+6), a need of 11 makes it 14.5 (+3).
    """
    none = dict.fromkeys(("pace", "costs", "prices", "activity", "model_error", "revisions"), 0.0)
    assert steps("money", 2022) == pytest.approx({**none, "pace": -6, "costs": 9}, abs=1e-6)
    assert steps("money", 2023) == pytest.approx({**none, "pace": 5.5, "prices": 6, "activity": 3}, abs=1e-6)


def test_the_bridge_sums_without_a_rest() -> None:
    bridge = tables()["bridge"]
    for (item, year), own in bridge.groupby(["item", "year"]):
        first, last = own["before"].iloc[0], own["after"].iloc[-1]
        assert abs(own["amount"].sum() - (last - first)) <= 1e-6, (item, year)
    ends = bridge[(bridge["item"] == "co2") & (bridge["cause"] == "revisions")]["after"]
    assert_close(ends, [1.6, 1.5])


@pytest.mark.slow
def test_what_was_built_as_planned_is_no_cause() -> None:
    """10 MW in 2022 as planned; a need of 11 in 2023 buys a GWh at 3, and lets out 0.1 kt."""
    family = family_of(row(2022, "built", 10), row(2023, "price", 3), row(2023, "demand", 11), **MORE)
    found = follow_plan(family, {}, list_actuals(family.tables), 2023, "hold", family_of(**MORE).solve().plan)
    bridge = tabulate_follow(found)["bridge"].set_index(["item", "year", "cause"])["amount"]
    assert_close(bridge[:, :, "pace"], [0, 0, 0, 0])
    assert_close([bridge["money", 2023, "activity"], bridge["co2", 2023, "activity"]], [3, 0.1])
    assert found.walk.replanned.known.build == {("pump", 2022): 10}


def test_what_slipped_is_told_by_measure_owner_and_programme() -> None:
    """4 of 10 MW of 2022 slipped, 1 MW of 2023 was not planned. Of a planned 25 what was built is 6/10: 60 %."""
    measures = tables()["measures"]
    assert_close(measures["slipped"], [4, -1])
    assert_close(measures["planned_outlay"], [25, 0])
    assert_close(measures["outlay"], [24, 2.5])
    assert_close(measures["let_out"], [0.4, 0.3])
    assert measures["known"].all()
    for by in ("actors", "programmes"):
        assert_close(tables()[by]["realised"], [0.6])


def test_what_was_carried_out_is_a_circumstance_of_stress(tmp_path: Path) -> None:
    """60 % by the town: what `stress --with FOLDER` builds of what is left."""
    facts = describe_follow(followed(), "runs/town")
    (tmp_path / "follow.json").write_text(json.dumps(plain_facts(facts)))
    found = read_circumstance(str(tmp_path))
    assert dict(found.parts["share"]) == {"actor.town": 0.6}
    assert found.titles["en"] == "as much is carried out as up to 2023"


def test_the_budget_asks_for_a_pace() -> None:
    """5 kt in all: 1.6 + 1.5 used, 1.9 left. 1.5 (q + q^2 + q^3) = 1.9 at q = 0.62701. At 1.5 a year spent in 2025."""
    [pace] = tables()["pace"].to_dict("records")
    assert_close([pace["budget"], pace["used"], pace["left"], pace["today"]], [5, 3.1, 1.9, 1.5])
    assert pace["asked"] == pytest.approx(37.299, abs=1e-3)
    assert (pace["spent"], pace["last"]) == (2025, 2026)


@pytest.mark.slow
def test_the_budget_is_that_of_the_account_with_a_cumulative_cap() -> None:
    """co2 has none, air has: 0.2 kt/GWh of bought heat, at most 3 kt from 2022 to 2026. 4 GWh of 2022 are 0.8 kt."""
    air = {"account": "air", "factor_purchase": {"heat": 0.2}}
    capped = {"target": "sum", "account": "air", "year": 2022, "value": 3, "basis": "cumulative", "mode": "hard"}
    more = {"accounts": [*MORE["accounts"], air], "targets": [capped]}
    family, plan = family_of(row(2022, "built", 6), **more), family_of(**more).solve().plan
    followed_up = follow_plan(family, {}, list_actuals(family.tables), 2022, "hold", plan)
    [pace] = tabulate_follow(followed_up)["pace"].to_dict("records")
    assert pace["account"] == "air"
    assert_close([pace["budget"], pace["used"]], [3, 0.8])


def test_a_fall_is_found_both_ways() -> None:
    """10 with 8.75 left for three years halves each year; with 140 it may double; with nothing left none is enough."""
    assert_close([find_fall(10, 8.75, 3), find_fall(10, 140, 3)], [0.5, -1.0])
    assert find_fall(10, -1, 3) != find_fall(10, -1, 3)


def test_the_last_moment_is_found_by_solving_again() -> None:
    """The last 3 MW come in 2024; for 1.15 kt in 2026 (1 + 0.1 + at most 0.05) 2.5 of them have to stand by then."""
    [start] = tables()["starts"].to_dict("records")
    assert (start["technology"], start["begins"], start["latest"]) == ("pump", 2024, 2026)
    assert not tables()["targets"]["lost"].any()


@pytest.mark.slow
def test_a_measure_that_no_target_needs_may_wait_for_ever() -> None:
    """Without a target the last 3 MW still pay for themselves, and nobody has to begin them."""
    free = {"accounts": MORE["accounts"]}
    family, plan = family_of(*WAS, **free), family_of(**free).solve().plan
    [start] = follow_plan(family, {}, list_actuals(family.tables), 2023, "hold", plan).starts
    assert (start.planned, start.latest, start.settled) == (2024, None, True)


@pytest.mark.slow
def test_what_time_does_not_settle_is_told() -> None:
    """No second is left: the start of the plan itself is early enough, and that is all that is known."""
    family, made = family_of(*WAS, **MORE), followed().walk.replanned
    rest, plan = made.outcome.scenario, made.outcome.plan
    starts = find_last_starts(family.revise(made.settings), rest, plan, 2023, SolverOptions(time_limit=0.0))
    assert starts == [LastStart("pump", 2024, 2024, settled=False)]
    late = replace(followed(), starts=tuple(starts))
    result = make_result("follow", describe_follow(late, "runs/town"), tabulate_follow(late), {})
    shown = {lang: " ".join(write_sections(write_follow(result, lang), lang).split()) for lang in LANGUAGES}
    name = {lang: tabulate_follow(late)["starts"][f"name_{lang}"].iloc[0] for lang in LANGUAGES}
    assert (
        "Senaste start hann inte avgöras inom tidsgränsen (solver.time_limit): året i tabellen är tidigt nog, men ett "
        f"senare kan också vara det. Det gäller (1): {name['sv']}."
    ) in shown["sv"]
    assert (
        "The latest start was not settled within the time limit (solver.time_limit): the year in the table is early "
        f"enough, but a later one may be, too. Of these (1): {name['en']}."
    ) in shown["en"]


@pytest.mark.slow
def test_that_nothing_was_measured_is_told() -> None:
    """Of three rows known none is a measured account: what was let out is modelled."""
    rows = [one for one in WAS if one["outcome"] != "measured"]
    family, plan = family_of(*rows, **MORE), family_of(**MORE).solve().plan
    found = follow_plan(family, {}, list_actuals(family.tables), 2023, "hold", plan)
    result = make_result("follow", describe_follow(found, "runs/town"), tabulate_follow(found), {})
    shown = " ".join(write_sections(write_follow(result, "sv"), "sv").split())
    assert "till och med 2023. Kända utfall: 5 (byggt 2, utgift 1, pris 1, behov 1);" in shown
    assert (
        "Inga utsläpp är uppmätta till och med 2023: de är beräknade, inte utfall. Lägg in inventeringen i actuals.csv "
        "(outcome measured) när den finns."
    ) in shown
    told = [notice.tell("en") for notice in found.walk.replanned.outcome.notices]
    assert (
        "Outcomes up to 2023 are held, 5 in all (built 2, outlay 1, price 1, demand 1); the rest is planned anew."
    ) in told
    assert (
        "No emissions are measured up to 2023: they are modelled, and no outcomes. Write the inventory into "
        "actuals.csv (outcome measured) once there is one."
    ) in told


@pytest.mark.slow
def test_a_hard_target_out_of_reach_is_told_and_not_the_end() -> None:
    """Nothing built until 2025 and nothing can be in 2026: 2 kt where 1.15 was asked."""
    rows = [row(year, "built", 0) for year in (2022, 2023, 2024, 2025)]
    pump = {"latest_start": 2025}
    family, plan = family_of(*rows, pump=pump, **MORE), family_of(pump=pump, **MORE).solve().plan
    found = follow_plan(family, {}, list_actuals(family.tables), 2025, "hold", plan)
    assert not found.reached
    assert tabulate_follow(found)["targets"]["lost"].tolist() == [True]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_screen_says_what_matters(lang: str) -> None:
    result = make_result("follow", describe_follow(followed(), "runs/town"), tables(), {})
    shown = write_sections(write_follow(result, lang), lang)
    for told in {
        "sv": ("Uppföljning", "slut 2025", "37,3 %", "byggtakt", "rättad statistik"),
        "en": ("Follow-up", "spent in 2025", "37.3 %", "pace of building", "revisions"),
    }[lang]:
        assert told in shown


def test_a_run_is_followed_up_and_replanned_after_outcomes_were_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Planned first; outcomes come later: the run is still the case's, and both commands go on from it."""
    case, run = tmp_path / "town", str(tmp_path / "run")
    write_town(case, build_town(**draw_town(**MORE)))
    chosen = [f"case.path={case}", "convention.salvage=none", "lang=en"]
    assert main(["plan", *chosen, f"out={run}"]) == 0
    for words, told in {
        ("follow",): "actuals.csv: the case has no outcomes of 2022 (the plan's first year) or later. Fill in what has "
        "been in actuals.csv.\n",
        (
            "replan",
            "case.actuals_until=2023",
        ): "case.actuals_until=2023: the case has no outcomes from 2022 (the plan's "
        "first year) to 2023. Fill in what has been in actuals.csv, or leave the choice out.\n",
    }.items():
        assert main([words[0], run, *words[1:], "--out", str(tmp_path / "none"), "lang=en"]) == 2
        assert capsys.readouterr().err == told
    write_town(case, build_town(**draw_town(*WAS, **MORE)))
    assert main(["follow", run, "--out", str(tmp_path / "follow"), "lang=en"]) == 0
    assert "pace of building" in capsys.readouterr().out
    assert main(["report", run, str(tmp_path / "follow"), "--out", str(tmp_path / "both.html"), "lang=en"]) == 0
    assert main(["replan", run, "--out", str(tmp_path / "again"), "lang=en"]) == 0
    assert "Outcomes up to 2023 are held" in capsys.readouterr().out
    assert int(restore_plan(tmp_path / "again").plan.attrs["actuals_until"]) == 2023
    assert main(["near", *chosen, "case.actuals_until=2022"]) == 2


def of_city(outcome: str, value: float, subject: str = "city", **more: object) -> dict[str, object]:
    plain = {"year": 2025, "unit": "MW" if outcome == "built" else "MSEK", "status": "final", "source": "books"}
    return {**plain, "outcome": outcome, "subject": subject, "value": value, **more}


KNOWN = (
    *(of_city("built", 1, "road", party="city"), of_city("outlay", 120, "road"), of_city("loan", 70, party="loan")),
    *(of_city("debt", 100, status="preliminary"), of_city("result", -9, note="Snow")),
)


@cache
def followed_books() -> Followed:
    """100 MSEK for a road in 2025, 60 of one's own and 40 lent at 10 percent; no prices rise."""
    tables = build_town(**lending_town(), sources=[{"source": "books", "title": "Books"}], actuals=list(KNOWN))
    family = Family(tables, Choices(salvage="none"), SolverOptions(threads=1, gap=0.0))
    return follow_plan(family, {}, list_actuals(tables), 2025, "hold", family.solve().plan)


@pytest.mark.slow
def test_every_outcome_stands_beside_the_plan() -> None:
    """Planned: a road for 100, 40 lent, owed at the year's end. 120, 70 and 100 it was.

    The road is written off over 50 years and the loan's interest falls due the year after: a result of -2.
    """
    table = tabulate_follow(followed_books())["outcomes"].set_index("outcome")
    assert_close(table["planned"][["built", "outlay", "loan", "debt", "result"]], [1, 100, 40, 40, -2])
    assert_close(table["difference"][["built", "outlay", "loan", "debt", "result"]], [0, 20, 30, 60, -7])
    assert table["unit"].to_dict() == {
        "built": "MW", "outlay": "MSEK", "loan": "MSEK", "debt": "nominal MSEK", "result": "nominal MSEK"
    }  # fmt: skip
    assert (table["party"]["built"], table["party"]["loan"], table["note"]["result"]) == ("city", "loan", "Snow")


def test_the_result_and_what_is_preliminary_are_shown() -> None:
    facts = describe_follow(followed_books(), "runs/town", "KF 1", "KF 2")
    result = make_result("follow", facts, tabulate_follow(followed_books()), {})
    shown = {lang: " ".join(write_sections(write_follow(result, lang), lang).split()) for lang in LANGUAGES}
    expected = {
        "sv": (
            "Preliminära är 1 av utfallen (skuld 1): siffror som bygger på dem kan ändras.",
            "Planen antogs som 'KF 1', men den som gäller är 'KF 2'.",
            "resultat city 2025 −2 −9 −7 mnkr, löpande priser slutligt books Snow",
        ),
        "en": (
            "Preliminary are 1 of the outcomes (debt 1): figures made of them may change.",
            "The plan was adopted as 'KF 1', but the one that holds is 'KF 2'.",
            "result city 2025 −2 −9 −7 MSEK, current prices final books Snow",
        ),
    }
    for lang, told in expected.items():
        for text in told:
            assert text in shown[lang], shown[lang]


def test_a_year_that_has_not_been_is_no_outcome() -> None:
    """All that was not known up to 2044 was told as having been as planned, and its emissions as used up."""
    years = np.arange(2025, 2046)
    family: Any = SimpleNamespace(scenario={"year": xr.DataArray(years), "length": xr.DataArray(np.ones(len(years)))})
    actuals: Any = [SimpleNamespace(year=2025)]
    assert choose_until(actuals, family, None, 2026) == 2025
    assert choose_until(actuals, family, 2026, 2026) == 2026
    with pytest.raises(CaseError) as caught:
        choose_until(actuals, family, 2044, 2026)
    assert [problem.tell(lang) for problem in caught.value.problems for lang in ("sv", "en")] == [
        "case.actuals_until=2044: 2044 har inte varit, vi är i 2026. Det som inte har hänt är inget utfall. Välj ett "
        "år till och med 2026.",
        "case.actuals_until=2044: 2044 has not been, this is 2026. What has not happened is no outcome. Choose a year "
        "up to 2026.",
    ]
