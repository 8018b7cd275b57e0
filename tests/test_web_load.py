"""The web page under kills: workers and servers go at random, and nothing is lost or done twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import crowd
import httpx2
import pytest
from web_site import make_folder

from runners.web.jobs import Job, Jobs, State
from runners.web.orders import quote
from runners.web.site import Site
from runners.web.users import Users

if TYPE_CHECKING:
    from postgres import Cluster

SERVER = (
    "import sys; from pathlib import Path; from runners.web.foreman import Foreman; from runners.web.site import Site;"
    " import time; f = Foreman(Site(Path(sys.argv[1])), beat=0.1, lease=1.5); f.start(); time.sleep(1000)"
)
KILLS = 50
JOBS = 6
PLANS = 5
"""More than two hosts run at a time."""
pytestmark = pytest.mark.slow


def begin(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", SERVER, str(folder)])


def find_workers(server: int) -> list[int]:
    tasks = Path(f"/proc/{server}/task")
    if not tasks.is_dir():
        return []
    return [int(word) for task in tasks.iterdir() for word in (task / "children").read_text().split()]


@pytest.mark.usefixtures("any_base")
def test_fifty_kills_lose_nothing_and_do_nothing_twice(tmp_path: Path) -> None:
    """A server or a worker is killed at random; each plan is there once in the end, and who visits still does."""
    site = Site(make_folder(tmp_path), users=True)
    users: Users = site.accounts
    users.add("anna")
    visit = users.begin_visit("anna")
    chance = random.Random(19)
    jobs = Jobs(site.base)
    queued: list[Job] = []
    server = begin(tmp_path)
    for kill in range(KILLS):
        if len(queued) < JOBS:
            place = tmp_path / "runs" / f"plan-{kill}"
            case = quote(str(tmp_path / "cases" / "town"))
            words = ["plan", "case=own", f"case.path={case}", f"out={quote(str(place))}"]
            queued.append(jobs.queue({"case": "town", "user": "anna", "kind": "plan", "name": "x"}, words, place, 100))
        time.sleep(chance.uniform(0.2, 2.0))
        workers = find_workers(server.pid)
        if workers and chance.random() < 0.5:
            os.kill(chance.choice(workers), signal.SIGKILL)
        else:
            server.kill()
            server.wait()
            server = begin(tmp_path)
        for job in (jobs.get(job.id) for job in queued):
            if job.state is State.FAILED:  # a worker that was killed, or a job begun five times: somebody goes on
                jobs.resume(job.id, 100)
    until = time.monotonic() + 600
    while any(jobs.get(job.id).open or jobs.get(job.id).state is State.FAILED for job in queued):
        assert time.monotonic() < until
        for job in queued:
            if jobs.get(job.id).state is State.FAILED:
                jobs.resume(job.id, 100)
        time.sleep(0.2)
    server.kill()
    server.wait()
    assert [jobs.get(job.id).state for job in queued] == [State.DONE] * JOBS
    made = sorted(path.parent.name for path in (tmp_path / "runs").glob("*/manifest.json"))
    assert made == sorted(job.place.name for job in queued)
    assert users.find_visit(visit) is not None


def test_two_hosts_serve_one_site_and_one_that_is_killed_leaves_nothing_undone(
    postgres: Cluster, tmp_path: Path
) -> None:
    """Two servers, one folder, one PostgreSQL: each plan is made by one of them; visits hold at both, and go on."""
    (tmp_path / "database.toml").write_text(f'address = "{postgres.make_address()}"\n')
    visits = crowd.make_site(tmp_path, 2)
    jobs = Jobs(Site(tmp_path).base)
    with crowd.serve(tmp_path) as (first, here), crowd.serve(tmp_path) as (_, there):
        for address in (here, there, here):
            assert read_start(address, visits[0]) == 200
        queued = [queue_plan(jobs, tmp_path, f"plan-{number}") for number in range(PLANS)]
        until = time.monotonic() + 60
        while len({row["holder"] for row in list_running(jobs)}) < 2:  # both have some
            assert time.monotonic() < until
            time.sleep(0.05)
        os.kill(first, signal.SIGKILL)
        assert read_start(there, visits[0]) == 200
        until = time.monotonic() + 900
        while any(job.open for job in (jobs.get(job.id) for job in queued)):
            assert time.monotonic() < until
            time.sleep(0.2)
        assert read_start(there, visits[1]) == 200
    ended = [jobs.get(job.id) for job in queued]
    assert [job.state for job in ended] == [State.DONE] * PLANS
    assert sum(job.tries for job in ended) > PLANS  # some were begun at the one and taken over by the other
    assert sorted(path.parent.name for path in (tmp_path / "runs").glob("*/manifest.json")) == sorted(
        job.place.name for job in queued
    )
    jobs.base.close()


def read_start(address: str, visit: str) -> int:
    """The status of the start page, for who visits."""
    return httpx2.get(address, cookies={"fardplan_session": visit}).status_code


def queue_plan(jobs: Jobs, folder: Path, name: str) -> Job:
    """A plan that waits."""
    place, case = folder / "runs" / name, folder / "cases" / crowd.name_case(0)
    words = ["plan", "case=own", f"case.path={quote(str(case))}", f"out={quote(str(place))}"]
    about = {"case": crowd.name_case(0), "user": "reader0.", "kind": "plan", "name": name}
    return jobs.queue(about, words, place, 100)


def list_running(jobs: Jobs) -> list[dict[str, object]]:
    """The jobs that a host runs."""
    return jobs.base.ask("select holder from job where state = 'running'")
