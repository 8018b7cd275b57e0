"""Outcomes on the page: put in, changed, taken away and read from a file, what is wrong told where it was typed."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from test_web_jobs import await_end
from web_site import find_token, make_folder, open_site, open_with_users, send_form, sign_in

from runners.web.deeds import list_deeds
from runners.web.foreman import Foreman
from runners.web.jobs import State
from runners.web.roles import Role
from runners.web.site import Site

PAGE = "/case/town/actuals"
ROW = {
    "year": "2025", "outcome": "measured", "subject": "territorial", "value": "1 234,5", "status": "final",
    "prices": "current",
}  # fmt: skip


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(make_folder(tmp_path))


@pytest.fixture
def client(site: Site) -> TestClient:
    return open_site(site.folder, site)


def read_file(site: Site) -> list[str]:
    return (site.folder / "cases" / "town" / "actuals.csv").read_text().splitlines()


def read_form(page: Response) -> dict[str, str]:
    """The fields of the form of rows as they stand, statuses too."""
    found = dict(re.findall(r'name="((?:value|was|digest)\.[^"]+)" value="([^"]*)"', page.text))
    found = {name: text for name, text in found.items() if not name.startswith("value.") or "removed" not in name}
    for name, body in re.findall(r'<select name="(value\.[^"]+)"[^>]*>(.*?)</select>', page.text):
        found[name] = re.findall(r'value="([^"]*)" selected', body)[0]
    return found


def add(client: TestClient, **said: str) -> Response:
    return send_form(client, f"{PAGE}/row", {**ROW, **said}, PAGE)


def test_an_outcome_is_added_in_the_unit_of_the_case_and_shown_by_name(site: Site, client: TestClient) -> None:
    assert "Inga utfall är inskrivna ännu." in client.get(PAGE).text
    page = add(client)
    assert page.status_code == 200
    header, row = read_file(site)
    cells = dict(zip(header.split(","), row.split(","), strict=True))
    assert {name: cells[name] for name in ("value", "unit", "status", "source")} == {
        "value": "1234.5", "unit": "kt CO2e", "status": "final", "source": "own",
    }  # fmt: skip
    assert "2025, uppmätt konto" in page.text
    assert 'value="1234,5"' in page.text
    assert list_deeds(site.base)[0].about.startswith("actuals + 2025 measured territorial")


def test_what_is_wrong_is_told_at_its_field_and_what_was_typed_stays(site: Site, client: TestClient) -> None:
    page = add(client, year="2999", value="mycket", outcome="built")
    assert page.status_code == 422
    assert 'id="wrong-year"' in page.text
    assert 'id="wrong-value"' in page.text
    assert "är inget tal" in page.text
    assert 'value="mycket"' in page.text
    assert not (site.folder / "cases" / "town" / "actuals.csv").exists()


@pytest.mark.slow
def test_a_value_and_a_status_are_changed_and_a_row_is_taken_away(site: Site, client: TestClient) -> None:
    add(client)
    add(client, year="2024", value="1300")
    form = read_form(client.get(PAGE))
    (place,) = [name for name in form if name.startswith("value.actuals.2") and name.count(".") == 2]
    form |= {place: "1200", f"{place}.status": "preliminary"}
    assert send_form(client, PAGE, form, PAGE).status_code == 200
    assert "1200" in read_file(site)[1]
    assert "preliminary" in read_file(site)[1]
    form = read_form(client.get(PAGE))
    assert send_form(client, PAGE, {**form, "value.actuals.3.removed": "1"}, PAGE).status_code == 200
    assert len(read_file(site)) == 2


@pytest.mark.slow
def test_two_who_edit_lose_nothing(site: Site, client: TestClient) -> None:
    """The second who writes, or takes away what was written meanwhile, is told what stands there now."""
    add(client)
    form = read_form(client.get(PAGE))
    assert send_form(client, PAGE, {**form, "value.actuals.2": "1100"}, PAGE).status_code == 200
    for change in ({"value.actuals.2": "1000"}, {"value.actuals.2.removed": "1"}):
        answer = send_form(client, PAGE, {**form, **change}, PAGE)
        assert (answer.status_code, "Någon annan skrev 1100" in answer.text) == (409, True)
    assert "1100" in read_file(site)[1]


def send_file(client: TestClient, text: str) -> Response:
    token = find_token(client.get(PAGE))
    return client.post(f"{PAGE}/file?lang=en", data={"csrf": token}, files={"file": ("../x.csv", text.encode())})


@pytest.mark.slow
def test_a_file_is_taken_in_whole_once_or_not_at_all(site: Site, client: TestClient) -> None:
    add(client)
    head = "year;outcome;subject;party;revision;source;value;unit;status\n"
    good = (
        head
        + "2024;measured;territorial;;;own;1300;kt CO2e;final\n2023;measured;territorial;;;own;1350;kt CO2e;final\n"
    )
    for _ in range(2):
        assert send_file(client, good).status_code == 200
        assert len(read_file(site)) == 4
    bad = send_file(
        client,
        head + "2022;measured;territorial;;;own;1400;kt CO2e;final\n2021;measured;nowhere;;;own;x;kt CO2e;final\n",
    )
    assert bad.status_code == 422
    assert "actuals.csv row 3" in bad.text
    assert "there is no account &#39;nowhere&#39;" in bad.text
    assert len(read_file(site)) == 4
    for text in ("year;outcome\n2024;built\n", "", "a;b\n1;2\n", "\ufeff\0\0", "x" * 100):
        assert send_file(client, text).status_code == 422
    assert len(read_file(site)) == 4


def test_a_reader_sees_and_changes_nothing_and_a_shipped_case_is_copied_first(tmp_path: Path) -> None:
    site = open_with_users(make_folder(tmp_path), bo={"town": Role.READER}, eva={"": Role.PLANNER})
    reader = sign_in(site, "bo")
    assert "Lägg till ett utfall" not in reader.get(PAGE).text
    for place in (PAGE, f"{PAGE}/row"):
        assert send_form(reader, place, ROW, PAGE).status_code == 403
    planner = sign_in(site, "eva")
    (tmp_path / "cases" / "town").rename(tmp_path / "away")
    shipped = "/case/minimal/actuals"
    assert send_form(planner, f"{shipped}/row", ROW, shipped).status_code == 403


@pytest.mark.slow
def test_the_follow_up_and_a_plan_made_anew_count_with_what_was_put_in(site: Site, client: TestClient) -> None:
    """A plan, an outcome, both ordered on *Follow-up*: it is told there, and the new plan holds it."""
    send_form(client, "/case/town/plans", {}, "/case/town/runs")
    foreman = Foreman(site)
    (plan,) = foreman.jobs.list_jobs("town")
    assert await_end(foreman, plan.id).state is State.DONE
    page = f"/run/{plan.place.name}/follow"
    assert "Kända utfall i fallet: 0." in client.get(page).text
    add(client)
    assert "Kända utfall i fallet: 1." in client.get(page).text
    for order in ("follow", "replan"):
        send_form(client, f"/run/{plan.place.name}/order", {"order": order}, page)
        job = next(job for job in foreman.jobs.list_jobs("town") if job.kind == order)
        ended = await_end(foreman, job.id)
        assert (ended.state, ended.told) == (State.DONE, "")
    told = client.get(page).text
    assert "1\xa0234,5" in told
    accounts = pd.read_csv(job.place / "tables" / "accounts.csv")
    assert (accounts["value"] == 1234.5).any()
    assert job.place.name in client.get("/case/town/runs").text
