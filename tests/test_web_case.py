"""Editing a case on the web page: two people lose nothing, and what is wrong is told at its field."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from web_site import make_folder, open_site, send_form

from runners.web.deeds import list_deeds
from runners.web.editing import read_number, tell_unit, write_number
from runners.web.exclusions import choose_excluded
from runners.web.site import Site
from runners.web.tables import Change, list_rows, save_changes
from scenarios.tables import read_tables

PAGE = "/case/town/measures/school"
CAPEX = "value.parameters.4"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(make_folder(tmp_path))


@pytest.fixture
def client(site: Site) -> TestClient:
    return open_site(site.folder, site)


def read_form(page: Response) -> dict[str, str]:
    """The fields of a form of rows as they stand."""
    return dict(re.findall(r'name="((?:value|was|digest)\.[^"]+)" value="([^"]*)"', page.text))


def read_capex(site: Site) -> str:
    rows = list_rows(read_tables(site.folder / "cases" / "town"), "parameters")
    return next(row.cells["value"] for row in rows if row.number == 4)


@pytest.mark.slow
def test_a_number_is_changed_in_its_file_and_nothing_else_is(site: Site, client: TestClient) -> None:
    file = site.folder / "cases" / "town" / "parameters.csv"
    before = file.read_text().splitlines()
    form = {**read_form(client.get(PAGE)), CAPEX: "15,5"}
    assert send_form(client, PAGE, form, PAGE).status_code == 200
    after = file.read_text().splitlines()
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert [(old.replace(",14,", ",15.5,"), new) for old, new in changed] == [(changed[0][1], changed[0][1])]
    deed = list_deeds(site.base)[0]
    assert (deed.verb, deed.case, deed.about) == ("changed", "town", "parameters: 4 value: 14 → 15.5")


@pytest.mark.slow
def test_two_who_change_one_number_both_see_both_values_and_nothing_is_lost(site: Site, client: TestClient) -> None:
    """The second is told what the first wrote; saved again, the second's own value holds."""
    form = read_form(client.get(PAGE))
    assert send_form(client, PAGE, {**form, CAPEX: "15"}, PAGE).status_code == 200
    second = send_form(client, PAGE, {**form, CAPEX: "16", "value.parameters.5": "41"}, PAGE)
    assert second.status_code == 409
    assert "Någon annan skrev 15 medan du skrev 16." in second.text
    assert read_capex(site) == "15"
    again = read_form(second)
    assert (again[CAPEX], again["value.parameters.5"]) == ("16", "41")
    assert send_form(client, PAGE, again, PAGE).status_code == 200
    assert read_capex(site) == "16"


@pytest.mark.slow
def test_two_who_change_different_numbers_need_not_know_of_each_other(site: Site, client: TestClient) -> None:
    form = read_form(client.get(PAGE))
    assert send_form(client, PAGE, {**form, CAPEX: "15"}, PAGE).status_code == 200
    assert send_form(client, PAGE, {**form, "value.parameters.5": "41"}, PAGE).status_code == 200
    assert read_form(client.get(PAGE))[CAPEX] == "15"
    assert read_form(client.get(PAGE))["value.parameters.5"] == "41"


@pytest.mark.slow
def test_a_number_that_was_left_alone_in_a_conflict_stays_as_the_other_wrote_it(site: Site, client: TestClient) -> None:
    form = read_form(client.get(PAGE))
    send_form(client, PAGE, {**form, CAPEX: "15", "value.parameters.5": "41"}, PAGE)
    second = send_form(client, PAGE, {**form, CAPEX: "16"}, PAGE)
    assert second.status_code == 409
    assert read_form(second)["value.parameters.5"] == "41"


@pytest.mark.slow
def test_a_row_that_moved_is_found_by_its_cells(site: Site) -> None:
    folder = site.folder / "cases" / "town"
    file = folder / "parameters.csv"
    row = next(row for row in list_rows(read_tables(folder), "parameters") if row.number == 4)
    header, *rows = file.read_text().splitlines()
    file.write_text("\n".join([header, rows[-1], *rows[:-1], ""]))
    saved = save_changes(folder, "parameters", [Change(4, row.digest, "value", row.cells["value"], "15")])
    assert (saved.count, saved.conflicts, saved.problems) == (1, (), ())
    moved = [row for row in list_rows(read_tables(folder), "parameters") if row.number == 5]
    assert moved[0].cells["value"] == "15"


@pytest.mark.slow
def test_what_is_wrong_is_told_at_its_field_in_the_words_of_check(site: Site, client: TestClient) -> None:
    form = {**read_form(client.get(PAGE)), CAPEX: "mycket"}
    answer = send_form(client, PAGE, form, PAGE)
    assert answer.status_code == 422
    at_field = re.search(
        r'aria-describedby="wrong-parameters\.4".*?id="wrong-parameters\.4">([^<]*)<', answer.text, re.S
    )
    assert at_field is not None
    assert at_field.group(1).startswith("&#39;mycket&#39; är inget tal.")
    assert 'value="mycket"' in answer.text
    assert read_capex(site) == "14"


@pytest.mark.slow
def test_a_case_with_mistakes_may_be_saved_if_that_is_said(site: Site, client: TestClient) -> None:
    form = {**read_form(client.get(PAGE)), CAPEX: "mycket", "anyway": "1"}
    assert send_form(client, PAGE, form, PAGE).status_code == 200
    assert read_capex(site) == "mycket"
    assert send_form(client, "/case/town/plans", {}, PAGE).status_code == 422


@pytest.mark.slow
def test_many_at_once_lose_nothing(site: Site) -> None:
    """Eight write the same number, each from what they saw: one is taken, seven are told."""
    folder = site.folder / "cases" / "town"
    row = next(row for row in list_rows(read_tables(folder), "parameters") if row.number == 4)
    changes = [Change(4, row.digest, "value", "14", str(20 + number)) for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        saved = list(pool.map(lambda change: save_changes(folder, "parameters", [change]), changes))
    assert sorted(each.count for each in saved) == [0] * 7 + [1]
    assert sum(len(each.conflicts) for each in saved) == 7


@pytest.mark.slow
def test_a_row_of_a_layer_below_is_overridden_by_one_of_the_case_s_own(site: Site) -> None:
    folder = site.folder / "cases" / "town"
    below = next(row for row in list_rows(read_tables(folder), "parameters") if row.number < 0)
    value = str(float(below.cells["value"]) + 1)
    saved = save_changes(
        folder, "parameters", [Change(below.number, below.digest, "value", below.cells["value"], value)]
    )
    assert (saved.count, saved.problems) == (1, ())
    keys = ("technology", "quantity")
    now = [
        row for row in list_rows(read_tables(folder), "parameters") if all(row.cells[k] == below.cells[k] for k in keys)
    ]
    assert (now[0].cells["value"], now[0].own) == (value, True)


def test_a_measure_of_one_s_own_is_added_or_what_is_missing_is_told_at_its_field(
    site: Site, client: TestClient
) -> None:
    page = "/case/town/measures"
    answer = send_form(client, page, {"name": "Nytt tak", "outlay": "dyrt"}, page)
    assert answer.status_code == 422
    assert 'id="wrong-life"' in answer.text
    assert 'id="wrong-outlay">&#39;dyrt&#39;' in answer.text
    assert 'value="Nytt tak"' in answer.text


@pytest.mark.slow
def test_a_measure_is_excluded_forced_or_an_option(site: Site, client: TestClient) -> None:
    form = dict(re.findall(r'name="(digest|was|was_year)" value="([^"]*)"', client.get(PAGE).text))
    assert "utesluten" in send_form(client, f"{PAGE}/status", {**form, "status": "excluded"}, PAGE).text
    assert choose_excluded(site.base, "town", ["school"]) == ["exclude=[school]"]
    form = dict(re.findall(r'name="(digest|was|was_year)" value="([^"]*)"', client.get(PAGE).text))
    send_form(client, f"{PAGE}/status", {**form, "status": "forced", "year": "2027"}, PAGE)
    row = next(
        row
        for row in list_rows(read_tables(site.folder / "cases" / "town"), "technologies")
        if row.cells["technology"] == "school"
    )
    assert (row.cells["status"], row.cells["status_year"]) == ("forced", "2027")
    assert choose_excluded(site.base, "town", ["school"]) == []


def test_a_case_of_the_program_is_not_changed_but_copied(site: Site, client: TestClient) -> None:
    page = "/case/minimal/measures/school"
    form = {**read_form(client.get("/case/town/measures/school")), CAPEX: "15"}
    assert send_form(client, page, form, page).status_code == 403
    copied = send_form(client, "/case/minimal/copy", {"name": "mine"}, "/case/minimal/measures")
    assert copied.url.path == "/case/mine/measures"
    assert (site.folder / "cases" / "mine" / "case.csv").is_file()


def test_numbers_are_read_and_written_as_swedes_do() -> None:
    assert [read_number(text) for text in ("1 234,5", "−2", "1.5", "mycket")] == ["1234.5", "-2", "1.5", "mycket"]
    assert [write_number("1234.5", lang) for lang in ("sv", "en")] == ["1234,5", "1234.5"]


def test_units_are_said_as_people_say_them() -> None:
    assert [tell_unit(unit, "sv") for unit in ("nominal MSEK/yr", "MSEK/plant/yr", "yr", "1")] == [
        *("nominella mnkr/år", "mnkr/anläggning/år", "år", "1"),
    ]
