"""What is tried against the web page and refused: forged visits and forms, others' cases, traversal, hostile input."""

from __future__ import annotations

import asyncio
import re
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from fastapi.testclient import TestClient
from web_site import HOST, PASSWORD, find_token, make_folder, open_site, open_with_users, send_form, sign_in

from runners.web.api import check_choice
from runners.web.app import create_app
from runners.web.jobs import Jobs
from runners.web.refusal import Refusal
from runners.web.roles import Role
from runners.web.screens.sign_in import find_inside
from runners.web.serve import TimedProtocol, make_server
from runners.web.site import Limits, Site
from runners.web.users import digest

RUN = '{"program": "fardplan", "case": "CASE", "started": "2026-11-30T01:00:00+01:00"}'
COOKIE = "fardplan_session"
SCRIPT = "<script>alert(1)</script>"


@dataclass
class World:
    """A site with users of every role, and a browser of each."""

    site: Site
    browsers: Mapping[str, TestClient]

    def __getitem__(self, name: str) -> TestClient:
        return self.browsers[name]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Reader, planner and finance officer of `town`; somebody without any role; a run of each case."""
    folder = make_folder(tmp_path_factory.mktemp("site"), "town", "village")
    for case in ("town", "village"):
        place = folder / "runs" / f"{case}-run"
        (place / "tables").mkdir(parents=True)
        (place / "manifest.json").write_text(RUN.replace("CASE", case))
    roles = {"reader": Role.READER, "planner": Role.PLANNER, "officer": Role.FINANCE}
    site = open_with_users(folder, stranger={}, **{name: {"town": role} for name, role in roles.items()})
    names = ("anna", "stranger", *roles)
    return World(site, {name: sign_in(site, name) for name in names} | {"nobody": open_site(folder, site)})


PAGES = (
    *("/", "/users", "/log", "/keys", "/password", "/case/town/economy", "/case/town/measures", "/case/town/scenarios"),
    *("/case/town/runs", "/case/town/jobs", "/run/town-run/papers/csv", "/run/town-run/papers/pdf"),
)


@pytest.mark.parametrize("page", PAGES)
def test_who_has_not_signed_in_sees_no_page(world: World, page: str) -> None:
    assert world["nobody"].get(page).url.path == "/sign-in"


@pytest.mark.parametrize(
    "page", ["/api/v1/cases", "/api/v1/cases/town/runs", "/api/v1/runs/town-run", "/api/openapi.json"]
)
def test_a_program_without_a_key_is_told_nothing(world: World, page: str) -> None:
    answer = world["nobody"].get(page)
    assert (answer.status_code, "town" in answer.text) == (401, False)


FORGED = ("", "x", "A" * 43, "' or 1=1 --", "DIGEST", "\u00e5\u00e4\u00f6".encode().decode("latin-1"))


@pytest.mark.parametrize("session", FORGED)
def test_a_forged_visit_is_none(world: World, session: str) -> None:
    """`DIGEST`: what stands in the database is not what a browser shows."""
    given = digest(world["anna"].cookies[COOKIE]) if session == "DIGEST" else session
    client = open_site(world.site.folder, world.site)
    answer = client.get("/users", headers={"cookie": f"{COOKIE}={given}".encode("latin-1")})
    assert answer.url.path == "/sign-in"


def test_a_form_without_a_token_changes_nothing(world: World) -> None:
    assert world["anna"].post("/users", data={"name": "mallory"}).status_code == 403
    assert world.site.accounts.find("mallory") is None


def test_a_form_with_another_visit_s_token_changes_nothing(world: World) -> None:
    token = find_token(world["reader"].get("/"))
    assert world["anna"].post("/users", data={"name": "mallory", "csrf": token}).status_code == 403


def test_a_form_sent_by_a_page_of_another_site_changes_nothing(world: World) -> None:
    token = find_token(world["anna"].get("/"))
    for site in ("cross-site", "same-site"):
        headers = {"sec-fetch-site": site}
        assert world["anna"].post("/users", data={"name": "mallory", "csrf": token}, headers=headers).status_code == 403


@pytest.mark.parametrize("kind", ["application/json", "text/plain"])
def test_a_form_of_another_type_changes_nothing(world: World, kind: str) -> None:
    token = find_token(world["anna"].get("/"))
    headers = {"content-type": kind}
    answer = world["anna"].post("/users", content=f"name=mallory&csrf={token}", headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize("page", ["/sign-out", "/users/anna/active", "/case/town/plans", "/run/town-run/adopt"])
def test_a_link_changes_nothing(world: World, page: str) -> None:
    assert world["anna"].get(page).status_code in (404, 405)


WRITES = (
    ("reader", "/case/town/economy"),
    ("reader", "/case/town/measures"),
    ("reader", "/case/town/measures/school"),
    ("reader", "/case/town/measures/school/status"),
    ("reader", "/case/town/scenarios"),
    ("reader", "/case/town/scenarios/ready"),
    ("reader", "/case/town/scenarios/1/drop"),
    ("reader", "/case/town/plans"),
    ("reader", "/case/town/sweeps"),
    ("reader", "/case/town/compare"),
    ("reader", "/run/town-run/adopt"),
    ("reader", "/case/town/copy"),
    ("planner", "/case/town/economy"),
    ("planner", "/run/town-run/adopt"),
    ("planner", "/users"),
    ("officer", "/users/reader/role"),
    ("officer", "/users/reader/active"),
    ("officer", "/users/reader/invite"),
)


@pytest.mark.parametrize(("name", "page"), WRITES)
def test_who_may_do_less_is_refused(world: World, name: str, page: str) -> None:
    fields = {"status": "forced", "role": "4", "active": "0", "name": "x"}
    assert send_form(world[name], page, fields).status_code == 403


@pytest.mark.parametrize("page", ["/users", "/log"])
def test_only_an_administrator_sees_who_did_what(world: World, page: str) -> None:
    assert [world[name].get(page).status_code for name in ("reader", "officer")] == [403, 403]


OTHERS = (
    *("/case/village/economy", "/case/village/measures", "/case/village/scenarios", "/case/village/runs"),
    *("/case/village/jobs", "/run/village-run/papers/csv", "/run/village-run/papers/html"),
)


@pytest.mark.parametrize("page", OTHERS)
def test_another_s_case_is_as_if_it_were_not_there(world: World, page: str) -> None:
    there, nowhere = world["officer"].get(page), world["officer"].get(page.replace("village", "atlantis"))
    assert (there.status_code, nowhere.status_code) == (404, 404)
    said = [re.sub(r"[0-9a-f]{80}", "token", answer.text) for answer in (there, nowhere)]  # masked anew in each answer
    assert all("token" in text for text in said)
    assert said[0].replace("village", "atlantis") == said[1]


def test_another_s_run_is_not_compared_nor_written_of(world: World) -> None:
    sent = {"run": ["town-run", "village-run"]}
    assert send_form(world["planner"], "/case/town/compare", sent).status_code == 404
    assert send_form(world["planner"], "/run/village-run/papers/pdf").status_code == 404
    assert Jobs(world.site.base).list_jobs("town") == []


TRAVERSALS = (
    *("/run/..%2f..%2fcases/papers/csv", "/run/.../papers/csv", "/run/%2e%2e/papers/csv", "/case/..%2fruns/runs"),
    *("/assets/..%2f..%2fapp.py", "/assets/web.css", "/assets/%00.css", "/case/town%00/measures"),
    *("/run/town-run/papers/..%2f..%2f..%2fweb.sqlite", "/run/adopted/papers/csv", "/case/town/measures/..%2f..%2fx"),
)


@pytest.mark.parametrize("page", TRAVERSALS)
def test_no_address_leads_out_of_the_folder(world: World, page: str) -> None:
    assert world["anna"].get(page).status_code == 404


@pytest.mark.parametrize("name", ["../x", "a/b", ".hidden", "", "x" * 65, "town", "lund", "a\nb", "å"])
def test_a_copy_stands_among_the_cases_and_nowhere_else(world: World, name: str) -> None:
    before = sorted(world.site.folder.rglob("case.csv"))
    assert send_form(world["anna"], "/case/town/copy", {"name": name}).status_code == 422
    assert sorted(world.site.folder.rglob("case.csv")) == before


def test_a_link_in_place_of_a_run_or_a_case_is_none(world: World) -> None:
    (world.site.folder / "runs" / "link").symlink_to(world.site.folder / "runs" / "village-run")
    (world.site.folder / "cases" / "linked").symlink_to(world.site.folder / "cases" / "village")
    assert world["anna"].get("/run/link/papers/csv").status_code == 404
    assert world["anna"].get("/case/linked/measures").status_code == 404


def test_a_script_in_a_name_is_shown_and_not_run(world: World) -> None:
    page = "/case/town/scenarios"
    shown = send_form(world["planner"], page, {"name": SCRIPT, "adjust.capex.all": "1"}, page)
    assert (shown.status_code, SCRIPT in shown.text) == (200, False)
    assert "&lt;script&gt;" in shown.text
    wrong = send_form(world["planner"], page, {"name": SCRIPT, "adjust.capex.all": '"><script>'}, page)
    assert (wrong.status_code, "<script>" in wrong.text) == (422, False)
    asked = world["anna"].get("/run/%3Cscript%3E/papers/csv")
    assert "<script>" not in asked.text


@pytest.mark.parametrize("name", [SCRIPT, "a b", "", "x" * 81, "a/b", "a\nb"])
def test_a_user_is_called_something_that_does_no_harm(world: World, name: str) -> None:
    assert send_form(world["anna"], "/users", {"name": name}).status_code == 422


@pytest.mark.parametrize(
    "to", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil"]
)
def test_signing_in_leads_nowhere_else(to: str) -> None:
    assert find_inside(to) == "/"


def test_no_address_makes_a_link_that_leads_elsewhere(world: World) -> None:
    page = world["anna"].get(f"{HOST}//evil.example/x")
    assert 'href="//' not in page.text
    assert "evil.example/x?lang=en" in page.text


def test_no_page_may_hold_a_script_of_its_own_or_be_framed(world: World) -> None:
    for page in ("/", "/nowhere", "/sign-in", "/assets/none.js"):
        policy = world["anna"].get(page).headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000", ""])
def test_another_host_is_refused_however_it_is_reached(world: World, host: str) -> None:
    assert world["anna"].get("/", headers={"host": host}).status_code == 421


def test_too_much_is_not_read(world: World) -> None:
    large = b"x" * (world.site.limits.bytes + 1)
    assert world["anna"].post("/users", content=large).status_code == 413

    def stream() -> Iterator[bytes]:
        for _ in range(13):
            yield b"x" * 1_000_000

    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert world["anna"].post("/users", content=stream(), headers=headers).status_code == 413


UPLOADS = (
    ("x", "a.xlsx", b"no workbook"),
    ("x", "a.xlsx", b"<script>alert(1)</script>"),
    ("x", "a.xlsx", b""),
    ("../x", "a.xlsx", b"PK\x03\x04"),
    ("town", "a.xlsx", b"PK\x03\x04"),
    ("", "a.xlsx", b"PK\x03\x04"),
)


@pytest.mark.parametrize(("name", "file", "content"), UPLOADS)
def test_what_is_no_workbook_or_has_no_place_is_not_taken_in(
    world: World, name: str, file: str, content: bytes
) -> None:
    token = find_token(world["planner"].get("/"))
    sent = {"csrf": token, "name": name}
    answer = world["planner"].post("/case/town/import", data=sent, files={"file": (file, content)})
    assert answer.status_code == 422
    assert not (world.site.folder / "uploads").exists()


def test_a_reader_takes_no_workbook_in(world: World) -> None:
    sent = {"csrf": find_token(world["reader"].get("/")), "name": "x"}
    files = {"file": ("a.xlsx", b"PK\x03\x04")}
    assert world["reader"].post("/case/town/import", data=sent, files=files).status_code == 403


def test_a_form_of_too_many_fields_is_refused(world: World) -> None:
    fields = {f"f{number}": "" for number in range(3000)}
    assert world["anna"].post("/users", data=fields).status_code in (400, 403)


def test_who_sends_too_slowly_is_not_waited_for(tmp_path: Path) -> None:
    app = create_app(tmp_path, Site(tmp_path, limits=Limits(patience=0.05)))
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0.03)
        return {"type": "http.request", "body": b"c", "more_body": True}

    async def send(message: Any) -> None:
        sent.append(message)

    kind = b"application/x-www-form-urlencoded"
    headers = [(b"host", b"127.0.0.1"), (b"content-type", kind), (b"content-length", b"1000")]
    scope: dict[str, Any] = {"type": "http", "method": "POST", "path": "/theme", "raw_path": b"/theme"}
    scope |= {"query_string": b"", "headers": headers, "scheme": "http", "http_version": "1.1", "root_path": ""}
    scope |= {"server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1)}
    asyncio.run(app(scope, receive, send))
    assert sent[0]["status"] == 408


def test_a_head_that_trickles_is_hung_up_on(tmp_path: Path) -> None:
    class Hurried(TimedProtocol):
        patience = 0.2

    server = make_server(create_app(make_folder(tmp_path)), "127.0.0.1", 0, Hurried)
    thread = Thread(target=server.run)
    thread.start()
    try:
        until = time.monotonic() + 30
        while not server.started and time.monotonic() < until:
            time.sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        for head in (b"GET / HT", b""):
            with socket.create_connection(("127.0.0.1", port), timeout=10) as tried:
                tried.sendall(head)
                assert tried.recv(100) == b""
    finally:
        server.should_exit = True
        thread.join(30)


def test_who_asks_too_often_waits(tmp_path: Path) -> None:
    client = open_site(tmp_path, Site(make_folder(tmp_path), limits=Limits(requests=3)))
    assert [client.get("/").status_code for _ in range(4)] == [200, 200, 200, 429]


CHOICES = (
    *("out=/etc/x", "case.path=/etc", "case=lund", "lang=en", "force=true", "hydra.run.dir=/tmp", "--out", "plain"),
    *("sweep.design=/etc/passwd", "risk.path=/etc", "stress.path=x", "runners=dask", "runners.queue=batch"),
    *("adjust.price.electricity=${oc.env:HOME}", "price=../../x", "set.x=a\nout=/x", "adjust.capex.all=1\x00"),
    *("sweep.together=x", "sweep.grid.path=/x", "+out=x", "~case=x", "solver.file=/etc/passwd"),
)


@pytest.mark.parametrize("word", CHOICES)
def test_a_program_may_choose_nothing_that_names_a_place(word: str) -> None:
    with pytest.raises(Refusal):
        check_choice(word)


@pytest.mark.parametrize("word", ["adjust.price.electricity=1.3", "target=nearest", "exclude=[bio_ccs]", "solver=fast"])
def test_a_program_may_choose_what_changes_the_question(word: str) -> None:
    assert check_choice(word) == word


def test_a_key_does_what_its_user_may_and_no_more(world: World) -> None:
    key = world.site.accounts.make_key("reader", "test")
    client, headers = open_site(world.site.folder, world.site), {"authorization": f"Bearer {key}"}
    assert client.get("/api/v1/cases", headers=headers).json() == ["town"]
    assert client.get("/api/v1/runs/village-run", headers=headers).status_code == 404
    order = {"command": "plan"}
    assert client.post("/api/v1/cases/town/jobs", json=order, headers=headers).status_code == 403
    assert client.get("/", headers=headers).url.path == "/sign-in"
    assert client.get(f"/api/v1/cases?authorization=Bearer {key}").status_code == 401
    assert client.get("/api/v1/cases", headers={"authorization": "Bearer wrong"}).status_code == 401
    world.site.accounts.drop_key("reader", "test")
    assert client.get("/api/v1/cases", headers=headers).status_code == 401


ORDERS = (
    {"command": "adopt"},
    {"command": "plan; rm -rf /"},
    {"command": "plan", "choices": ["out=/tmp/x"]},
    {"command": "plan", "choices": ["target=" + "x" * 600]},
    {"command": "plan", "choices": ["target=nearest"] * 101},
    {"command": "plan", "place": "/tmp"},
    {"choices": []},
    [],
)


@pytest.mark.parametrize("order", ORDERS)
def test_an_order_that_is_none_begins_nothing(world: World, order: Any) -> None:
    key = world.site.accounts.make_key("planner", "test")
    headers = {"authorization": f"Bearer {key}"}
    client = open_site(world.site.folder, world.site)
    assert client.post("/api/v1/cases/town/jobs", json=order, headers=headers).status_code == 422
    assert Jobs(world.site.base).list_jobs("town") == []


def test_a_program_s_header_does_not_stand_for_signing_in(world: World) -> None:
    headers = {"x-fardplan": "api"}
    client = open_site(world.site.folder, world.site)
    assert client.post("/api/v1/cases/town/jobs", json={"command": "plan"}, headers=headers).status_code == 401
    answer = world["planner"].post("/api/v1/cases/town/jobs", json={"command": "plan"}, headers=headers)
    assert answer.status_code == 403


def test_sql_in_a_name_is_a_name(world: World) -> None:
    client = open_site(world.site.folder, world.site)
    for name in ("anna' --", "' or '1'='1", 'anna"; drop table user; --'):
        assert send_form(client, "/sign-in", {"name": name, "password": PASSWORD}, "/sign-in").status_code == 401
    assert world.site.accounts.find("anna") is not None


@pytest.mark.parametrize("number", ["0", "-1", "999999999999999999999", "9" * 5000, "x"])
def test_a_scenario_of_a_number_that_no_row_has_is_refused(world: World, number: str) -> None:
    """One too large for the database ended in a fault of ours."""
    assert send_form(world["anna"], f"/case/town/scenarios/{number}/drop").status_code == 422


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT"])
def test_no_other_verb_of_http_does_anything(world: World, method: str) -> None:
    assert world["anna"].request(method, "/users").status_code in (400, 403, 405)


def test_cookies_are_kept_from_scripts_and_from_other_sites(tmp_path: Path) -> None:
    site = Site(make_folder(tmp_path), ("fardplan.example", "127.0.0.1"), secure=True)
    answer = TestClient(create_app(tmp_path, site), base_url=HOST).get("/")
    cookie = answer.headers["set-cookie"]
    assert all(word in cookie for word in ("HttpOnly", "Secure", "SameSite=lax"))
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert answer.headers["cache-control"] == "no-store"
