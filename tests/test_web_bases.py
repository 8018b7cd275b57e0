"""The page's database, the same in SQLite and in PostgreSQL: what hosts may rely on, and what is told without it."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import TYPE_CHECKING, TypeVar

import pytest
from web_site import PASSWORD, make_folder, open_site, open_with_users, sign_in

from runners.cli import main
from runners.results.manifest import MANIFEST
from runners.run_index import CATALOGUE, HERE, Catalogue
from runners.sweep_store.lock import LOCK
from runners.web.app import keep_index_here
from runners.web.base import Lost
from runners.web.base_tables import STEPS
from runners.web.database import open_base
from runners.web.deeds import list_deeds, note_deed
from runners.web.exclusions import list_excluded, set_excluded
from runners.web.foreman import SWEEP, Foreman
from runners.web.jobs import Jobs, State
from runners.web.refusal import Refusal
from runners.web.roles import Role
from runners.web.scenarios import add_scenario, list_scenarios
from runners.web.site import Site
from runners.web.sqlite_base import FILE
from runners.web.users import Users

if TYPE_CHECKING:
    from postgres import Cluster

ABOUT = {"case": "town", "user": "anna", "kind": "list", "name": "test"}
HOSTS = 6
Found = TypeVar("Found")
OVER_BOTH = pytest.mark.usefixtures("any_base")


def ask_together(ask: Callable[[int], Found]) -> list[Found]:
    """What each of some hosts gets, all at the same moment."""
    barrier = Barrier(HOSTS)

    def begin(number: int) -> Found:
        barrier.wait()
        return ask(number)

    with ThreadPoolExecutor(HOSTS) as pool:
        return list(pool.map(begin, range(HOSTS)))


@OVER_BOTH
def test_hosts_that_begin_together_make_one_set_of_tables_one_secret_and_one_administrator(tmp_path: Path) -> None:
    """Each host opens the database by itself; what each says to the first administrator holds until one is used."""
    secrets = ask_together(lambda _: open_base(tmp_path).secret)
    assert len(set(secrets)) == 1
    invited = ask_together(lambda _: Users(open_base(tmp_path)).invite_first("administrator"))
    users = Users(open_base(tmp_path))
    assert [(user.name, user.everywhere) for user in users.list_users()] == [("administrator", Role.ADMINISTRATOR)]
    assert [users.find_invited(secret) for secret in invited] == ["administrator"] * HOSTS
    users.set_password("administrator", PASSWORD)
    assert [users.find_invited(secret) for secret in invited] == [None] * HOSTS


@OVER_BOTH
def test_a_user_is_made_once_and_found_without_regard_to_capitals(tmp_path: Path) -> None:
    def add(number: int) -> bool:
        try:
            Users(open_base(tmp_path)).add("ÅSA" if number % 2 else "åsa")
        except Refusal:
            return False
        return True

    assert sum(ask_together(add)) == 1
    users = open_with_users(tmp_path, Åke={"": Role.READER}).accounts
    assert (users.check("ÅKE", PASSWORD), users.check("åke", "wrong"), users.check("bo\0", PASSWORD)) == (
        "Åke",
        None,
        None,
    )
    assert users.admit_subject("https://id.example|42", "åke") == "åke_1"
    assert users.admit_subject("https://id.example|42", "åke") == "åke_1"


@OVER_BOTH
def test_each_job_is_given_to_one_host(tmp_path: Path) -> None:
    jobs = Jobs(open_base(tmp_path))
    queued = [jobs.queue(ABOUT, ["list"], tmp_path / "x", 100).id for _ in range(3 * HOSTS)]

    def claim(number: int) -> list[str]:
        own, found = Jobs(open_base(tmp_path)), []
        while (job := own.claim(f"host {number}", 100.0)) is not None:
            found.append(job.id)
        return found

    assert sorted(name for names in ask_together(claim) for name in names) == sorted(queued)


@OVER_BOTH
def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    """Scenarios in order, measures left out once, deeds newest first, a sign that PostgreSQL does not keep, keys."""
    base = open_base(tmp_path)
    for name in ("Dyrt", "Billigt"):
        add_scenario(base, "town", name, {"adjust.capex.all": 1.5})
    assert [(each.name, dict(each.settings)) for each in list_scenarios(base, "town")] == [
        *(("Dyrt", {"adjust.capex.all": 1.5}), ("Billigt", {"adjust.capex.all": 1.5})),
    ]
    for _ in range(2):
        set_excluded(base, "town", "school", True)
    assert list_excluded(base, "town") == ["school"]
    note_deed(base, "anna", "planned", "town", "50 % av ?\0")
    note_deed(base, "bo", "planned", "village")
    assert [deed.user for deed in list_deeds(base)] == ["bo", "anna"]
    (deed,) = list_deeds(base, ["town"])
    assert deed.about.startswith("50 % av ?")
    assert abs(deed.at.timestamp() - time.time()) < 60
    users = Users(base)
    users.add("anna")
    key = users.make_key("anna", "statistik")
    found = users.find_key(key)
    assert (found is not None and found.name, users.list_keys("anna")) == ("anna", ["statistik"])
    users.set_active("anna", False)
    assert users.find_key(key) is None


@OVER_BOTH
def test_a_change_that_fails_leaves_nothing(tmp_path: Path) -> None:
    base = open_base(tmp_path)

    def fail() -> None:
        with base.write() as written:
            written.execute("insert into setting values ('name', 'half')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert base.ask("select value from setting where name = 'name'") == []


def test_leases_are_by_the_clock_of_the_database(
    postgres: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host whose clock is an hour ahead takes nothing over; one that is an hour behind signs nobody out."""
    (tmp_path / "database.toml").write_text(f'address = "{postgres.make_address()}"\n')
    base = open_base(tmp_path)
    jobs, users = Jobs(base), Users(base)
    jobs.queue(ABOUT, ["list"], tmp_path / "x", 2)
    assert jobs.claim("one", 100.0) is not None
    users.add("anna")
    monkeypatch.setattr(time, "time", lambda: 0.0)
    visit = users.begin_visit("anna")
    monkeypatch.undo()
    assert users.find_visit(visit) is not None
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3600)
    assert jobs.claim("two", 100.0) is None


def test_a_connection_that_was_lost_is_opened_anew(postgres: Cluster, tmp_path: Path) -> None:
    address = postgres.make_address()
    (tmp_path / "database.toml").write_text(f'address = "{address}"\n')
    base = open_base(tmp_path)
    before = base.secret
    with postgres.connect(address.rpartition("/")[2]) as other:
        other.execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'fardplan'")
    assert base.ask("select value from setting where name = 'secret'")[0]["value"] == before.hex()


def test_a_server_that_goes_and_comes_back_is_told_and_found_again(
    postgres: Cluster, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Pages say so with 503 and ask nothing of it, files are given, and who was signed in still is."""
    (tmp_path / "database.toml").write_text(f'address = "{postgres.make_address()}"\n')
    site = open_with_users(make_folder(tmp_path))
    client = sign_in(site, "anna")
    program = {"authorization": "Bearer key"}
    assert client.get("/").status_code == 200
    postgres.stop()
    try:
        with caplog.at_level(logging.DEBUG):
            page, told = client.get("/case/town/economy"), client.get("/api/v1/cases", headers=program)
            sheet = client.get(page.text.split('stylesheet" href="')[1].split('"')[0])
            with pytest.raises(Lost) as lost:
                site.base.ask("select 1")
    finally:
        postgres.start()
    assert (page.status_code, page.headers["retry-after"], told.status_code) == (503, "10", 503)
    assert "Sidans databas svarar inte just nu" in page.text
    assert "Sidans databas svarar inte just nu" in told.json()["problems"][0]
    assert sheet.status_code == 200
    assert not any(word in text for word in ("hemligt", "ord@") for text in (page.text, caplog.text, repr(lost.value)))
    assert client.get("/").status_code == 200


BAD = {
    "gone": ('address = "postgresql://fardplan:hemligt%40ord@127.0.0.1:1/x"', "its server does not answer"),
    "password": ('address = "postgresql://fardplan:hemligt@127.0.0.1:{port}/postgres"', "does not let the user in"),
    "database": ('address = "postgresql://fardplan:hemligt%40ord@127.0.0.1:{port}/none"', "no database or user"),
    "sign": ('address = "postgresql://fardplan:hemligt@ord@127.0.0.1/x"', "is no address of a database"),
    "scheme": ('address = "mysql://fardplan:hemligt@127.0.0.1/x"', "is no address of a database"),
    "number": ("address = 5", "is no address of a database"),
    "none": ("", "is no address of a database"),
    "another": ('address = "postgresql:///x"\nhemligt = 1', "'hemligt' is no setting"),
    "cut": ('address = "postgresql://fardplan:hemligt', "cannot be read as TOML"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_database_that_cannot_be_used_ends_the_start_with_one_sentence(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, told = BAD[kind]
    if "{port}" in text:
        cluster: Cluster = request.getfixturevalue("postgres")
        text = text.format(port=cluster.port)
    (make_folder(tmp_path) / "database.toml").write_text(text + "\n")
    assert main(["serve", str(tmp_path), "lang=en"]) == 2
    said = "".join(capsys.readouterr())
    assert told in said
    assert said.count("\n") == 1
    assert "hemligt" not in said.replace("'hemligt' is no setting", "")
    assert not (tmp_path / FILE).exists()


def test_a_file_of_the_first_make_is_opened_and_goes_on(tmp_path: Path) -> None:
    """As it was written before November's end: names of tables without quotes, one step, and a visit that goes on."""
    make_folder(tmp_path)
    with sqlite3.connect(tmp_path / FILE) as old:
        for order in STEPS[0].replace('"user"', "user").split(";"):
            old.execute(order)
        old.execute("pragma user_version = 1")
        old.execute("insert into user (name, everywhere, created) values ('Anna', 4, 1.0)")
        now = time.time()
        digest = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"  # of "secret"
        old.execute("insert into visit values (?, 'Anna', ?, ?)", [digest, now, now])
    old.close()
    site = Site(tmp_path, users=True)
    client = open_site(tmp_path, site)
    client.cookies.set("fardplan_session", "secret")
    assert ">Anna</a>" in client.get("/").text
    assert site.base.ask("select count(*) as number from begun")[0]["number"] == 0


@OVER_BOTH
def test_a_database_of_a_newer_make_is_left_alone(tmp_path: Path, any_base: str) -> None:
    base = open_base(tmp_path)
    assert base.secret
    if any_base == "postgres":
        base.change("update setting set value = '99' where name = 'steps'")
    else:
        base.change("pragma user_version = 99")
    base.close()
    with pytest.raises(Lost, match="web_base_newer"):
        open_base(tmp_path).ask("select 1")


def test_a_disk_that_takes_no_file_is_told_as_a_database_that_is_away(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(Lost):
        open_base(tmp_path).ask("select 1")


def test_a_foreman_who_hears_nothing_ends_what_another_may_take_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreman = Foreman(Site(make_folder(tmp_path)), lease=2.0)
    job = foreman.jobs.queue(ABOUT, ["list", "measures", "--help"], tmp_path / "x", 2)
    foreman.look()
    run = foreman.runs[job.id]
    foreman._let_go()
    assert foreman.runs == {job.id: run}
    run.held -= 1.1
    foreman._let_go()
    assert (foreman.runs, run.process.poll()) == ({}, -9)
    assert foreman.jobs.get(job.id).state is State.RUNNING  # until its lease has run out


def test_a_sweep_whose_folder_another_computer_holds_waits_and_lets_others_pass(tmp_path: Path) -> None:
    """Another host went a moment ago: its lock counts for three minutes more."""
    foreman = Foreman(Site(make_folder(tmp_path)))
    place = tmp_path / "runs" / "sweep"
    place.mkdir()
    (place / LOCK).write_text('{"host": "another", "pid": 1, "since": "now"}')
    sweep = foreman.jobs.queue({**ABOUT, "kind": SWEEP}, ["sweep"], place, 5)
    other = foreman.jobs.queue(ABOUT, ["list", "measures", "--help"], tmp_path / "x", 5)
    foreman.look()
    assert list(foreman.runs) == [other.id]
    assert foreman.jobs.get(sweep.id).tries == 0
    foreman._ended.set()
    foreman._work()


def test_hosts_that_share_a_folder_keep_the_index_of_its_runs_each_with_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs, here = tmp_path / "runs", tmp_path / "here"
    (runs / "x").mkdir(parents=True)
    plan = '{"program": "fardplan", "case": "town", "started": "2026-11-30T10:00:00+01:00"}'
    (runs / "x" / MANIFEST).write_text(plan)
    monkeypatch.setenv(HERE, str(here))
    keep_index_here()
    for _ in range(2):
        assert [run.place.name for run in Catalogue(runs).list_runs()] == ["x"]
    assert not list(runs.glob(f"{CATALOGUE}*"))
    assert len(list(here.glob("*.sqlite"))) == 1
    Catalogue(runs).rebuild()
    monkeypatch.delenv(HERE)
    assert Catalogue(runs).file == runs / CATALOGUE
