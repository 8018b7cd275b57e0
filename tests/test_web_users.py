"""Users of the web page: invitations, signing in and out, roles by case, and what is written down of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from web_site import PASSWORD, find_token, make_folder, open_site, open_with_users, send_form, sign_in

from runners.commands.serve import invite_first
from runners.web.deeds import list_deeds
from runners.web.refusal import Refusal
from runners.web.roles import Role
from runners.web.site import Site
from runners.web.sqlite_base import SqliteBase
from runners.web.throttle import Throttle
from runners.web.users import IDLE, check_password

pytestmark = pytest.mark.usefixtures("any_base")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return open_with_users(make_folder(tmp_path, "town", "village"), bo={"town": Role.READER})


def test_the_first_administrator_chooses_a_password_by_invitation_and_is_in(tmp_path: Path) -> None:
    site = Site(make_folder(tmp_path), users=True)
    page = f"/invited/{invite_first(site)}"
    client = open_site(tmp_path, site)
    short = send_form(client, page, {"password": "short"}, page)
    assert (short.status_code, "Lösenordet ska ha minst 12 och högst 200 tecken" in short.text) == (422, True)
    assert "Var står vi" in send_form(client, page, {"password": PASSWORD}, page).text
    assert open_site(tmp_path, site).get(page).status_code == 404


def test_who_signs_in_sees_the_cases_that_they_may_see(site: Site) -> None:
    page = sign_in(site, "bo").get("/").text
    assert ("town" in page, "village" in page) == (True, False)
    assert "village" in sign_in(site, "anna").get("/").text


def test_a_wrong_password_and_an_unknown_name_are_told_alike(site: Site) -> None:
    client = open_site(site.folder, site)
    told = []
    for name in ("anna", "nobody"):
        answer = send_form(client, "/sign-in", {"name": name, "password": "wrong"}, "/sign-in?lang=en")
        told.append((answer.status_code, "The name or the password is wrong." in answer.text))
    assert told == [(401, True), (401, True)]


def test_a_visit_has_a_new_secret_after_signing_in_and_none_after_signing_out(site: Site) -> None:
    client = open_site(site.folder, site)
    client.get("/sign-in")
    before = client.cookies["fardplan_session"]
    send_form(client, "/sign-in", {"name": "anna", "password": PASSWORD}, "/sign-in")
    during = client.cookies["fardplan_session"]
    assert before != during
    send_form(client, "/sign-out")
    client.cookies.set("fardplan_session", during)
    assert client.get("/").url.path == "/sign-in"


def test_a_visit_ends_where_nothing_is_done(site: Site) -> None:
    client = sign_in(site, "anna")
    assert client.get("/").url.path == "/"
    site.base.change("update visit set seen = seen - ?", [IDLE])
    assert client.get("/").url.path == "/sign-in"


def test_a_role_holds_from_the_next_request_and_who_is_shut_out_is_out(site: Site) -> None:
    client = sign_in(site, "bo")
    administrator = sign_in(site, "anna")
    send_form(administrator, "/users/bo/role", {"case": "village", "role": "1"}, "/users")
    assert "village" in client.get("/").text
    send_form(administrator, "/users/bo/active", {"active": "0"}, "/users")
    assert client.get("/").url.path == "/sign-in"


def test_an_administrator_invites_and_cannot_shut_out_themselves(site: Site) -> None:
    client = sign_in(site, "anna")
    page = send_form(client, "/users", {"name": "eva@kommun.se"}, "/users").text
    secret = page.split("/invited/")[1].split("<")[0]
    assert site.accounts.find_invited(secret) == "eva@kommun.se"
    assert send_form(client, "/users/anna/active", {"active": "0"}, "/users").status_code == 422
    assert send_form(client, "/users/anna/role", {"case": "", "role": "0"}, "/users").status_code == 422


def test_what_was_done_is_written_down_with_who_did_it(site: Site) -> None:
    client = sign_in(site, "anna")
    send_form(client, "/users/bo/role", {"case": "village", "role": "2"}, "/users")
    deeds = [(deed.user, deed.verb, deed.case, deed.about) for deed in list_deeds(site.base)]
    assert deeds[:2] == [("anna", "set_role", "village", "bo: planner"), ("anna", "signed_in", "", "")]
    assert "satte en roll" in client.get("/log").text


def test_the_eighth_wrong_password_shuts_the_door_for_a_while(site: Site) -> None:
    client = open_site(site.folder, site)
    token = find_token(client.get("/sign-in"))
    sent = {"name": "anna", "password": "wrong", "csrf": token}
    codes = [client.post("/sign-in", data=sent).status_code for _ in range(site.limits.sign_ins + 1)]
    assert codes == [401] * site.limits.sign_ins + [429]
    right = client.post("/sign-in", data={**sent, "password": PASSWORD})
    assert right.status_code == 429


def test_tries_are_let_through_again_as_time_passes() -> None:
    now = [0.0]
    throttle = Throttle(2, 10.0, lambda: now[0])
    assert [throttle.admits("a"), throttle.admits("a"), throttle.admits("a"), throttle.admits("b")] == [
        *(True, True, False, True),
    ]
    now[0] = 10.0
    assert throttle.admits("a")


@pytest.mark.parametrize("password", ["kort", "password1234", "sommar2026!!", "anna anna anna", "aaaaaaaaaaaaab"])
def test_passwords_that_are_guessed_are_refused(password: str) -> None:
    with pytest.raises(Refusal):
        check_password("anna", password)


def test_nothing_that_is_kept_lets_its_reader_in(site: Site) -> None:
    client = sign_in(site, "anna")
    kept = _read_kept(site)
    assert client.cookies["fardplan_session"].encode() not in kept
    assert PASSWORD.encode() not in kept
    if isinstance(site.base, SqliteBase):
        assert site.base.path.stat().st_mode & 0o077 == 0


def _read_kept(site: Site) -> bytes:
    if isinstance(site.base, SqliteBase):
        return site.base.path.read_bytes() + b"".join(path.read_bytes() for path in site.folder.glob("web.sqlite-*"))
    rows = [
        row
        for table in ("visit", '"user"', "invitation", "key", "deed")
        for row in site.base.ask(f"select * from {table}")
    ]
    return repr(rows).encode()
