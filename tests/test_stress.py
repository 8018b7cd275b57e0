"""A plan under other circumstances, by hand: what is built in part, late or not at all, and what comes of it."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hand import assert_close
from test_cli import NO_SALVAGE, write_case

from model.solver.settled import OPERATION
from runners.analyses.stress.circumstances import Circumstance, read_circumstance
from runners.analyses.stress.conditions import tabulate_conditions
from runners.analyses.stress.failures import list_newly_missed
from runners.analyses.stress.futures import draw_futures
from runners.analyses.stress.jobs import Job, open_place, open_stress, share_jobs, solve_jobs
from runners.analyses.stress.study import Study, study_plan
from runners.analyses.stress.tables import Reader
from runners.analyses.team import open_team, split_jobs
from runners.cli import main
from runners.commands.stress import _add_settings, read_words
from runners.restored import restore_plan
from scenarios.errors import CaseError


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan for the town of `test_cli`: 1.1416 MW of heat pump in 2025, all 10 GWh of heat, 6.7247 MSEK."""
    folder = tmp_path_factory.mktemp("stress")
    case = write_case(folder / "stad")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("runners.reports.plan_charts.draw_plan", lambda *_: lambda _: None)
        assert main(["plan", f"case.path={case}", NO_SALVAGE, f"out={folder / 'plan'}"]) == 0
    return folder / "plan"


def study(run: Path, *circumstances: Circumstance, levels: tuple[str, ...] = ("operation",)) -> Study:
    return study_plan(restore_plan(run), circumstances, levels, 20, 0, 5)


@pytest.fixture(scope="module")
def planned(run: Path) -> Study:
    return study(run, make("none"))


def make(name: str, **parts: dict[str, object]) -> Circumstance:
    return Circumstance(name, {"sv": name, "en": name}, "", parts)


@pytest.mark.slow
def test_half_a_measure_is_half_its_capacity_outlay_and_saving(run: Path) -> None:
    """Half the pump costs 1.7123. Five GWh come from it and five from gas: 5 (0.15 + 0.5) = 3.25 in 2025 and
    5 (0.18 + 0.5) = 3.4 in 2026, in all 8.3623. Gas emits 5 x 1.25 x 0.2 = 1.25 kt against 1: missed by 0.25.
    """
    (one,) = study(run, make("half", share={"all": 0.5})).tried
    assert_close(one.fate["objective_money"], 3 * 10 / 8.76 / 2 + 3.25 + 3.4)
    assert [(b.name, b.row.index) for b in one.answer.breaches] == [("missed_hard", ("cap", 2026))]
    assert_close(one.answer.breaches[0].amount, 0.25)
    assert_close(one.targets["excess"], [0.25])


def test_what_comes_a_year_late_burns_gas_until_then(run: Path) -> None:
    """All heat from gas in 2025, 5 MSEK, and from the pump in 2026, 1.8; it costs 3.4247 whenever it is built."""
    (one,) = study(run, make("late", late={"pump": 1})).tried
    assert_close(one.fate["objective_money"], 3 * 10 / 8.76 + 5 + 1.8)
    assert one.answer.breaches == ()


def test_what_would_begin_after_the_last_year_is_not_built(run: Path) -> None:
    """Two years of gas: 10 MSEK, and 2.5 kt in 2026."""
    (one,) = study(run, read_circumstance("late_2")).tried
    assert_close(one.fate["objective_money"], 10)
    assert_close(one.targets["excess"], [1.5])


def test_later_starts_make_up_for_what_was_not_built_and_for_no_more(run: Path) -> None:
    """Half is built in time; later the target costs 20 a kt: 0.4 of the heat from gas emits 1 kt, so that 6 GWh come
    from the pump in 2026, a tenth of it built then: 0.1 x 3.4247. Cost 1.7123 + 0.3425 + 3.25 + 6 x 0.18 + 4 x 0.5.
    """
    (one,) = study(run, make("half", share={"all": 0.5}), levels=("starts",)).tried
    assert_close(one.fate["objective_money"], 0.6 * 3 * 10 / 8.76 + 3.25 + 6 * 0.18 + 2)
    assert one.answer.breaches == ()


def test_what_is_late_cannot_be_begun_before_it_comes(run: Path) -> None:
    """Two years late nothing comes before the end, whatever may be begun later than that."""
    (one,) = study(run, read_circumstance("late_2"), levels=("starts",)).tried
    assert_close(one.fate["objective_money"], 10)


def test_all_as_planned_is_the_plan_at_every_level(run: Path) -> None:
    found = study(run, make("none"), levels=("operation", "starts", "money"))
    assert_close([one.fate["objective_money"] for one in found.tried], [3 * 10 / 8.76 + 3.3] * 3)
    assert all(one.answer.breaches == () for one in found.tried)


def test_the_one_measure_is_the_one_whose_failure_hurts_most(planned: Study) -> None:
    """Without the pump 10 - 6.7247 = 3.2753 dearer, and the target missed by 1.5 kt."""
    worst = max(planned.failures, key=lambda one: one.tried.answer.hurt)
    assert (worst.measures, worst.how) == (("pump",), "not_built")
    assert_close(worst.tried.fate["objective_money"] - planned.expected.fate["objective_money"], 6.7 - 3 * 10 / 8.76)


def test_a_target_missed_as_planned_in_one_year_is_newly_missed_in_another(planned: Study) -> None:
    """As planned 2030 misses by 8; without the measure 2030 by 20, 2031 by 17 and 2032 by 3: told is 2031, by 17."""
    rows = pd.DataFrame({"target": "cap", "year": [2030, 2031, 2032], "cap": 100.0})
    expected = replace(planned.expected, targets=rows.assign(excess=[8.0, 0.0, 0.0]))
    without = replace(planned.expected, targets=rows.assign(excess=[20.0, 17.0, 3.0]))
    assert list_newly_missed(expected, without) == [("cap", 2031, 17.0)]
    assert list_newly_missed(expected, expected) == []
    assert list_newly_missed(expected, replace(without, targets=rows.assign(excess=[20.0, 0.0, 0.0]))) == []


@pytest.mark.slow
def test_what_leads_to_a_miss_is_of_years_that_are_met_as_planned(planned: Study) -> None:
    """Forty futures miss 2030, as the plan does; the ten with the smallest share miss 2031, too: those are told."""
    scenario, expected = planned.restored.scenario, planned.expected
    rows = pd.DataFrame({"target": "cap", "year": [2030, 2031], "cap": 100.0})
    tried = [
        replace(
            expected,
            circumstance="x",
            answer=replace(expected.answer, future=replace(expected.answer.future, drawn={"share.all": place / 40})),
            targets=rows.assign(excess=[8.0, 9.0 if place < 10 else 0.0]),
        )
        for place in range(40)
    ]
    assert tabulate_conditions(tried, scenario).empty
    (told,) = tabulate_conditions(tried, scenario, [("cap", 2030)]).to_dict("records")
    assert (told["target"], told["missed"], told["missed_inside"], told["inside"]) == ("cap", 10, 10, 10)


def test_changes_of_ones_own_stand_beside_the_circumstance_as_they_were_written() -> None:
    titles = _add_settings(make("uncertain"), {"adjust.capex.pump": 1.3}).titles
    assert titles == dict.fromkeys(("sv", "en"), "uncertain; adjust.capex.pump=1.3")


@pytest.mark.slow
def test_the_same_seed_draws_the_same_futures(run: Path) -> None:
    uncertain = make(
        "drawn", share={"all": {"low": 0.4, "high": 1.0}}, settings={"adjust.price.gas": {"low": 1, "high": 2}}
    )
    first, second = study(run, uncertain), study(run, uncertain)
    assert [one.fate["objective_money"] for one in first.tried] == [one.fate["objective_money"] for one in second.tried]
    assert len({one.fate["objective_money"] for one in first.tried}) == len(first.tried) == 20
    assert first.verified == 20


@pytest.mark.parametrize(
    ("count", "workers", "sizes"),
    [(30, 1, [12, 12, 6]), (40, 2, [10, 8, 6, 4, 3, 3, 3, 3]), (100, 2, [12, 12, 12]), (2, 2, [2]), (0, 2, [])],
)
def test_jobs_are_taken_in_ever_smaller_pieces(count: int, workers: int, sizes: list[int]) -> None:
    """Of 40 left for two a quarter is taken, 10; of the 30 left then 8; alone always 12."""
    pieces = split_jobs(count, workers)
    assert [place for piece in pieces for place in piece] == list(range(count))
    assert [len(piece) for piece in pieces][: len(sizes)] == sizes


@pytest.mark.slow
@pytest.mark.parametrize("lost", [False, True])
def test_a_helper_answers_as_the_caller_does_and_may_be_lost(run: Path, lost: bool) -> None:
    """Forty-one futures: half a pump to a whole one; a helper that is gone leaves its share to the caller."""
    restored = restore_plan(run)
    stress, reader = open_stress(restored), Reader(restored.scenario)
    uncertain = make("drawn", share={"all": {"low": 0.5, "high": 1.0}})
    jobs = [Job("drawn", future, OPERATION) for future in draw_futures(uncertain, restored.scenario, 41, 0)]
    alone = solve_jobs(stress, reader, jobs)
    with open_team(open_place(run if not lost else run / "gone"), 2) as team:
        together = share_jobs(team, stress, reader, jobs)
    assert [one.fate["objective_money"] for one in together] == [one.fate["objective_money"] for one in alone]
    assert [one.answer.future.number for one in together] == list(range(1, 42))


@pytest.mark.slow
def test_the_command_tells_and_keeps_it(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "svar"
    assert main(["stress", str(run), "--with", "realised_60", "--with", "late_2", f"out={out}", "lang=sv"]) == 0
    shown = capsys.readouterr().out.replace("\xa0", " ")
    assert "60 % av varje åtgärd genomförs (bara driften anpassar sig)\n  kostnad 8 MSEK; planen 7\n" in shown.replace(
        "mnkr", "MSEK"
    )
    assert "målet cap (2026) missas med 1,5 kt" in shown
    assert "byggs Värmepump inte alls kostar det 3,3" in shown
    with (out / "tables" / "futures.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["status"] for row in rows] == ["optimal", "optimal"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["RUN", "--futures", "0"],
            "--futures 0: värdet 0 är inget helt tal från 1 till 10000. Skriv ett sådant.",
        ),
        ([], "fardplan stress: 0 planer är nämnda, och det ska vara en: mappen som fardplan plan skrev."),
        (
            ["RUN", "--hlep"],
            "fardplan stress: ordet --hlep förstås inte här. Skriv fardplan stress --help för de val som finns.",
        ),
        (["RUN", "adjust.price.gas=dyr"], "adjust.price.gas=dyr: värdet dyr är inget tal. Skriv till exempel 1.3."),
        (["RUN", "--level", "none"], "--level none: 'none' finns inte. Välj: operation, starts, money, all."),
    ],
)
def test_words_that_cannot_be_used_are_told(words: list[str], message: str) -> None:
    with pytest.raises(CaseError) as refused:
        read_words(words)
    assert [problem.tell("sv") for problem in refused.value.problems] == [message]


def test_circumstances_that_cannot_be_used_are_told(run: Path) -> None:
    with pytest.raises(CaseError) as refused:
        read_circumstance("realised_6")
    (problem,) = refused.value.problems
    assert problem.tell("sv").startswith(
        "--with realised_6: det finns ingen omständighet realised_6. Närmast ligger: realised_60"
    )
    with pytest.raises(CaseError) as refused:
        read_circumstance("rate_plus_1+rate_plus_2")
    assert [p.tell("sv") for p in refused.value.problems] == [
        "--with rate_plus_1+rate_plus_2: två av omständigheterna säger något om settings.shift.rate.all. Pröva dem "
        "var för sig, med flera --with."
    ]
    with pytest.raises(CaseError) as refused:
        study(run, make("wrong", share={"actor.nobody": 0.5}, fails={"all": 1.2}))
    assert [p.tell("sv") for p in refused.value.problems] == [
        "--with wrong: omständigheten gäller actor.nobody (share), och något sådant har fallet inte. Närmast ligger: "
        "actor.town.",
        "fails.all: sannolikheten är 1.2 och måste vara från 0 till 1.",
    ]


def test_a_circumstance_of_ones_own_is_a_file(run: Path, tmp_path: Path) -> None:
    """Half the pump as above, 8.3623, said in a file; with dearer building on top 0.5 x 3.4247 x 0.2 more."""
    own = tmp_path / "halva.yaml"
    own.write_text("sv: halva pumpen\nshare: {pump: 0.5}\n", encoding="utf-8")
    (one,) = study(run, read_circumstance(str(own))).tried
    assert_close(one.fate["objective_money"], 3 * 10 / 8.76 / 2 + 3.25 + 3.4)
    assert read_circumstance(str(own)).titles == {"sv": "halva pumpen", "en": "halva"}
    both = read_circumstance(f"{own}+capex_plus_25")
    assert both.parts["share"] == {"pump": 0.5}
    assert both.parts["settings"]


@pytest.mark.slow
def test_a_file_that_says_what_cannot_be_said_is_told(run: Path, tmp_path: Path) -> None:
    own = tmp_path / "fel.yaml"
    own.write_text("delay: {pump: 1}\nshare: {pump: half}\nfails: {pump: {low: 0}}\n", encoding="utf-8")
    with pytest.raises(CaseError) as refused:
        read_circumstance(str(own))
    assert [p.tell("sv") for p in refused.value.problems] == [
        f"{own}: delen delay känns inte igen. Det som kan sägas är: settings, share, late, fails, refused, together, "
        "sv, en, source.",
        f"{own}: share.pump: värdet half är varken ett tal eller ett spann. Skriv till exempel 0.6 eller "
        "'{low: 0.5, high: 0.8}'.",
        f"{own}: fails.pump: värdet {{'low': 0}} är varken ett tal eller ett spann. Skriv till exempel 0.6 eller "
        "'{low: 0.5, high: 0.8}'.",
    ]
    own.write_text("- share\n", encoding="utf-8")
    with pytest.raises(CaseError) as refused:
        read_circumstance(str(own))
    assert [p.tell("en") for p in refused.value.problems] == [
        f"{own}: the file cannot be read as YAML (list). See conf/stress/ for how a circumstance is written."
    ]
    for part, value, told in (
        ("share", 1.5, "share.pump: andelen är 1.5 och måste vara från 0 till 1, där 1 är allt som planen bygger."),
        ("late", -1, "late.pump: förseningen är -1 år. Skriv 0 eller fler."),
    ):
        with pytest.raises(CaseError) as refused:
            study(run, make("wrong", **{part: {"pump": value}}))
        assert [p.tell("sv") for p in refused.value.problems] == [told]


@pytest.mark.slow
def test_a_future_with_numbers_that_cannot_be_is_a_result_with_its_reason(run: Path) -> None:
    """A life below nothing is none: that future says so, the others are answered; where all are such, it is told."""
    tried = study(run, make("some", settings={"set.life.pump": {"choices": [20, -3]}})).tried
    ends = {one.answer.future.drawn["settings.set.life.pump"]: one.answer for one in tried}
    assert (ends[20].status, ends[-3].status) == ("optimal", "failed")
    assert "set.life.pump" in ends[-3].reason
    with pytest.raises(CaseError) as refused:
        study(run, make("all", settings={"set.life.pump": -3}))
    assert "set.life.pump" in refused.value.problems[0].tell("sv")
    with pytest.raises(CaseError) as refused:
        study(run, make("none", settings={"adjust.prices.gas": {"low": 1, "high": 2}}))
    assert "adjust.prices.gas" in refused.value.problems[0].tell("sv")


def test_of_answers_verified_together_the_one_that_states_too_little_is_refused(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half the pump misses the target by 0.25 kt; where that is not stated, this answer fails and the others do not."""
    restored = restore_plan(run)
    stress = open_stress(restored)
    futures = [draw_futures(make("x", share={"all": share}), restored.scenario, 1, 0)[0] for share in (1.0, 0.5, 0.9)]
    asked = [(future, "operation") for future in futures]
    assert [one.status for one in stress.solve_all(asked)] == ["optimal"] * 3
    monkeypatch.setattr("runners.analyses.stress.engine.list_facts", lambda *_: ())
    found = stress.solve_all(asked)
    assert [one.status for one in found] == ["optimal", "failed", "optimal"]
    assert "cap" in found[1].reason


@pytest.mark.slow
def test_a_plan_whose_case_has_changed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runners.reports.plan_charts.draw_plan", lambda *_: lambda _: None)
    case = write_case(tmp_path / "stad")
    assert main(["plan", f"case.path={case}", NO_SALVAGE, f"out={tmp_path / 'plan'}"]) == 0
    with (case / "prices.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    with pytest.raises(CaseError) as refused:
        restore_plan(tmp_path / "plan")
    (problem,) = refused.value.problems
    assert problem.tell("sv") == (
        f"{tmp_path / 'plan'}: fallet är inte som när planen gjordes: prices.csv är ändrade. Gör planen på nytt med "
        "fardplan plan."
    )


@pytest.mark.slow
def test_report_and_workbook_say_what_the_screen_says(run: Path, tmp_path: Path) -> None:
    """Every picture has its table; the council's sentence stands in the report as on the screen."""
    from runners.results.result import open_result
    from runners.views.section import Chart, Points, Table
    from runners.views.subjects.stress import write_stress

    out = tmp_path / "svar"
    words = ["--with", "late_2,uncertain", "--rank", "tornado", "--futures", "8", "--level", "all"]
    assert main(["stress", str(run), *words, "--out", str(out), "lang=sv"]) == 0
    (section,) = write_stress(open_result(out), "sv")
    told = [item.replace("\xa0", " ") for block in section.blocks if isinstance(block, Points) for item in block.items]
    assert "målet cap (2026) missas med 1,5 kt" in told
    charts = {block.key for block in section.blocks if isinstance(block, Chart)}
    assert charts >= {"stress_costs", "stress_spread_1", "stress_worst", "stress_chances_1", "stress_ranked"}
    assert "stress_failures" in charts
    tables = {block.key for block in section.blocks if isinstance(block, Table)}
    assert tables >= {"stress_summary", "stress_targets", "stress_ranked", "stress_failures"}
    assert {path.name for path in (out / "figures").iterdir()} >= {"stress_costs.svg", "stress_costs.png"}
    page = tmp_path / "sida.html"
    assert main(["report", str(out), "--out", str(page)]) == 0
    assert "Så ofta nås varje mål" in page.read_text(encoding="utf-8")
    assert main(["workbook", str(out), "--out", str(tmp_path / "bok.xlsx")]) == 0


def test_published_levels_are_the_numbers_of_the_circumstances() -> None:
    """Each choice is a level of `levels.csv` over the level here: 152.10 / 52.0 = 2.925."""
    from runners.analyses.stress.circumstances import FOLDER

    with (FOLDER / "levels.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for driver, name, key in (
        ("se4", "se4_years", "adjust.price.electricity"),
        ("se4", "lund", "adjust.price.electricity"),
        ("ets2", "ets2_forecasts", "adjust.account_price.ets2"),
    ):
        levels = [float(row["value"]) / float(row["level_here"]) for row in rows if row["driver"] == driver]
        assert read_circumstance(name).parts["settings"][key]["choices"] == pytest.approx(levels, abs=5e-4)
        assert all(row["source"] for row in rows)
