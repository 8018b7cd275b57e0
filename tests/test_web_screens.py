"""Screens of plans and of what was found about them: the report's own figures, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import made_results
import pandas as pd
import pytest
import town
import workbook_runs
from account_towns import draw_rich_town
from fastapi.testclient import TestClient
from web_site import open_site, send_form

from conf.words import LANGUAGES, format_number, say
from runners.analyses.live.levers import Lever
from runners.reports.document import Material, compose_document
from runners.reports.page import write_still
from runners.reports.run_folder import open_run
from runners.views.section import Chart, Document, Section, Text
from runners.web import shown
from runners.web.database import open_base
from runners.web.jobs import Job, Jobs
from runners.web.live_questions import FOUND, MOVE, Answer, Handle, Question
from runners.web.plan_orders import list_plan_words
from runners.web.screens.result import PARTS

MOST_BYTES = 100_000
"""Of a screen, packed; the first page is in test_web.py."""
CELL = re.compile(r"<t[dh][^>]*>([^<]*)</t[dh]>")
TABLE = re.compile(r"<table id=\"\w+-(\w+)-table\".*?</table>", re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A served folder with the rich town, its plan, and what limits it, as written by hand."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "cases").mkdir()
    case = town.write_town(folder / "cases" / "rich", town.build_town(**draw_rich_town()))
    workbook_runs.run_case(case, folder / "runs" / "plan")
    workbook_runs.run_case(case, folder / "runs" / "other")
    digest = open_run(folder / "runs" / "plan").manifest["digest"]
    about = {"case": "rich", "digest": digest, "config": {"case": {"path": str(case)}}}
    made_results.keep_why(folder / "runs" / "why", **about)
    made_results.keep_near(folder / "runs" / "near", **{**about, "digest": "0" * 64})
    made_results.keep_comparison(folder / "runs" / "compare", **about, plans={"A": "runs/other", "B": "runs/plan"})
    return folder


@pytest.fixture
def client(folder: Path) -> TestClient:
    return open_site(folder)


def read_tables(html: str) -> dict[str, list[str]]:
    """Every table by its key: its cells in their order."""
    return {found.group(1): CELL.findall(found.group(0)) for found in TABLE.finditer(html)}


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_figures_of_the_pages_are_those_of_the_command(client: TestClient, folder: Path, lang: str) -> None:
    """Every table of `fardplan report` stands on a page, cell by cell; and what the files say is among the cells."""
    run = open_run(folder / "runs" / "plan")
    document = compose_document(Material((run,)), lang)
    report = read_tables(write_still(document, dict.fromkeys(_list_charts(document), "")))
    pages: dict[str, list[str]] = {}
    for part in PARTS:
        for money in ("", "current"):
            page = client.get("/run/plan/result", params={"part": part, "money": money, "lang": lang})
            assert page.status_code == 200
            pages = read_tables(page.text) | pages
    compared = 0
    for key, cells in report.items():
        if key in pages:
            assert pages[key][: len(cells)] == cells, key
            compared += sum(any(letter.isdigit() for letter in cell) for cell in cells)
    assert set(report) <= set(pages)
    assert compared > 30
    targets = pd.read_csv(folder / "runs" / "plan" / "tables" / "targets.csv")
    told = " ".join(pages["targets_by_year"])
    assert all(format_number(float(value), lang, 0).strip("0") in told for value in targets["cap"])


def _list_charts(document: Document) -> list[str]:
    return [block.key for section in document.sections for block in section.blocks if isinstance(block, Chart)]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["result", "curves", "why", "risk", "follow"])
def test_every_screen_asks_its_question(client: TestClient, name: str, lang: str) -> None:
    page = client.get(f"/run/plan/{name}", params={"lang": lang})
    assert page.status_code == 200
    assert f"<h1>{say(f'web_{name}_title', lang)}</h1>" in page.text


def test_a_part_that_is_none_and_a_run_that_is_none_are_told(client: TestClient) -> None:
    assert client.get("/run/plan/result", params={"part": "secrets"}).status_code == 404
    assert client.get("/run/nowhere/why").status_code == 404


def test_what_was_found_is_shown_and_names_cannot_be_tags(client: TestClient) -> None:
    page = client.get("/run/plan/why", params={"lang": "sv"}).text
    assert "Taket &lt;script&gt;" in page
    assert "<script>alert" not in page


def test_a_long_page_begins_with_its_contents(client: TestClient) -> None:
    page = client.get("/run/plan/why", params={"lang": "sv"}).text
    led = re.findall(r'<li><a href="#(f\d[^"]+)">', page)
    assert len(led) > 1
    assert all(page.count(f'id="{place}"') == 1 for place in led)


def test_what_is_of_another_plan_is_said_to_be(client: TestClient) -> None:
    page = client.get("/run/plan/why", params={"lang": "sv"}).text
    assert page.count(say("web_finding_other", "sv")) == 1


def test_a_comparison_is_shown_where_there_is_one_and_offered_where_there_is_none(client: TestClient) -> None:
    shown_page = client.get("/run/plan/result", params={"against": "other", "lang": "sv"}).text
    assert "B kostar 20,0 mnkr mer än A." in shown_page
    missing = client.get("/run/plan/result", params={"against": "nothing", "lang": "sv"}).text
    assert "nothing och plan, 2" in missing
    assert "är inte jämförda än." in missing


def test_sections_are_written_once_as_long_as_the_files_stay(folder: Path) -> None:
    first = shown.show_plan(folder / "runs" / "plan", "sv")
    assert shown.show_plan(folder / "runs" / "plan", "sv") is first


def test_a_plan_is_made_again_by_its_own_words(folder: Path) -> None:
    config = {**open_run(folder / "runs" / "plan").manifest["config"]}
    config |= {"settings": {"adjust.capex.all": 1.1}, "exclude": ["a", "b"], "target": {"mode": "hard"}}
    words = list_plan_words(config)
    assert words[:2] == ("case=own", f"case.path={folder / 'cases' / 'rich'}")
    assert set(words[2:]) == {"adjust.capex.all=1.1", "exclude=[a,b]", "target.mode=hard"}


def test_the_climate_budget_is_ordered_for_a_year_of_the_plan(client: TestClient, folder: Path) -> None:
    """The page asked what the climate budget says, and only a command could make one."""
    page = client.get("/run/plan/follow", params={"lang": "sv"}).text
    years = re.findall(r"<option(?: selected)?>(\d+)</option>", page)
    assert years == [str(year) for year in open_run(folder / "runs" / "plan").summary["years"]]
    send_form(client, "/run/plan/order", {"order": "budget", "year": years[0]})
    job = Jobs(open_base(folder)).list_jobs("rich")[0]
    assert (job.kind, job.name) == ("budget", f"Gör klimatbudgeten {years[0]}")
    assert job.words == ("budget", "runs/plan", f"year={years[0]}", f"out={job.place}", "lang=sv")
    refused = send_form(client, "/run/plan/order", {"order": "budget", "year": "1999"})
    assert refused.status_code == 422
    assert "1999" in refused.text


class Desk:
    """Levers that are answered by hand."""

    def __init__(self) -> None:
        self.asked: list[Question] = []

    def open(self, _key: object, _words: object, _lang: str) -> tuple[None, tuple[Handle, ...]]:
        lever = Lever("adjust.price.gas", "prices", 0.5, 2.0, 0.05, 1.0)
        return None, (Handle(lever, {"sv": "Pris: gas", "en": "Price: gas"}),)

    def ask(self, _key: object, _visitor: str, question: Question) -> Answer:
        self.asked.append(question)
        section = Section("live_now", "Planen nu", (Text("Den kostar 12."),))
        told = ("Planen nu kostar 2,0 mnkr mer.", "Pris: gas +50\xa0%") if question.numbers else ("",)
        return Answer(FOUND, told, (section,), (), question.numbers)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_levers_are_moved_with_and_without_scripts(client: TestClient, lang: str) -> None:
    desk = client.app.state.live = Desk()  # type: ignore[attr-defined]
    page = client.get("/case/rich/live", params={"lang": lang})
    assert f"<h1>{say('web_live_title', lang)}</h1>" in page.text
    levers = client.get("/case/rich/live/levers")
    assert 'name="adjust.price.gas" min="0.5" max="2.0" step="0.05" value="1.0"' in levers.text
    assert say("web_live_none", lang) in levers.text
    moved = send_form(client, "/case/rich/live/move", {"adjust.price.gas": "1.5", "set.capex.pump": "0"})
    assert "<!doctype html>" in moved.text
    assert "Pris: gas +50\xa0%" in moved.text
    assert desk.asked[-1] == Question(MOVE, desk.asked[-1].words, {"adjust.price.gas": 1.5}, lang)
    token = re.search(r'name="csrf" value="(\w+)"', moved.text)
    assert token is not None
    headers = {"hx-request": "true", "x-csrf": token.group(1)}
    part = client.post("/case/rich/live/move", data={"adjust.price.gas": "1.5"}, headers=headers)
    assert "<!doctype html>" not in part.text
    assert "Den kostar 12." in part.text


@pytest.mark.parametrize("number", ["many", "nan", "inf", ""])
def test_a_lever_at_no_number_is_refused(client: TestClient, number: str) -> None:
    client.app.state.live = Desk()  # type: ignore[attr-defined]
    assert send_form(client, "/case/rich/live/move", {"adjust.price.gas": number}).status_code == 400


def test_levers_without_the_token_of_a_page_are_not_moved(client: TestClient) -> None:
    desk = client.app.state.live = Desk()  # type: ignore[attr-defined]
    assert client.post("/case/rich/live/move", data={"adjust.price.gas": "1.5"}).status_code == 403
    assert desk.asked == []


def list_jobs(folder: Path) -> list[Job]:
    return Jobs(open_base(folder)).list_jobs("rich")


@pytest.mark.parametrize(
    ("order", "begins"),
    [
        ("why", ["why", "case=own"]),
        ("stress", ["stress", "runs/plan"]),
        ("replan", ["replan", "runs/plan"]),
        ("measures", ["curve", "case=own"]),
        ("compare", ["compare", "runs/other", "runs/plan"]),
    ],
)
def test_what_is_not_there_is_ordered_in_the_words_of_the_command(folder: Path, order: str, begins: list[str]) -> None:
    client = open_site(folder)
    answer = send_form(client, "/run/plan/order", {"order": order, "against": "other"})
    assert answer.status_code == 200
    job = next(job for job in list_jobs(folder) if job.kind == order)
    assert list(job.words[: len(begins)]) == begins
    assert job.words[-1] == "lang=sv"
    assert job.place.parent == (folder / "runs").resolve()
    Jobs(open_base(folder)).stop(job.id)


def test_an_order_that_is_none_or_against_a_plan_that_is_none_is_refused(client: TestClient) -> None:
    assert send_form(client, "/run/plan/order", {"order": "serve"}).status_code == 400
    assert send_form(client, "/run/plan/order", {"order": "compare", "against": "../../x"}).status_code == 404


def test_what_was_moved_is_ordered_in_whole_units(folder: Path) -> None:
    client = open_site(folder)
    answer = send_form(client, "/case/rich/live/whole", {"adjust.capex.all": "1.15"})
    assert answer.status_code == 200
    job = next(job for job in list_jobs(folder) if job.kind == "plan")
    assert "adjust.capex.all=1.15" in job.words
    Jobs(open_base(folder)).stop(job.id)
    assert send_form(client, "/case/rich/live/whole", {"solver.threads": "9.5"}).status_code == 400


SCREENS = ("result", "result?part=money", "result?part=ground", "curves", "why", "risk", "follow")


@pytest.mark.parametrize("name", SCREENS)
def test_every_screen_is_light_and_packed(client: TestClient, name: str) -> None:
    """On the wire; the charts' scripts beside it are loaded once and kept."""
    answer = client.get(f"/run/plan/{name}")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.num_bytes_downloaded < MOST_BYTES
