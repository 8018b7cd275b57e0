"""What a review by fresh eyes found in the web page, each as an attempt that is refused."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from web_site import find_token, make_folder, open_site, open_with_users, send_form, sign_in

from runners.web.app import create_app
from runners.web.exclusions import list_excluded, set_excluded
from runners.web.foreman import IMPORT, Foreman
from runners.web.jobs import Jobs
from runners.web.live import MOST_VISITORS, LiveDesk, Overtaken
from runners.web.live_questions import MOVE, Question
from runners.web.refusal import Refusal
from runners.web.roles import Role
from runners.web.scenarios import add_scenario, list_scenarios
from runners.web.site import Limits, Site
from runners.web.throttle import Room

RUN = '{"program": "fardplan", "case": "town", "started": "2026-11-30T01:00:00+01:00"}'
ABOUT = {"case": "town", "user": "planner", "kind": "plan", "name": "x"}
FILLED = {
    "case": "town",
    "run": "town-run",
    "measure": "school",
    "job": "x",
    "kind": "pdf",
    "number": "1",
    "table": "costs",
}
ABOUT_ONE = ("{case}", "{run}")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A planner and a reader of `town`, and somebody without any role."""
    folder = make_folder(tmp_path)
    (folder / "runs" / "town-run" / "tables").mkdir(parents=True)
    (folder / "runs" / "town-run" / "manifest.json").write_text(RUN)
    return open_with_users(folder, stranger={}, planner={"town": Role.PLANNER}, reader={"town": Role.READER})


def list_routes(site: Site) -> Iterator[tuple[str, str]]:
    """Every method and address of the page that is about a case or a run."""
    routers = [
        each.original_router for each in create_app(site.folder, site).routes if hasattr(each, "original_router")
    ]
    for route in (route for router in routers for route in router.routes):
        if isinstance(route, APIRoute) and any(part in route.path for part in ABOUT_ONE):
            for method in sorted(route.methods):
                yield method, route.path.format(**FILLED)


def test_no_address_of_a_case_or_a_run_answers_who_has_no_role_with_it(site: Site) -> None:
    """All of them, as the application has them: a new one that forgets to ask is found here."""
    stranger = sign_in(site, "stranger")
    token = find_token(stranger.get("/"))
    asked = list(list_routes(site))
    found = {
        (method, path): stranger.request(method, path, headers={"x-csrf": token}, follow_redirects=False).status_code
        for method, path in asked
    }
    assert len(found) > 35
    assert {place: status for place, status in found.items() if status not in (404, 422)} == {}


def test_no_form_of_any_address_is_taken_without_its_token(site: Site) -> None:
    planner = sign_in(site, "planner")
    posts = [path for method, path in list_routes(site) if method != "GET"]
    assert {path: status for path in posts if (status := planner.post(path).status_code) not in (403, 405)} == {}


def test_taking_in_a_workbook_gives_no_role_before_the_case_is_there(site: Site) -> None:
    """Else a planner could claim the names of cases that others make later."""
    planner = sign_in(site, "planner")
    fields = {"csrf": find_token(planner.get("/")), "name": "village"}
    assert planner.post("/case/town/import", data=fields, files={"file": ("x.xlsx", b"PK\x03\x04")}).status_code == 200
    shutil.copytree(site.folder / "cases" / "town", site.folder / "cases" / "village")
    assert planner.get("/case/village/measures").status_code == 404


def test_a_case_that_was_taken_in_belongs_to_who_took_it_in(site: Site) -> None:
    foreman = Foreman(site)
    place = site.folder / "cases" / "village"
    shutil.copytree(site.folder / "cases" / "town", place)
    foreman._hand_over(foreman.jobs.queue({**ABOUT, "kind": IMPORT, "name": "village"}, ["list"], place, 8))
    assert sign_in(site, "planner").get("/case/village/measures").status_code == 200


def test_a_new_case_has_nothing_of_an_earlier_one_of_its_name(site: Site) -> None:
    site.accounts.set_role("reader", "village", Role.ADMINISTRATOR)
    add_scenario(site.base, "village", "old", {"adjust.capex.all": 1.1})
    set_excluded(site.base, "village", "school", True)
    assert send_form(sign_in(site, "planner"), "/case/town/copy", {"name": "village"}).status_code == 200
    assert sign_in(site, "reader").get("/case/village/measures").status_code == 404
    assert (list_scenarios(site.base, "village"), list_excluded(site.base, "village")) == ([], [])


def test_of_two_copies_of_one_name_one_is_made(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    planner, copy = sign_in(site, "planner"), shutil.copytree

    def copy_after_another(source: Path, aside: Path, **how: Any) -> Any:
        copy(source, aside.with_name("village"))
        return copy(source, aside, **how)

    monkeypatch.setattr(shutil, "copytree", copy_after_another)
    assert send_form(planner, "/case/town/copy", {"name": "village"}).status_code == 422
    assert sorted(path.name for path in (site.folder / "cases").iterdir()) == ["town", "village"]
    assert site.accounts.find("planner").roles == {"town": Role.PLANNER}  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["../out", "a/b", ".hidden", "town", "x" * 65])
def test_a_new_case_lies_among_the_cases_and_over_none(site: Site, name: str) -> None:
    planner = sign_in(site, "planner")
    before = sorted(site.folder.rglob("case.csv"))
    answer = send_form(planner, "/cases", {"municipality": "Lund", "name": name})
    assert answer.status_code == 422
    assert sorted(site.folder.rglob("case.csv")) == before


def test_a_reader_makes_no_case_and_orders_no_dossier(site: Site) -> None:
    reader = sign_in(site, "reader")
    assert send_form(reader, "/cases", {"municipality": "Lund"}).status_code == 403
    assert send_form(reader, "/case/town/measures/school/dossier").status_code == 403
    assert Jobs(site.base).list_jobs("town") == []


def test_a_status_that_is_not_saved_leaves_nothing_out(site: Site) -> None:
    said = {"status": "excluded", "was": "decided", "was_year": "2030", "digest": "x"}
    assert send_form(sign_in(site, "planner"), "/case/town/measures/school/status", said).status_code == 409
    assert list_excluded(site.base, "town") == []


def test_jobs_that_go_on_count_as_those_that_begin(site: Site) -> None:
    jobs, place = Jobs(site.base), site.folder / "runs" / "x"
    stopped = jobs.queue(ABOUT, ["list"], place, 2)
    jobs.stop(stopped.id)
    for _ in range(2):
        jobs.queue(ABOUT, ["list"], place, 2)
    with pytest.raises(Refusal, match="web_jobs_many"):
        jobs.resume(stopped.id, 2)


def test_one_visitor_does_not_hold_all_connections(tmp_path: Path) -> None:
    site = Site(make_folder(tmp_path), limits=Limits(streams=1, beats=1))
    client = open_site(site.folder, site)
    assert "event: jobs" in client.get("/case/town/jobs").text
    assert site.streams.enter("local")
    assert client.get("/case/town/jobs").text == ""


def test_a_room_has_so_many_places_for_each() -> None:
    room = Room(2)
    assert [room.enter("anna"), room.enter("anna"), room.enter("anna"), room.enter("bo")] == [True, True, False, True]
    room.leave("anna")
    assert room.enter("anna")


def test_visitors_of_levers_are_forgotten_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = LiveDesk()
    monkeypatch.setattr(desk, "open", lambda *_: (None, ()))
    monkeypatch.setattr(desk, "_find", lambda _key: (_ for _ in ()).throw(Overtaken))
    for visitor in range(MOST_VISITORS + 5):
        with pytest.raises(Overtaken):
            desk.ask(("town",), str(visitor), Question(MOVE))
    assert len(desk._turns) == MOST_VISITORS


def test_a_token_looks_otherwise_in_each_answer_and_holds_in_both(site: Site) -> None:
    """Answers are packed: of what is the same in each, sizes could tell an attacker letter by letter."""
    planner = sign_in(site, "planner")
    first, second = (find_token(planner.get("/")) for _ in range(2))
    assert first != second
    for token in (first, second):
        assert planner.post("/theme", data={"theme": "dark", "csrf": token}).status_code == 200
    for forged in (first[:16], second[:16] + first[16:], "", "g" * 80):
        assert planner.post("/theme", data={"theme": "dark", "csrf": forged}).status_code == 403
