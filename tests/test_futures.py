"""One plan for several futures, in a town reckoned by hand; its folder, its words, and mistakes in its tables.

Heat of 10 a year in 2025 and 2026 is bought at 2, or made by a pump: 2.8 per MW, 1 GWh a year. Heat may become dear (3)
or cheap (0.5), and what begins in 2025 is begun before that is known. A MW of 2025 saves 6 or 1, one of 2026 3 or 0.5.

    by itself     dear: 10 MW in 2025, 28;  cheap: all bought, 10
    begun now     28 in both
    waiting       dear: 30 bought in 2025 and 10 MW in 2026, 58;  cheap: 10
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hand import assert_close
from town import build_town

from conf.words import LANGUAGES
from model.compiled.blocks_risk import Measure
from model.solver.blocks_solve import Joint, solve_apart
from model.solver.solution import SolverOptions, Status
from model.verifier.shared import find_unshared
from runners.analyses.futures import together
from runners.analyses.futures.design import Design, Future, read_design
from runners.analyses.futures.draws import draw_numbers
from runners.analyses.futures.found import Asked, Found, Method, NoTogether, Unshared
from runners.analyses.futures.reducing import reduce_design
from runners.analyses.futures.screen import draw_screen
from runners.analyses.futures.search import find_futures
from runners.analyses.futures.tables import describe_found, tabulate_found
from runners.analyses.rolling.roll import Sight
from runners.cli import main
from runners.family import Family
from runners.results.result import Result, make_result, open_result
from runners.views.section import Chart, Table
from runners.views.subjects.futures import read_worth, write_futures
from scenarios.choices import Choices
from scenarios.errors import CaseError

DEAR, CHEAP = {"adjust.price.heat": 1.5}, {"adjust.price.heat": 0.25}


def draw_town(**pump: Any) -> dict[str, Any]:
    made = {"technology": "pump", "measure": "yes", "buildable": "yes", "yield": 1, "flow": {"heat": 1}}
    return {
        "case": {"first_year": 2025, "last_year": 2026},
        "commodities": [{"commodity": "heat", "demand": 10, "purchase_price": 2}],
        "technologies": [{**made, "capex": 2.8, "most_build": 10, "life": 10, **pump}],
        "accounts": [{"account": "co2", "factor_purchase": {"heat": 0.1}}],
        "targets": [{"target": "low", "account": "co2", "year": 2026, "value": 0.5, "mode": "priced", "price": 0}],
    }


@cache
def plain_family() -> Family:
    return town_family(yields=1)


def town_family(yields: float | None = None, **pump: Any) -> Family:
    if not pump and yields is None:
        return plain_family()
    return Family(build_town(**draw_town(**pump)), Choices(salvage="none"), SolverOptions(threads=1, gap=0.0))


def find(chance: float, until: int = 2026, pump: dict[str, Any] | None = None, **asked: Any) -> Found:
    futures = Future("dear", DEAR, chance), Future("cheap", CHEAP, 1.0 - chance)
    return find_futures(town_family(**(pump or {})), {}, Design(futures, ()), Asked(until, **asked))


def begun(found: Found) -> list[float]:
    return [float(ending.plan["build"].sel(technology="pump", vintage=2025)) for ending in found.endings]


def test_with_a_small_chance_of_dear_heat_the_pump_waits() -> None:
    """0.25 * 58 + 0.75 * 10 = 22 against 28; known beforehand 0.25 * 28 + 0.75 * 10 = 14.5."""
    found = find(0.25)
    assert_close(begun(found), [0, 0])
    assert_close([ending.cost for ending in found.endings], [58, 10])
    assert_close([found.expect("cost"), found.expect("least"), found.perfect, found.stochastic], [22, 14.5, 7.5, 0])


def test_with_even_chances_it_is_begun_now() -> None:
    """28 against 0.5 * 58 + 0.5 * 10 = 34; known beforehand 19."""
    found = find(0.5)
    assert_close(begun(found), [10, 10])
    assert_close([found.expect("cost"), found.perfect], [28, 9])


def test_expected_numbers_mislead_where_chances_are_nearly_even() -> None:
    """At 0.37 waiting costs 27.76. The expected price is 1.425: a MW saves 2.85 of 2.8, and would be begun: 28."""
    found = find(0.37)
    assert_close(begun(found), [0, 0])
    assert_close([found.expect("cost"), found.expect("expected"), found.stochastic], [27.76, 28, 0.24])
    assert_close(found.mean_cost, 28)


def test_nothing_shared_is_knowing_and_everything_shared_is_one_plan() -> None:
    """Until 2025: each by itself, 16.66. Until 2027 all begins alike: 28 now, or 0.37 * 60 + 0.63 * 10 = 28.5."""
    assert_close(find(0.37, 2025).expect("cost"), 16.66)
    whole = find(0.37, 2027)
    assert_close(whole.expect("cost"), 28)
    assert_close(begun(whole), [10, 10])


def test_least_regret_begins_a_part() -> None:
    """b MW: dear regrets 3 (10 - b), cheap 1.8 b: 6.25 MW and 11.25. In units of 5: 15 with one, 18 with two."""
    found = find(0.5, measure=Measure.REGRET)
    assert begun(found) == pytest.approx([6.25, 6.25], abs=1e-5)
    assert found.value == pytest.approx(11.25, abs=1e-5)
    whole = find(0.5, pump={"unit_size": 5}, measure=Measure.REGRET)
    assert_close(begun(whole), [5, 5])
    assert whole.value == pytest.approx(15, abs=1e-5)


def test_the_worst_and_the_tail_begin_it_now() -> None:
    """Whatever its chance, the worst future costs 58 when waiting and 28 when not; so does the worst half."""
    assert find(0.1, measure=Measure.WORST).value == pytest.approx(28, abs=1e-5)
    assert find(0.5, measure=Measure.CVAR, alpha=0.5).value == pytest.approx(28, abs=1e-5)


def test_what_is_missed_may_be_looked_at_instead_of_the_cost() -> None:
    """Bought heat of 2026 emits 1 kt, 0.5 are free. 5 MW begun now cost 25 in all and miss nothing; waiting costs 22.

    So half a kt of the worst half, which is cheap heat, is worth 3: at a price of 4 a kt it is missed, at 10 it is not.
    """
    for weight, missed, now in ((4.0, 0.5, 0.0), (10.0, 0.0, 5.0)):
        found = find(0.25, measure=Measure.CVAR, alpha=0.5, weight=weight, of="misses")
        assert float(found.endings[1].value) == pytest.approx(missed, abs=1e-6)
        assert begun(found) == pytest.approx([now, now], abs=1e-4)
        assert float(found.endings[1].plan["missed"].sum()) == pytest.approx(missed, abs=1e-4)


def test_one_future_is_the_plan_itself() -> None:
    family = town_family()
    found = find_futures(family, {}, Design((Future("only", DEAR, 1.0),), ()), Asked(2026))
    assert_close(found.endings[0].cost, float(family.solve(DEAR).plan.attrs["objective"]))
    assert_close([found.perfect, found.stochastic], [0, 0])


def test_a_tree_parts_in_two_years() -> None:
    """Over three years dear and cheap part in 2026, cheap and cheapest in 2027: those two begin alike until then."""
    tables = draw_town() | {"case": {"first_year": 2025, "last_year": 2027}}
    family = Family(build_town(**tables), Choices(salvage="none"), SolverOptions(threads=1, gap=0.0))
    futures = (
        Future("cheapest", {"adjust.price.heat": 0.1}, 0.3, "cheap", 2027),
        Future("cheap", {"adjust.price.heat": 1.2}, 0.3),
        Future("dear", DEAR, 0.4),
    )
    found = find_futures(family, {}, Design(futures, ()), Asked(2026))
    names = [ending.future.name for ending in found.endings]
    assert names == ["cheap", "dear", "cheapest"]
    builds = [ending.plan["build"].sel(technology="pump").values for ending in found.endings]
    assert_close(builds[0][:2], builds[2][:2])
    assert_close(builds[0][0], builds[1][0])


def test_a_future_without_a_plan_is_set_aside_with_its_reason() -> None:
    """With a hard cap and no pump there is no plan; the others share its probability."""
    tables = draw_town()
    tables["targets"] = [{"target": "low", "account": "co2", "year": 2026, "value": 0.5, "mode": "hard"}]
    family = Family(build_town(**tables), Choices(salvage="none"), SolverOptions(threads=1, gap=0.0))
    futures = (
        Future("dear", DEAR, 0.25),
        Future("none", {"adjust.most_build.pump": 0.01}, 0.5),
        Future("cheap", CHEAP, 0.25),
    )
    found = find_futures(family, {}, Design(futures, ()), Asked(2026))
    assert [ending.future.name for ending in found.endings] == ["dear", "cheap"]
    assert_close(found.weights, [0.5, 0.5])
    table = tabulate_found(found)["futures"]
    row = table[table["future"] == "none"].iloc[0]
    assert (row["status"], row["reason"]) == ("aside", "infeasible")
    told = " ".join(draw_screen(make(found), Path("svar"), 1.0, [], "sv").split())
    assert "Skäl: Det finns ingen plan: dessa mål och regler kan inte gälla samtidigt." in told


def test_a_first_step_that_is_not_enough_lacks_at_a_price() -> None:
    """Heat cannot be bought in 2026 and the pump begins in 2025 alone. Demand is 10, but 20 in a future of 0.1.

    At 2.8 a MW all 20 begin: 56. Expected numbers ask for 11, and in the large future 9 GWh are lacking: 30.8 + 900.
    """
    tables = draw_town(most_build={2025: 30, 2026: 0})
    tables["commodities"] = [{"commodity": "heat", "demand": {2025: 0, 2026: 10}}]
    tables["accounts"] = [{"account": "co2"}]
    family = Family(build_town(**tables), Choices(salvage="none"), SolverOptions(threads=1, gap=0.0))
    futures = Future("large", {"adjust.demand.heat": 2.0}, 0.1), Future("plain", {}, 0.9)
    found = find_futures(family, {}, Design(futures, ()), Asked(2026))
    assert_close([ending.cost for ending in found.endings], [56, 56])
    assert [ending.tried.strained for ending in found.endings] == [True, False]
    assert_close([ending.expected for ending in found.endings], [30.8 + 900, 30.8])


@pytest.mark.slow
def test_futures_that_nothing_serves_together_say_so() -> None:
    """One asks for at least 5 MW in 2025, the other for at most 1."""
    futures = (
        Future("much", {"set.least_build.pump.2025": 5.0}, 0.5),
        Future("little", {"set.most_build.pump.2025": 1.0, "set.least_build.pump.2025": 0.5}, 0.5),
    )
    with pytest.raises(NoTogether) as raised:
        find_futures(town_family(least_build={2025: 2}), {}, Design(futures, ()), Asked(2026))
    assert raised.value.tell("en").startswith("Each future has a plan by itself, but nothing that begins now")


def test_a_future_of_another_structure_is_refused() -> None:
    futures = Future("dear", DEAR, 0.5), Future("capped", {"set.most_capacity.pump": 5.0}, 0.5)
    with pytest.raises(CaseError) as raised:
        find_futures(town_family(), {}, Design(futures, ()), Asked(2026))
    assert raised.value.problems[0].tell("en").startswith("futures.csv: the future 'capped' gives another program")


def test_plans_that_begin_differently_are_found() -> None:
    plans = [ending.plan for ending in find(0.5).endings]
    assert find_unshared(plans, [(0, 1, 2026)]) == []
    other = plans[1].copy(deep=True)
    other["build"].loc[{"technology": "pump", "vintage": 2025}] += 0.1
    (broken,) = find_unshared([plans[0], other], [(0, 1, 2026)])
    assert (broken.decision, broken.labels) == ("build", ("pump", 2025))
    assert broken.difference == pytest.approx(0.1)
    assert Unshared([broken], ["dear", "cheap"]).tell("en") == (
        "The futures dear and cheap begin differently though they have not parted: build (pump, 2025) differs by 0.1."
        " That is our fault; keep the folder and report it."
    )


def write_folder(place: Path, **tables: str) -> Path:
    place.mkdir(exist_ok=True)
    for name, text in tables.items():
        (place / f"{name}.csv").write_text(text, encoding="utf-8")
    return place


FUTURES = "future,setting,years,value\ndear,adjust.price.heat,,1.5\ncheap,adjust.price.heat,,0.25\n"


def test_tables_are_read_as_they_stand(tmp_path: Path) -> None:
    chances = "future,probability,parent,year\ndear,0.25,,\ncheap,0.5,,\ncalm,0.25,cheap,2026\n"
    design = read_design(write_folder(tmp_path, futures=FUTURES, probabilities=chances), [2025, 2026], 10, 0)
    assert [(future.name, future.probability) for future in design.futures] == [
        ("dear", 0.25),
        ("cheap", 0.5),
        ("calm", 0.25),
    ]
    assert design.futures[1].settings == CHEAP
    assert design.futures[2].settings == {}
    assert (design.futures[2].parent, design.futures[2].year) == ("cheap", 2026)


def test_years_end_the_key_and_decimal_commas_are_read(tmp_path: Path) -> None:
    rows = "future;setting;years;value\ndear;adjust.price.heat;2026;1,5\n"
    design = read_design(write_folder(tmp_path, futures=rows), [2025, 2026], 10, 0)
    assert design.futures[0].settings == {"adjust.price.heat.2026": 1.5}


def test_every_mistake_of_a_folder_is_told_at_once(tmp_path: Path) -> None:
    rows = "future,setting,years,value\n,adjust.price.heat,,1\ndear,adjust.price.heat,,x\n"
    chances = "future,probability,parent,year\na,0.5,b,2026\nb,1.5,a,2031\nb,0.1,c,\n"
    ranges = (
        "setting,distribution,low,high,mode,group,correlation\n"
        "adjust.price.heat,uniform,2,1,,,\nadjust.capex.all,uniform,1,2,,g,1.5\n"
    )
    folder = write_folder(tmp_path, futures=rows, probabilities=chances, uncertain=ranges)
    with pytest.raises(CaseError) as raised:
        read_design(folder, [2025, 2026], 10, 0)
    assert [problem.tell("en") for problem in raised.value.problems[:4]] == [
        "uncertain.csv row 2: the range goes from 2 to 1. Write the lower number first.",
        "uncertain.csv row 3, column 'correlation': 1.5 must be from 0 to 1."
        " Numbers that move opposite ways do not belong to one group.",
        "futures.csv row 2, column 'future': the cell is blank. Write a name or a key, or remove the row.",
        "futures.csv row 3, column 'value': 'x' is no finite number. Write a number such as 1.2.",
    ]
    keys = [problem.key for problem in raised.value.problems]
    assert keys == [
        "design_range_order",
        "futures_correlation",
        "futures_blank",
        "futures_number",
        "futures_probability",
        "futures_year",
        "futures_weighed_twice",
        "futures_parent",
        "futures_year_blank",
        "futures_unweighed",
    ]


def test_a_name_that_steers_a_terminal_is_told_and_goes_no_farther(tmp_path: Path) -> None:
    """Such a future was solved, and then killed the process that draws pictures."""
    folder = write_folder(tmp_path, futures="future,setting,years,value\na\x1b[31m,adjust.price.heat,,1\n")
    with pytest.raises(CaseError) as raised:
        read_design(folder, [2025, 2026], 10, 0)
    assert [problem.tell("sv") for problem in raised.value.problems] == [
        "futures.csv rad 2, kolumn 'future': 'a\ufffd[31m' innehåller styrtecknet U+001B, som inte syns och som ändrar "
        "hur text visas. Skriv om cellen utan det."
    ]


@pytest.mark.parametrize(
    ("chances", "swedish", "english"),
    [
        (
            "future,probability\ndear,0.5\ncheap,0.4\n",
            "probabilities.csv, kolumn 'probability': sannolikheterna summerar till 0.9, inte till 1."
            " Ändra någon av dem.",
            "probabilities.csv, column 'probability': the probabilities sum to 0.9, not to 1. Change one of them.",
        ),
        (
            "future,probability,parent,year\ndear,0.5,cheap,2026\ncheap,0.5,dear,2026\n",
            "probabilities.csv rad 2, kolumn 'parent': framtiderna skiljs från varandra i en ring: dear → cheap → dear."
            " Låt en av dem stå utan parent.",
            "probabilities.csv row 2, column 'parent': the futures part from each other in a ring: dear → cheap → dear."
            " Leave one of them without a parent.",
        ),
    ],
)
def test_chances_that_do_not_sum_and_rings_are_refused(
    chances: str, swedish: str, english: str, tmp_path: Path
) -> None:
    folder = write_folder(tmp_path, futures=FUTURES, probabilities=chances)
    with pytest.raises(CaseError) as raised:
        read_design(folder, [2025, 2026], 10, 0)
    (problem,) = raised.value.problems
    assert [problem.tell(lang) for lang in LANGUAGES] == [swedish, english]


def test_a_group_moves_together_and_a_correlation_is_what_it_says(tmp_path: Path) -> None:
    """Ranks of a tied pair are the same; of one with a correlation of 0.6 about 0.6; of two groups about nothing."""
    from scipy.stats import spearmanr

    head = "setting,distribution,low,high,group,correlation\n"
    rows = "a,uniform,0,1,tied,\nb,uniform,5,9,tied,\nc,uniform,0,1,loose,0.6\nd,uniform,0,1,loose,0.6\n"
    uncertain = read_design(write_folder(tmp_path, uncertain=head + rows), [2025], 2, 0).uncertain
    drawn = draw_numbers(uncertain, 2_000, 1)
    ranks = np.asarray(spearmanr(np.array([[one[key] for key in "abcd"] for one in drawn])).statistic)
    assert ranks[0, 1] == pytest.approx(1.0)
    assert ranks[2, 3] == pytest.approx(0.6, abs=0.06)
    assert abs(ranks[0, 2]) < 0.06
    assert drawn == draw_numbers(uncertain, 2_000, 1)


def test_fresh_futures_try_what_begins_now(tmp_path: Path) -> None:
    """The pump begun now costs 28 whatever the price of heat: so does every fresh future."""
    ranges = "setting,distribution,low,high\nadjust.price.heat,uniform,1.4,1.6\n"
    design = read_design(write_folder(tmp_path, uncertain=ranges), [2025, 2026], 3, 0)
    assert design.drawn
    found = find_futures(town_family(), {}, design, Asked(2026, fresh=4))
    assert_close([tried.cost for tried in found.fresh], [28] * 4)
    assert not any(tried.strained for tried in found.fresh)


def test_the_screen_says_what_begins_now_and_what_waits() -> None:
    result = make(find(0.37))
    shown = draw_screen(result, Path("svar"), 1.0, [], "sv").replace("\xa0", " ")
    assert "2 framtider. Det som påbörjas före 2026 är lika i alla" in shown
    assert "27,8 mnkr  väntad kostnad (10,0 till 58,0 i framtiderna)" in shown
    assert "11,1 mnkr  vore det värt att veta i förväg" in shown
    assert "- Åtgärder som påbörjas före 2026, lika i alla framtider: 0." in shown
    english = draw_screen(result, Path("answer"), 1.0, [], "en")
    assert "0.2 MSEK  is it worth to plan for all futures and not for expected numbers" in english
    assert "Against the plan for expected numbers it is dearer in 1 of 2 futures (by 30.0 MSEK at most)" in english


def test_the_tables_say_the_same_as_the_found() -> None:
    tables = tabulate_found(find(0.37))
    assert tables["waiting"].iloc[0][["technology", "share", "most"]].tolist() == ["pump", pytest.approx(0.37), 10.0]
    decisions = tables["decisions"].iloc[0]
    assert decisions[["technology", "year"]].tolist() == ["pump", 2025]
    assert_close([decisions["begun"], decisions["expected"], decisions["difference"]], [0, 10, -10])
    met = tables["targets"]
    assert met["probability"].tolist() == pytest.approx([0.37])
    path = tables["paths"].query("year == 2025").iloc[0]
    assert_close([path["least"], path["middle"], path["most"]], [1, 1, 1])


@pytest.mark.slow
def test_the_command_writes_a_folder_that_reads_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import test_cli

    town = test_cli.write_case(tmp_path / "stad", cap=100.0)
    rows = "future,setting,years,value\ndear,adjust.price.power,,1.5\ncheap,adjust.price.power,,0.5\n"
    folder = write_folder(tmp_path / "design", futures=rows)
    out = tmp_path / "svar"
    words = [f"case.path={town}", test_cli.NO_SALVAGE, f"risk.path={folder}", "risk.decide_until=2026", f"out={out}"]
    assert main(["futures", *words]) == 0
    assert "en plan för flera framtider" in capsys.readouterr().out
    content = json.loads((out / "futures.json").read_text(encoding="utf-8"))
    assert (content["futures"], content["decide_until"]) == (2, 2026)
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["design"]) == {"futures.csv"}
    result = open_result(out)
    assert result.tables["futures"]["future"].tolist() == ["dear", "cheap"]
    assert {path.stem for path in (out / "figures").iterdir()} >= {"futures_regret", "futures_chances"}
    assert main(["report", str(out), "--out", str(tmp_path / "sida.html")]) == 0
    page = (tmp_path / "sida.html").read_text(encoding="utf-8")
    assert "Smalltown: one plan for several futures" in page
    assert "Småstad: en plan för flera framtider" in page
    from openpyxl import load_workbook

    assert main(["workbook", str(out), "--out", str(tmp_path / "bok.xlsx")]) == 0
    cells = [str(cell) for sheet in load_workbook(tmp_path / "bok.xlsx") for row in sheet.values for cell in row]
    assert "dear" in cells
    assert any("Påbörjas före 2026" in cell for cell in cells)


def test_every_picture_of_futures_has_its_table() -> None:
    """What waits, hangs and is regretted; a chart without numbers beside it is a picture to believe in."""
    for lang in LANGUAGES:
        (section,) = write_futures(make(find(0.37)), lang)
        charts = [block.key for block in section.blocks if isinstance(block, Chart)]
        tables = {block.key for block in section.blocks if isinstance(block, Table)}
        assert charts[:3] == ["futures_waiting", "futures_regret", "futures_chances"]
        assert tables >= {"futures_decisions", "futures_waiting", "futures_endings", "futures_chances", "futures_worth"}
        assert all(f"{key}_table" in tables for key in charts if key.startswith("futures_path"))


def make(found: Found) -> Result:
    return make_result("futures", describe_found(found), tabulate_found(found))


def test_a_plan_made_anew_is_followed_through_every_future() -> None:
    """The forecast is 2. What is true of 2025 shows: dear 3 + 2 saves 5 of 2.8, cheap 0.5 + 2 saves 2.5: 28 and 10."""
    found = find(0.37, sight=Sight())
    assert_close([ending.rolled for ending in found.endings], [28, 10])
    result = make(found)
    assert_close(read_worth(result, "rolled"), 16.66)
    shown = draw_screen(result, Path("answer"), 1.0, [], "en")
    assert "it costs 16.7 MSEK on average: 0.0 MSEK more than had the future been known." in " ".join(shown.split())


@pytest.mark.parametrize(
    ("words", "swedish"),
    [
        (["risk.measure=mode"], "risk.measure=mode: "),
        (["risk.alpha=1"], "risk.alpha=1: "),
        (["risk.decide_until=1999"], "risk.decide_until=1999: året ska vara från"),
        (["risk.of=honour"], "risk.of=honour: "),
        (["risk.path=/nowhere/at/all"], "risk.path=/nowhere/at/all: det finns ingen sådan mapp."),
        ([], "risk.path: fallet har ingen egen mapp med framtider"),
    ],
)
def test_what_cannot_be_asked_ends_with_2(
    words: list[str], swedish: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import test_cli

    town = test_cli.write_case(tmp_path / "stad", cap=100.0)
    assert main(["futures", f"case.path={town}", *words]) == 2
    assert capsys.readouterr().err.startswith(swedish)


def test_whole_units_against_every_number_of_them() -> None:
    """Pumps of 5 MW, none, one or two now: each carried through both futures is no cheaper than what is found."""
    from model.solver.facts import Facts
    from model.solver.least import solve_task
    from model.solver.stages import pose_task

    family = town_family(unit_size=5)
    programs = [family.revise(settings) for settings in (DEAR, CHEAP)]
    labels = programs[0].program.column_labels
    begun_now = [("build", ("pump", 2025)), ("units", ("pump", 2025))]
    places = [j for j, label in enumerate(labels) if (label.family, label.index) in begun_now]
    sizes = np.array([5.0 if labels[j].family == "build" else 1.0 for j in places])
    for chance in (0.2, 0.37, 0.6):
        tried = []
        for units in range(3):
            facts = Facts(np.array(places), units * sizes)
            held = [pose_task(facts.hold(program), "cost") for program in programs]
            costs = [solve_task(task, family.options).objective for task in held]
            tried.append(chance * costs[0] + (1 - chance) * costs[1])
        futures = Future("dear", DEAR, chance), Future("cheap", CHEAP, 1.0 - chance)
        found = find_futures(family, {}, Design(futures, ()), Asked(2026))
        assert_close(found.expect("cost"), min(tried))


def test_permuted_and_split_futures_and_a_tail_of_all_are_the_same_plan() -> None:
    """27.76 as above: cheap first; cheap twice, at 0.33 and 0.3; the tail of all futures."""
    dear, cheap = Future("dear", DEAR, 0.37), Future("cheap", CHEAP, 0.63)
    halves = Future("cheap", CHEAP, 0.33), Future("also cheap", CHEAP, 0.3)
    for futures in ((cheap, dear), (dear, *halves)):
        assert_close(find_futures(plain_family(), {}, Design(futures, ()), Asked(2026)).expect("cost"), 27.76)
    assert_close(find(0.37, measure=Measure.CVAR, alpha=0.0).expect("cost"), 27.76)


def test_equal_futures_are_one() -> None:
    """Two dear ones: 28, nothing to know and nothing to regret."""
    twins = Future("a", DEAR, 0.5), Future("b", DEAR, 0.5)
    found = find_futures(plain_family(), {}, Design(twins, ()), Asked(2026, measure=Measure.REGRET))
    assert_close([found.expect("cost"), found.perfect, found.value], [28, 0, 0])


def test_cuts_and_one_program_give_the_town_the_same_plan() -> None:
    """27.76 either way, and knowing is worth 11.10 (`risk.method`)."""
    found = find(0.37, method=Method.CUTS)
    assert found.joint.rounds > 0
    assert_close([found.value, found.bound, found.perfect], [27.76, 27.76, 11.10])


@pytest.mark.parametrize("measure", [Measure.WORST, Measure.REGRET, Measure.CVAR])
def test_cuts_and_one_program_give_the_town_the_same_of_every_measure(measure: Measure) -> None:
    cuts, one = (find(0.37, method=method, measure=measure, alpha=0.5) for method in (Method.CUTS, Method.BLOCK))
    assert cuts.joint.rounds > 0
    assert one.joint.rounds == 0
    assert_close([cuts.value, cuts.bound, cuts.expect("cost")], [one.value, one.bound, one.expect("cost")])


def test_a_gap_that_cuts_leave_open_is_searched_on_as_one_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cuts that end early at 28 with nothing known below 10: the block finds 27.76 in the time that is left."""

    def end_early(*given: Any, **known: Any) -> Joint:
        found = solve_apart(*given, **known)
        return replace(found, status=Status.TIME_LIMIT, value=28.0, bound=10.0)

    monkeypatch.setattr(together, "LARGE", 1)
    monkeypatch.setattr(together, "solve_apart", end_early)
    found = find(0.37)
    assert found.joint.status is Status.OPTIMAL
    assert_close([found.joint.value, found.joint.bound], [27.76, 27.76])


def test_two_futures_stand_for_seven() -> None:
    """The middle of all is kept first: 1.3, with distances 0.3 + 0.2 + 0.1 + 0.7 + 0.8 + 1.0 = 3.1 (deviations fall
    out of the error). With 2.1 besides 0.3 + 0.2 + 0.1 + 0.1 + 0.2 = 0.9 are left; with 2.0 1.0, with 1.1 2.7.
    """
    prices = (1.0, 1.1, 1.2, 1.3, 2.0, 2.1, 2.3)
    futures = tuple(Future(f"{price}", {"adjust.price.heat": price}, 1 / 7) for price in prices)
    reduced = reduce_design(Design(futures, ()), 2)
    assert [future.name for future in reduced.design.futures] == ["1.3", "2.1"]
    assert_close([future.probability for future in reduced.design.futures], [4 / 7, 3 / 7])
    assert [kept for _, kept, _ in reduced.stands] == ["1.3"] * 4 + ["2.1"] * 3
    assert reduced.error == pytest.approx(0.9 / 3.1)
    assert reduce_design(Design(futures, ()), 7).error == 0.0


def test_the_error_of_fewer_futures_is_told_on_the_screen() -> None:
    """One of two equally likely futures stands for both: as far off as a single one can be, which is all of it."""
    futures = Future("dear", DEAR, 0.5), Future("cheap", CHEAP, 0.5)
    reduced = reduce_design(Design(futures, ()), 1)
    found = find_futures(town_family(), {}, reduced.design, Asked(2026))
    result = make(replace(found, stands=reduced.stands, reduced_error=reduced.error))
    shown = " ".join(draw_screen(result, Path("answer"), 1.0, [], "en").split())
    assert "1 of 2 futures are chosen so that the others lie as near to one of them as possible" in shown
    assert "Left is 100.0 % of the distance that a single future would leave." in shown
    assert result.tables["reduced"]["stands"].tolist() == ["dear", "dear"]


def test_a_tail_of_too_few_futures_is_said() -> None:
    """Of two futures the worst fifth is less than one of them: ten in the tail are fifty in all."""
    result = make(find(0.5, measure=Measure.CVAR, alpha=0.8))
    told = {lang: " ".join(draw_screen(result, Path("answer"), 1.0, [], lang).split()) for lang in LANGUAGES}
    assert "2 framtider är få för de värsta: medlet av dem hänger på ett fåtal. Minst 50 behövs." in told["sv"]
    assert "2 futures are few for the worst: their mean hangs on a handful. At least 50 are needed." in told["en"]


def test_futures_of_a_tree_are_not_left_out() -> None:
    futures = (Future("a", {}, 0.5), Future("b", {}, 0.5, "a", 2026))
    with pytest.raises(CaseError) as raised:
        reduce_design(Design(futures, ()), 1)
    assert [problem.tell(lang) for problem in raised.value.problems for lang in LANGUAGES] == [
        "risk.keep=1: framtider med föräldrar (probabilities.csv) kan inte väljas bort: barnen skulle stå utan. Ta "
        "bort risk.keep, eller skriv framtiderna utan parent.",
        "risk.keep=1: futures with parents (probabilities.csv) cannot be left out: children would stand without. Leave "
        "out risk.keep, or write the futures without parent.",
    ]


def test_least_miss_comes_before_cost_in_every_future() -> None:
    """Heat bought in 2026 emits 1 kt, 0.5 are free: with target=nearest every future has 5 MW by then.

    Begun now: dear 14 + 15 + 14 = 43, cheap 14 + 2.5 + 2.5 = 19, so 0.25 * 43 + 0.75 * 19 = 25; ten now 28, none now
    0.25 * 58 + 0.75 * 21.5 = 30.6. Known beforehand 0.25 * 28 + 0.75 * 19 = 21.25. Priced at nothing it waited, 22.
    """
    town = draw_town()
    (low,) = town["targets"]
    town["targets"] = [{**low, "mode": "nearest", "price": 1}]
    family = Family(build_town(**town), Choices(salvage="none"), SolverOptions(threads=1, gap=0.0))
    futures = Future("dear", DEAR, 0.25), Future("cheap", CHEAP, 0.75)
    found = find_futures(family, {}, Design(futures, ()), Asked(2026))
    assert begun(found) == pytest.approx([5, 5], abs=1e-4)
    ends = [found.expect("cost"), found.expect("least"), found.stochastic]
    assert ends == pytest.approx([25, 21.25, 0], abs=1e-4)


def test_cuts_are_refused_for_what_they_cannot_do() -> None:
    with pytest.raises(CaseError) as raised:
        find(0.5, method=Method.CUTS, measure=Measure.WORST, of="misses")
    assert [problem.tell(lang) for problem in raised.value.problems for lang in LANGUAGES] == [
        "risk.method=cuts: framtid för framtid (risk.method=cuts) går bara för kostnader i två steg: skriv "
        "risk.of=cost och låt alla framtider skiljas i samma år, eller ta risk.method=block.",
        "risk.method=cuts: future by future (risk.method=cuts) goes for costs in two stages alone: write "
        "risk.of=cost and let all futures part in one year, or take risk.method=block.",
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("weight", "lost", "cost"), [(0.5, 9, 5.25), (1.0, 0, 12)])
def test_what_the_company_pays_may_be_looked_at(weight: float, lost: float, cost: float) -> None:
    """A GWh of its plant saves the city 3 of 12 and loses the company 4, of which it may lose 9: 2.25 GWh (12 - 6.75).

    At half a krona a krona lost costs 2 and is worth it, at a whole one 4 and is not.
    """
    from test_towns_finance_participation import plant_town

    family = Family(build_town(**plant_town(most_loss=9)), Choices(salvage="none", perspective="city"))
    asked = Asked(2025, measure=Measure.CVAR, alpha=0.0, weight=weight, of="net_cost.company")
    found = find_futures(family, {}, Design((Future("one", {}, 1.0),), ()), asked)
    assert found.endings[0].value == pytest.approx(lost, abs=1e-5)
    assert found.expect("cost") == pytest.approx(cost, abs=1e-4)


def test_what_an_actor_pays_is_not_known_where_nobody_asks() -> None:
    from test_towns_finance_participation import plant_town

    family = Family(build_town(**plant_town()), Choices(salvage="none"))
    asked = Asked(2025, measure=Measure.WORST, of="net_cost.company")
    with pytest.raises(CaseError) as raised:
        find_futures(family, {}, Design((Future("one", {}, 1.0),), ()), asked)
    assert [problem.tell(lang) for problem in raised.value.problems for lang in LANGUAGES] == [
        "risk.of=net_cost.company: planen räknar inte vad company betalar i allt. Planera ur dess perspektiv "
        "(finance.perspective=company), eller ge den en gräns för vad den får förlora (most_loss i finances.csv) när "
        "någon annans perspektiv gäller.",
        "risk.of=net_cost.company: the plan does not reckon what company pays in all. Plan from its perspective "
        "(finance.perspective=company), or give it a limit on what it may lose (most_loss in finances.csv) where "
        "another's perspective holds.",
    ]
