"""Jobs of the web page: the same commands, held by a lease; what is killed goes on, what is done is not done twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from web_site import find_token, make_folder, open_site, open_with_users, send_form, sign_in

from runners.analyses.live.levers import Lever
from runners.cli import main
from runners.web.foreman import Foreman
from runners.web.jobs import Job, Jobs, State
from runners.web.levels import RATE, TAXES, read_level, read_row
from runners.web.orders import quote, write_design
from runners.web.plans import list_runs
from runners.web.refusal import Refusal
from runners.web.roles import Role
from runners.web.site import Limits, Site

ABOUT = {"case": "town", "user": "anna", "kind": "list", "name": "test"}
QUICK = ["list", "measures", "--help"]


OVER_BOTH = pytest.mark.usefixtures("any_base")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(make_folder(tmp_path))


def await_end(foreman: Foreman, name: str, seconds: float = 120.0) -> Job:
    """The job when it has ended."""
    until = time.monotonic() + seconds
    while (job := foreman.jobs.get(name)).open:
        assert time.monotonic() < until, job
        foreman.look()
        time.sleep(0.05)
    return job


@OVER_BOTH
def test_a_job_is_held_by_one_and_taken_over_when_its_lease_has_run_out(site: Site, tmp_path: Path) -> None:
    jobs = Jobs(site.base)
    job = jobs.queue(ABOUT, QUICK, tmp_path / "x", 2)
    assert jobs.claim("one", 100.0) is not None
    assert jobs.claim("two", 100.0) is None
    site.base.change("update job set lease = 1")
    again = jobs.claim("two", 100.0)
    assert (again is not None and again.id == job.id, again is not None and again.tries) == (True, 2)
    assert jobs.renew(job.id, "one", 100.0) is None
    assert not jobs.finish(job.id, "one", State.DONE, 0, "")
    assert jobs.finish(job.id, "two", State.DONE, 0, "")


@OVER_BOTH
def test_a_job_that_takes_its_holder_with_it_each_time_is_given_up(site: Site, tmp_path: Path) -> None:
    jobs = Jobs(site.base)
    job = jobs.queue(ABOUT, QUICK, tmp_path / "x", 2)
    for _ in range(5):
        assert jobs.claim("one", 100.0)
        site.base.change("update job set lease = 1")
    assert jobs.claim("one", 100.0) is None
    assert jobs.get(job.id).state is State.FAILED


@OVER_BOTH
def test_a_job_that_was_to_stop_when_its_holder_went_is_stopped(site: Site, tmp_path: Path) -> None:
    jobs = Jobs(site.base)
    job = jobs.queue(ABOUT, QUICK, tmp_path / "x", 2)
    jobs.claim("one", 100.0)
    jobs.stop(job.id)
    site.base.change("update job set lease = 1")
    assert jobs.claim("two", 100.0) is None
    assert jobs.get(job.id).state is State.STOPPED


@OVER_BOTH
def test_nobody_may_let_more_wait_than_is_allowed(site: Site, tmp_path: Path) -> None:
    jobs = Jobs(site.base)
    jobs.queue(ABOUT, QUICK, tmp_path / "x", 1)
    with pytest.raises(Refusal):
        jobs.queue(ABOUT, QUICK, tmp_path / "y", 1)
    jobs.queue({**ABOUT, "user": "bo"}, QUICK, tmp_path / "y", 1)


@pytest.mark.slow
def test_a_command_that_fails_says_why_in_its_own_words(site: Site) -> None:
    foreman = Foreman(site)
    job = foreman.jobs.queue(ABOUT, ["list", "nothing-like-it", "lang=en"], site.folder / "runs" / "x", 2)
    ended = await_end(foreman, job.id)
    assert (ended.state, ended.code) == (State.FAILED, 2)
    assert "nothing-like-it" in ended.told


@OVER_BOTH
def test_a_foreman_that_ends_lets_its_jobs_wait_for_the_next(site: Site) -> None:
    foreman = Foreman(site, beat=0.01)
    job = foreman.jobs.queue(ABOUT, QUICK, site.folder / "runs" / "x", 2)
    foreman.look()
    assert foreman.jobs.get(job.id).state is State.RUNNING
    pid = foreman.runs[job.id].process.pid
    foreman._ended.set()
    foreman._work()
    assert foreman.jobs.get(job.id).state is State.QUEUED
    assert not Path(f"/proc/{pid}").exists()
    assert await_end(Foreman(site), job.id).state is State.DONE


def test_a_process_that_is_killed_is_begun_again(site: Site) -> None:
    foreman = Foreman(site)
    job = foreman.jobs.queue(ABOUT, QUICK, site.folder / "runs" / "x", 2)
    foreman.look()
    os.kill(foreman.runs[job.id].process.pid, signal.SIGKILL)
    ended = await_end(foreman, job.id)
    assert (ended.state, ended.tries) == (State.DONE, 2)


@OVER_BOTH
def test_what_was_written_but_not_told_is_not_done_twice(site: Site) -> None:
    place = site.folder / "runs" / "x"
    place.mkdir()
    (place / "manifest.json").write_text("{}")
    jobs = Jobs(site.base)
    job = jobs.queue({**ABOUT, "kind": "plan"}, ["plan", "nonsense"], place, 2)
    jobs.claim("killed", 100.0)
    site.base.change("update job set lease = 1")
    foreman = Foreman(site)
    foreman.look()
    assert (foreman.jobs.get(job.id).state, foreman.runs) == (State.DONE, {})


def test_time_and_stopping_end_a_process(site: Site) -> None:
    hurried = Site(site.folder, limits=Limits(job_seconds=0.0))
    foreman = Foreman(hurried)
    job = foreman.jobs.queue(ABOUT, QUICK, site.folder / "runs" / "x", 2)
    assert await_end(foreman, job.id).state in (State.FAILED, State.DONE)


def test_levers_make_settings_and_several_levels_make_each_combination() -> None:
    rate, taxes = Lever(RATE, "money", 0, 0.04, 0.01, 0, least=-0.2, utmost=0.5), Lever(TAXES, "money", 0, 2, 0.1, 1)
    assert read_row({RATE: "1; 2", TAXES: "−2 %"}, [rate, taxes]) == [
        {"shift.rate.all": 0.01, "adjust.taxes_and_grants.all": 0.98},
        {"shift.rate.all": 0.02, "adjust.taxes_and_grants.all": 0.98},
    ]
    with pytest.raises(Refusal) as refused:
        read_row({RATE: "lots"}, [rate])
    assert refused.value.tell("en") == "'lots' cannot be used. Write a number between -20 and 50."


def test_a_design_is_a_table_that_the_command_reads(tmp_path: Path) -> None:
    word = write_design(tmp_path, [("base", {}), ("dear", {"adjust.capex.all": 1.25})])
    path = Path(word.removeprefix("sweep.design=").strip("'"))
    assert path.read_text() == "name,adjust.capex.all\nbase,\ndear,1.25\n"
    assert quote("it's") == "'it\\'s'"


def test_a_scenario_that_cannot_be_read_keeps_what_was_typed(site: Site) -> None:
    client = open_site(site.folder, site)
    page = "/case/town/scenarios"
    answer = send_form(client, page, {"name": "Dyrt", "adjust.capex.all": "mycket"}, page)
    assert answer.status_code == 422
    assert "&#39;mycket&#39; kan inte användas. Skriv ett tal mellan -100 och 400." in answer.text
    assert 'value="Dyrt"' in answer.text
    assert 'value="mycket"' in answer.text
    assert "+25\xa0%" in send_form(client, page, {"name": "Dyrt", "adjust.capex.all": "25"}, page).text


def test_a_case_with_mistakes_is_not_planned_and_says_what_is_wrong(site: Site) -> None:
    (site.folder / "cases" / "town" / "demands.csv").write_text("commodity,year,value\nnothing,2025,x\n")
    client = open_site(site.folder, site)
    answer = send_form(client, "/case/town/plans?lang=en", {}, "/case/town/runs")
    assert answer.status_code == 422
    assert "demands.csv row 2" in answer.text


@OVER_BOTH
def test_another_case_s_job_is_not_there(tmp_path: Path) -> None:
    site = open_with_users(make_folder(tmp_path, "town", "village"), bo={"village": Role.PLANNER})
    job = Jobs(site.base).queue(ABOUT, QUICK, tmp_path / "x", 2)
    client = sign_in(site, "bo")
    for place in (f"/case/village/jobs/{job.id}/stop", f"/case/town/jobs/{job.id}/stop"):
        assert send_form(client, place, {}, "/case/village/scenarios").status_code == 404
    assert Jobs(site.base).get(job.id).state is State.QUEUED


@OVER_BOTH
def test_progress_comes_as_events(tmp_path: Path) -> None:
    site = Site(make_folder(tmp_path), limits=Limits(beats=1))
    Jobs(site.base).queue(ABOUT, QUICK, tmp_path / "x", 2)
    answer = open_site(tmp_path, site).get("/case/town/jobs")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.startswith("event: jobs\ndata: ")
    assert "väntar" in answer.text


@pytest.mark.slow
def test_a_plan_and_a_sweep_of_the_page_are_those_of_the_command(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    client = open_site(site.folder, site)
    page = "/case/town/scenarios"
    send_form(client, page, {"name": "Dyrt", "adjust.capex.all": "10; 20"}, page)
    send_form(client, "/case/town/plans", {}, page)
    send_form(client, "/case/town/sweeps", {}, page)
    foreman = Foreman(site)
    ended = [await_end(foreman, job.id) for job in foreman.jobs.list_jobs("town")]
    assert [(job.state, job.told) for job in ended] == [(State.DONE, "")] * 2
    runs = {run.indexed.kind: run for run in list_runs(site.folder, "town") if run.indexed is not None}
    assert runs["sweep"].indexed is not None
    assert runs["sweep"].indexed.total == 3
    assert "3 av 3" in client.get(page).text
    command = main(
        ["plan", "case=own", f"case.path={site.folder / 'cases' / 'town'}", f"out={site.folder / 'runs' / 'shell'}"]
    )
    assert command == 0
    assert "från terminalen" in client.get("/case/town/runs").text
    ours, theirs = (site.folder / "runs" / name / "tables" / "costs.csv" for name in (runs["plan"].name, "shell"))
    assert ours.read_bytes() == theirs.read_bytes()


@pytest.mark.slow
def test_a_server_that_is_killed_leaves_no_process_and_the_next_ends_the_job(site: Site) -> None:
    jobs = Jobs(site.base)
    place = site.folder / "runs" / "x"
    words = ["plan", "case=own", f"case.path={quote(str(site.folder / 'cases' / 'town'))}", f"out={quote(str(place))}"]
    job = jobs.queue({**ABOUT, "kind": "plan"}, words, place, 2)
    code = (
        "import sys, time; from pathlib import Path; from runners.web.foreman import Foreman; "
        "from runners.web.site import Site; f = Foreman(Site(Path(sys.argv[1])), lease=1.0); f.start(); time.sleep(100)"
    )
    server = subprocess.Popen([sys.executable, "-c", code, str(site.folder)])
    _await(lambda: jobs.get(job.id).state is State.RUNNING and _find_children(server.pid) != [])
    children = _find_children(server.pid)
    os.kill(server.pid, signal.SIGKILL)
    server.wait()
    _await(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children))
    time.sleep(1.1)
    assert await_end(Foreman(site), job.id).state is State.DONE
    assert (place / "manifest.json").is_file()


@pytest.mark.slow
def test_a_case_goes_out_as_a_workbook_and_comes_back_as_another(site: Site) -> None:
    """A workbook that is none inside is told as such by the job, in the words of the command."""
    client, foreman = open_site(site.folder, site), Foreman(site)
    page = "/case/town/workbooks"
    send_form(client, page, {}, page)
    (job,) = foreman.jobs.list_jobs("town")
    assert await_end(foreman, job.id).state is State.DONE
    workbook = client.get(f"{page}/{job.id}").content
    token = find_token(client.get(page))
    for name, content, state in (("back", workbook, State.DONE), ("bad", workbook[:2000], State.FAILED)):
        sent = {"csrf": token, "name": name}
        client.post("/case/town/import", data=sent, files={"file": ("../../evil.xlsx", content)})
        job = next(each for each in foreman.jobs.list_jobs("town") if each.name == name)
        assert await_end(foreman, job.id).state is state
    assert client.get("/case/back/measures").status_code == 200
    assert not (site.folder / "cases" / "bad").exists()


def _await(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


def _find_children(pid: int) -> list[int]:
    return [
        int(word) for task in Path(f"/proc/{pid}/task").iterdir() for word in (task / "children").read_text().split()
    ]


def test_a_lever_of_an_amount_is_the_amount() -> None:
    assert read_level(Lever("target.roads", "targets", 0, 1, 0.1, 0.5), "0,85") == 0.85
