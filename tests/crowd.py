"""A crowd at the web page: readers who ask page after page while sweeps run, each answer timed and looked into.

`python tests/crowd.py MINUTES` is a soak: the crowd stays so long, and the memory of the server is sampled meanwhile.
Everything is on this machine, and bounded: so many readers, so many pages each, so long.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from statistics import median

import httpx2

import scenarios

SERVER = """
import sys
from pathlib import Path
from argon2 import PasswordHasher
from runners.web.app import create_app
from runners.web.serve import make_server
from runners.web.site import Limits, Site
site = Site(Path(sys.argv[1]), users=True, limits=Limits(requests=100_000),
            hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
make_server(create_app(site.folder, site), "127.0.0.1", int(sys.argv[2])).run()
"""
"""The page as it is served, but for the number of requests in a minute: one machine is all readers here."""
HOST = "127.0.0.1"
TITLE, MARK = re.compile(r"<h1>(.*?)</h1>"), "Läsare"
READERS, PAGES, SWEEPS, CASES = 50, 12, 5, 10
BREATH = 4.0
"""Seconds that a reader looks at a page."""
SHORT_BREATH, FEWEST = 0.2, 6
"""Of a soak: seconds between two pages, and rounds at least."""
MOST_SECONDS = 0.3
PATIENCE = 300.0
PLACES = ("/", "/case/{case}/economy", "/case/{case}/measures", "/case/{case}/scenarios", "/case/{case}/runs")
SPIN = 200_000
SHIPPED = Path(scenarios.__file__).parent


@dataclass(frozen=True)
class Page:
    """An answer: who asked for what, how long it took, its status, whether it was the reader's own, what failed."""

    reader: int
    place: str
    seconds: float
    status: int
    own: bool
    failed: str = ""


@dataclass(frozen=True)
class Crowded:
    """What a crowd got.

    `slowness`: how many times slower than alone a piece of work went on this machine meanwhile.
    """

    pages: list[Page]
    slowness: float

    @property
    def lost(self) -> int:
        """Pages that did not come."""
        return sum(page.status != httpx2.codes.OK for page in self.pages)

    @property
    def mixed(self) -> int:
        """Pages that were another reader's."""
        return sum(page.status == httpx2.codes.OK and not page.own for page in self.pages)

    def tell_lost(self) -> str:
        """What was lost and how: of which page, with which status or error."""
        lost = (page for page in self.pages if page.status != httpx2.codes.OK)
        return "; ".join(f"{page.place}: {page.failed or page.status} after {page.seconds:.2f} s" for page in lost)

    def tell_late(self, seconds: float) -> str:
        """Which part of each kind of page came later than so many seconds."""
        kinds = dict.fromkeys(page.place for page in self.pages)
        shares = {kind: [page.seconds > seconds for page in self.pages if page.place == kind] for kind in kinds}
        return ", ".join(f"{kind} {sum(late) / len(late):.0%}" for kind, late in sorted(shares.items()))

    def share_within(self, seconds: float) -> float:
        """Part of the pages that came within so long."""
        return sum(page.seconds <= seconds for page in self.pages) / len(self.pages)


def make_site(folder: Path, readers: int) -> dict[int, str]:
    """A folder with ten cases, each for some readers alone; the secrets of the readers' visits."""
    from runners.web.roles import Role
    from runners.web.site import Site

    site = Site(folder, users=True)
    visits = {}
    for number in range(CASES):
        case = folder / "cases" / name_case(number)
        shutil.copytree(SHIPPED / "minimal", case)
        file = case / "case.csv"
        file.write_text(file.read_text().replace("Exempelby", f"{MARK} {number}."))
    for number in range(readers):
        site.accounts.add(f"reader{number}.")
        site.accounts.set_role(f"reader{number}.", name_case(number), Role.PLANNER)
        visits[number] = site.accounts.begin_visit(f"reader{number}.")
    (folder / "runs").mkdir()
    return visits


def name_case(reader: int) -> str:
    """The case of a reader."""
    return f"town-{reader % CASES}"


@contextmanager
def serve(folder: Path) -> Iterator[tuple[int, str]]:
    """The page of a folder in a process of its own: its id, and where it is."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(folder), str(port)])
    address = f"http://{HOST}:{port}"
    try:
        _await(address)
        yield process.pid, address
    finally:
        process.terminate()
        process.wait(PATIENCE)


def begin_sweeps(address: str, visits: Mapping[int, str], count: int) -> None:
    """Let some readers begin a sweep each of three scenarios, as their pages do."""
    for number in range(count):
        with _open(address, visits[number]) as client:
            here = f"/case/{name_case(number)}/scenarios"
            token = re.search(r'name="csrf" value="(\w+)"', client.get(here).text)
            assert token is not None
            csrf = {"csrf": token.group(1)}
            client.post(here, data={**csrf, "name": "dearer", "adjust.capex.all": "10; 20; 30"})
            assert client.post(f"/case/{name_case(number)}/sweeps", data=csrf).status_code == httpx2.codes.OK


def gather(address: str, visits: Mapping[int, str], pages: int, breath: float = BREATH) -> Crowded:
    """Let every reader ask for so many pages, all at once, a breath between two."""
    with ThreadPoolExecutor(len(visits) + 1) as pool:
        asked = [pool.submit(_read, address, number, visit, pages, breath) for number, visit in visits.items()]
        slowness = []
        while not all(each.done() for each in asked):
            slowness.append(_measure_slowness())
            time.sleep(0.2)
        return Crowded([page for each in asked for page in each.result()], median(slowness or [1.0]))


def read_memory(pid: int) -> float:
    """Megabytes that a process holds."""
    words = Path(f"/proc/{pid}/statm").read_text().split()
    return int(words[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def soak(minutes: float, readers: int = 10) -> list[float]:
    """Let a crowd stay so long, and for a few rounds at least; the server's memory after each, in megabytes."""
    samples = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        visits = make_site(folder, readers)
        with serve(folder) as (pid, address):
            until = time.monotonic() + 60 * minutes
            while time.monotonic() < until or len(samples) < FEWEST:
                found = gather(address, visits, len(PLACES), SHORT_BREATH)
                if found.lost or found.mixed:
                    raise SystemExit(f"{found.lost} pages lost, {found.mixed} mixed: {found.tell_lost()}")
                samples.append(read_memory(pid))
    return samples


def _ask(client: HTTPConnection, path: str, headers: Mapping[str, str]) -> tuple[HTTPResponse, bytes]:
    """A page; where the server had closed a connection that was open it is asked for once more, as browsers do."""
    reused = client.sock is not None
    try:
        client.request("GET", path, headers=headers)
        answer = client.getresponse()
    except (ConnectionError, HTTPException):
        if not reused:
            raise
        client.close()
        client.request("GET", path, headers=headers)
        answer = client.getresponse()
    return answer, answer.read()


def _read(address: str, number: int, visit: str, pages: int, breath: float) -> list[Page]:
    """Pages as a browser asks for them: on a connection that stays, packed; unpacked when its time has been taken.

    The plainest client there is: all readers share one process, whose own work would be measured else.
    """
    case, found = name_case(number), []
    time.sleep(breath * number / READERS)
    headers = {"cookie": f"fardplan_session={visit}", "accept-encoding": "gzip"}
    with closing(HTTPConnection(address.removeprefix("http://"), timeout=PATIENCE)) as client:
        for turn in range(pages):
            place = PLACES[(number + turn) % len(PLACES)]
            began = time.perf_counter()
            try:
                answer, body = _ask(client, place.format(case=case), headers)
            except (OSError, HTTPException) as error:
                found.append(Page(number, place, time.perf_counter() - began, 0, own=False, failed=repr(error)))
                client.close()
                continue
            seconds = time.perf_counter() - began
            text = (gzip.decompress(body) if answer.headers["content-encoding"] == "gzip" else body).decode()
            found.append(Page(number, place, seconds, answer.status, _is_own(text, number)))
            time.sleep(breath)
    return found


def _is_own(text: str, number: int) -> bool:
    """Whether a page names its reader and the reader's case, and no other."""
    named = set(re.findall(rf"{MARK} (\d+)\.", text)) | set(re.findall(r"/case/town-(\d+)/", text))
    return named == {str(number % CASES)} and f">reader{number}.<" in text


def _open(address: str, visit: str) -> httpx2.Client:
    return httpx2.Client(base_url=address, cookies={"fardplan_session": visit}, timeout=PATIENCE, follow_redirects=True)


def _measure_slowness() -> float:
    """How long a piece of work takes, by its own time on the processor."""
    began, worked = time.perf_counter(), time.thread_time()
    sum(range(SPIN))
    return max((time.perf_counter() - began) / max(time.thread_time() - worked, 1e-6), 1.0)


def _await(address: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            httpx2.get(f"{address}/sign-in")
        except httpx2.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the page was not served in time")


if __name__ == "__main__":
    for sample in soak(float(sys.argv[1]) if len(sys.argv) > 1 else 30.0):
        print(f"{sample:.1f} MB", flush=True)
