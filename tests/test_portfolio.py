"""Cases planned together: what is refused, in whole sentences, what is verified, and what a user sees."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from paying import grant, paying_town, road_in
from shared_towns import HEAD, heat_town, plan_together, write_cases
from town import build_town, write_town

from model.compiled.sparse import COST
from model.solver.pricing import CLOSE, find_least_bound
from model.solver.sessions import open_session
from model.solver.solution import SolverOptions
from model.verifier.links import LinksRefused, find_violations
from runners.analyses.portfolio.crew import Job
from runners.analyses.portfolio.joining import check_drawn, join_links
from runners.analyses.portfolio.member import Member, weigh_task
from runners.analyses.portfolio.solving import BLOCK, PRICES
from runners.analyses.portfolio.study import plan_portfolio
from runners.cli import main
from runners.exchange.new_portfolio import write_portfolio
from runners.family import Family
from scenarios.choices import Choices
from scenarios.errors import CaseError
from scenarios.links import LINKS, read_links
from scenarios.recipes.facts import find_facts

NAMES = ["alvik", "bro"]


def refusal(folder: Path, links: str, shares: str = "", lang: str = "en") -> list[str]:
    """What is said of links that cannot be read."""
    folder.mkdir(exist_ok=True)
    (folder / "links.csv").write_text(links if links.startswith("link") else HEAD + links, encoding="utf-8")
    if shares:
        (folder / "shares.csv").write_text(shares, encoding="utf-8")
    with pytest.raises(CaseError) as refused:
        read_links(folder, NAMES)
    return [problem.tell(lang) for problem in refused.value.problems]


def test_every_mistake_in_a_row_is_told_at_once(tmp_path: Path) -> None:
    links = "aid,pot,aid,alvika,,2030,2025,all,,many,MSEK,\n"
    assert refusal(tmp_path, links) == [
        "links.csv row 2, column 'last': the window begins in 2030 and ends in 2025. Turn the years around.",
        "links.csv row 2, column 'value': many is no number. Write for example 12.5.",
        "links.csv row 2, column 'kind': pot is none of the words there are: pool, supply, plant, target.",
        "links.csv row 2, column 'span': all is none of the words there are: sum, each.",
        "links.csv row 2, column 'cases': there is no case alvika in the folder. The nearest are: alvik.",
    ]
    assert refusal(tmp_path, links, lang="sv") == [
        "links.csv rad 2, kolumn 'last': fönstret börjar 2030 och slutar 2025. Byt plats på åren.",
        "links.csv rad 2, kolumn 'value': many är inget tal. Skriv till exempel 12.5.",
        "links.csv rad 2, kolumn 'kind': pot är inget av de ord som finns: pool, supply, plant, target.",
        "links.csv rad 2, kolumn 'span': all är inget av de ord som finns: sum, each.",
        "links.csv rad 2, kolumn 'cases': det finns inget fall alvika i mappen. Närmast ligger: alvik.",
    ]


def test_a_file_that_lacks_a_column_or_has_one_too_many_is_told(tmp_path: Path) -> None:
    assert refusal(tmp_path, "link,sort,item\naid,pool,aid\n") == [
        "links.csv: there is no column sort. The nearest are: source, note, last.",
        "links.csv: the column kind is missing. Add it.",
    ]
    assert refusal(tmp_path, ",pool,aid,,,,,,,,,\n") == [
        "links.csv row 2, column 'link': the cell is blank and has to be filled in."
    ]


def test_rows_of_a_link_that_differ_and_limits_that_cannot_be_are_told(tmp_path: Path) -> None:
    links = "aid,pool,aid,,,,,,,-1,MSEK,\naid,pool,help,,,,,,,1,MSEK,\ncap,target,co2,,,,,,,,kt,\np,plant,x,,,,,,,,,\n"
    assert refusal(tmp_path, links) == [
        "links.csv row 2, column 'value': the limit is -1 and cannot be below zero.",
        "links.csv row 3, column 'item': the link aid says help here and aid in row 2. Write the same in all "
        "rows of a link.",
        "links.csv row 4, column 'value': the link cap has no limit, and the cases have none of their own to be "
        "summed. "
        "Write a value.",
        "links.csv row 5, column 'host': the plant p stands in no case. Write which in the column host.",
    ]


def test_shares_of_no_link_no_case_or_no_whole_are_told(tmp_path: Path) -> None:
    shares = "link,case,item,share,cost_share\nq,bro,x,,\np,brå,x,,\np,bro,x,2,0.4\np,bro,x,,0.4\n"
    assert refusal(tmp_path, "p,plant,x,,alvik,,,,,,,\n", shares) == [
        "shares.csv row 2, column 'link': there is no link q in links.csv.",
        "shares.csv row 3, column 'case': there is no case brå in the folder. The nearest are: bro.",
        "shares.csv row 4, column 'share': the share is 2 and has to be from 0 to 1.",
        "shares.csv row 5, column 'case': bro has a row for p already (row 4). Remove one of them.",
        "shares.csv, column 'cost_share': the cost shares of p sum to 0.4 and have to sum to 1.",
    ]


def test_no_links_and_no_cases_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["portfolio", "plan", str(tmp_path / "none"), "lang=en"]) == 2
    assert main(["portfolio", "plan", str(tmp_path), "lang=en"]) == 2
    (tmp_path / "alvik").mkdir()
    (tmp_path / "alvik" / "case.csv").write_text("quantity,value\n")
    assert main(["portfolio", "plan", str(tmp_path), "lang=en"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        f"{tmp_path / 'none'}: there is no such folder.",
        f"{tmp_path}: there are no cases in the folder. Each case is a folder with case.csv, such as fardplan "
        "new writes.",
        f"{tmp_path / 'links.csv'}: there is no such file. Write what the cases share in links.csv: a row for "
        "each grant, "
        "supply, plant or target (docs/portfolio.md).",
    ]


def test_words_that_say_nothing_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (
        ["portfolio"],
        ["portfolio", "plan"],
        ["portfolio", "new"],
        ["portfolio", "plan", "x", "--method", "y"],
    ):
        assert main([*words, "lang=en"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "fardplan portfolio: say what is to be done: plan, new or table, for example fardplan portfolio plan cities.",
        "fardplan portfolio: 0 folders are named, and it has to be one: that with the cases and links.csv.",
        "fardplan portfolio: say where the cases are to go: --out FOLDER.",
        "fardplan portfolio: say which municipalities, --contract-cities for the 23 cities with climate contracts, or "
        "--all for every one.",
        "--method y: there is no 'y'. Choose: block, prices.",
    ]


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Member]]:
    """Two towns, opened; one of them has a grant for which nothing of it begins in time."""
    road = {"road": road_in(2025, 100, life=100)}
    towns = {
        "alvik": paying_town(road, instruments=[grant("aid", {"road": 0.5}, pool=15)], last_year=2026),
        "bro": paying_town(road, instruments=[grant("aid", {"road": 0.5}, first_start=2030, pool=15)], last_year=2026),
    }
    folder = write_cases(tmp_path_factory.mktemp("towns") / "towns", towns, "")
    choices = Choices(salvage="none", perspective="city")
    return folder, [Member(name, folder / name, choices, SolverOptions(), None) for name in NAMES]


def join_towns(members: list[Member], folder: Path) -> None:
    """What `fardplan portfolio plan` does before it looks for prices."""
    read = read_links(folder, NAMES)
    joint = join_links(read, [member.describe() for member in members])
    given = {one.case: (joint.settings[one.case], joint.counted[one.case], len(joint.rows)) for one in members}
    check_drawn(read, joint, {one.case: one.join(*given[one.case]) for one in members})


def refused(towns: tuple[Path, list[Member]], links: str, lang: str = "en") -> list[str]:
    """What is said when cases are joined."""
    folder, members = towns
    (folder / "links.csv").write_text(HEAD + links, encoding="utf-8")
    with pytest.raises(CaseError) as error:
        join_towns(members, folder)
    return [problem.tell(lang) for problem in error.value.problems]


@pytest.mark.slow
def test_links_to_what_is_not_there_are_told(towns: tuple[Path, list[Member]]) -> None:
    assert refused(towns, "aid,pool,aids,,,,,,,1,MSEK,\n") == [
        "links.csv row 2, column 'item': no case has anything called aids. The nearest are: aid."
    ]
    assert refused(towns, "aid,pool,aids,bro,,,,,,1,MSEK,\n") == [
        "links.csv row 2, column 'item': bro has nothing called aids. The nearest are: aid. Correct the name, "
        "or take the "
        "case out of the link."
    ]
    assert refused(towns, "works,supply,road,,,,,,,1,MW2,\n") == [
        "links.csv row 2, column 'unit': the unit is MW2, but the cases count in MW (alvik, bro). Write the limit in "
        "that unit."
    ]
    assert refused(towns, "works,supply,road,,,2040,,,,1,MW,\n") == [
        "links.csv row 2, column 'first': none of the plan's years (2025 to 2026) is in the window. Change "
        "first and last."
    ]
    assert refused(towns, "aid,pool,aid,bro,,,,,,1,MSEK,\n") == [
        "links.csv row 2, column 'item': nobody may draw from aid: no case has a measure that aid can be used "
        "for in those "
        "years. Let some case use it, or remove the link."
    ]
    assert refused(towns, "aid,pool,aid,bro,,,,,,1,MSEK,\n", "sv") == [
        "links.csv rad 2, kolumn 'item': ur aid får ingen ta något: inget fall har en åtgärd som aid kan "
        "användas till under "
        "de åren. Ge något fall rätt till den, eller ta bort länken."
    ]


@pytest.mark.slow
def test_a_case_that_fails_is_named_and_the_others_go_on_when_asked(tmp_path: Path) -> None:
    """Bro has a hard cap of its own that it cannot keep; alvik goes on alone."""
    hard = [{"target": "t", "account": "co2", "year": 2025, "value": -1, "mode": "hard"}]
    towns = {"alvik": heat_town(2), "bro": heat_town(5, targets=hard)}
    folder = write_cases(tmp_path / "fails", towns, "cap,target,co2,,,,,,,8,kt,\n")
    with pytest.raises(CaseError) as error:
        plan_together(folder, "block")
    told = error.value.problems[0].tell("en")
    assert told.startswith("bro: the case cannot be planned: ")
    assert told.endswith("Correct it, or write --keep-going to go on without it.")
    study = plan_together(folder, "block", keep_going=True)
    assert [one.case for one in study.failures] == ["bro"]
    assert study.together["alvik"].cost == pytest.approx(14)


@pytest.mark.slow
def test_cases_of_other_money_or_years_are_not_planned_together(tmp_path: Path) -> None:
    towns = {"alvik": heat_town(2), "bro": heat_town(5, case={"money": "MEUR", "last_year": 2026})}
    folder = write_cases(tmp_path / "other", towns, "cap,target,co2,,,,,,,8,kt,\n")
    with pytest.raises(CaseError) as error:
        plan_together(folder, "block")
    assert [problem.tell("en") for problem in error.value.problems] == [
        "bro: the case counts in MEUR 2025, but alvik in MSEK 2025. Plan them together in the same money and "
        "price year.",
        "bro: the case has the plan years 2025-2026, but alvik has 2025-2025. Give them the same years, for example by "
        "case.first_year and case.last_year.",
    ]


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five towns with a common cap, a supply of fuel, and other costs."""
    towns = {f"town{i}": heat_town(1.5 + 0.7 * i, 3.0 + i) for i in range(5)}
    links = "cap,target,co2,,,,,,,35,kt,\nfuel,supply,fuel,,,,,,,17,GWh,\nsoft,target,co2,town0 town3,,,,,,5,kt,4\n"
    return write_cases(tmp_path_factory.mktemp("five") / "five", towns, links)


@pytest.mark.slow
def test_block_and_prices_agree_on_five_towns(five: Path) -> None:
    block, prices = plan_together(five, "block"), plan_together(five, "prices")
    assert prices.solved.agreement.rounds > 1
    for study in (block, prices):
        assert study.cost == pytest.approx(block.solved.agreement.cost, rel=1e-4)
        assert study.bound <= study.cost + 1e-9
        assert study.gap <= 2 * CLOSE


@pytest.mark.slow
def test_block_and_prices_agree_on_five_cities(tmp_path: Path) -> None:
    """Cities from facts with all that contract cities share, and too little HVO for them: to a ten-thousandth."""
    place = tmp_path / "cities"
    write_portfolio(place, [find_facts(name) for name in ("Lund", "Helsingborg", "Umeå", "Järfälla", "Mariestad")])
    links = (place / LINKS).read_text(encoding="utf-8")
    scarce = {"link": "scarce", "kind": "supply", "item": "hvo", "first": "2028", "last": "2030", "span": "each"}
    scarce |= {"value": "20", "unit": "GWh"}
    row = ",".join(scarce.get(column, "") for column in links.splitlines()[0].split(","))
    (place / LINKS).write_text(f"{links}{row}\n", encoding="utf-8")
    folders = {path.parent.name: path.parent for path in sorted(place.glob("*/case.csv"))}
    job = Job(folders, Choices(), SolverOptions(relax=True), tmp_path / "programs")
    block, prices = (plan_portfolio(read_links(place, list(folders)), job, 1, way) for way in (BLOCK, PRICES))
    assert prices.solved.agreement.rounds > 1
    assert (block.solved.agreement.prices > 0).sum() > 1
    assert prices.cost == pytest.approx(block.cost, rel=1e-4)
    assert prices.bound == pytest.approx(block.bound, rel=1e-4)
    assert max(block.gap, prices.gap) < 1e-4


@pytest.mark.slow
def test_the_verifier_of_links_finds_what_is_used_beyond_them(tmp_path: Path) -> None:
    towns = {"alvik": heat_town(2, 4), "bro": heat_town(5, 5)}
    links = "cap,target,co2,,,,,,,14,kt,\nfuel,supply,fuel,,,,,,,,GWh,\nsoft,target,co2,alvik,,,,,,5,kt,4\n"
    study = plan_together(write_cases(tmp_path / "two", towns, links), "block")
    used = {case: plan.used for case, plan in study.together.items()}
    assert find_violations(study.links, used) == []
    first = used["alvik"]
    wrong = replace(first, amounts={key: amount + 40 for key, amount in first.amounts.items()})
    found = find_violations(study.links, {**used, "alvik": wrong})
    assert [one.link for one in found] == ["cap", "fuel"]  # the soft one tells what is beyond
    assert LinksRefused(found[1:]).tell("en") == (
        "The plans do not keep 1 of the shared limits. That is a fault of the program:\n"
        f"the link fuel (row 3) 2025 to 2025: {found[1].used:.6f} against the limit 9.000000"
    )


def test_a_bound_follows_from_row_duals_alone(tmp_path: Path) -> None:
    """Of other prices it is lower, never higher: weak duality."""
    task = weigh_task(
        Family(write_town(tmp_path / "town", build_town(**heat_town(2, 4))), Choices(salvage="none")).revise({}), COST
    )
    found = open_session(SolverOptions(), "cold").solve(task, 10)
    assert find_least_bound(task, found) == pytest.approx(found.objective, rel=1e-9)
    other = replace(found, row_duals=found.row_duals + np.linspace(-0.1, 0.1, len(found.row_duals)))
    assert find_least_bound(task, other) < found.objective


@pytest.mark.slow
def test_what_a_user_sees(five: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "portfolio",
        "plan",
        str(five),
        "convention.salvage=none",
        "--workers",
        "1",
        "--out",
        str(tmp_path / "answer"),
    ]
    assert main([*words, "lang=en"]) == 0
    shown = capsys.readouterr().out
    assert "5 cases planned together." in shown
    assert "All 5 plans are verified, and the shared limits apart." in " ".join(shown.split())
    assert main(["report", str(tmp_path / "answer"), "--out", str(tmp_path / "answer.html"), "lang=en"]) == 0
    page = (tmp_path / "answer.html").read_text(encoding="utf-8")
    assert "Who gains by sharing" in page
    assert page.count("town4") > 1
    assert main(["workbook", str(tmp_path / "answer"), "--out", str(tmp_path / "answer.xlsx"), "lang=en"]) == 0
