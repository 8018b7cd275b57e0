"""The foreman: a thread that gives waiting jobs to processes, as many as may run, and sees each to its end."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from threading import Event, Thread
from typing import IO

from runners.exit_codes import DONE, SOME_FAILED
from runners.results.manifest import MANIFEST
from runners.sweep_store.lock import is_locked
from runners.web.base import Lost
from runners.web.jobs import Job, Jobs, State
from runners.web.new_cases import begin_case
from runners.web.site import Site
from runners.web.worker import find_log, list_arguments

BEAT = 0.5
LEASE = 15.0
"""Seconds after which a job is taken over where its holder says nothing."""
PUT_OFF = 10.0
"""Seconds until a sweep is looked at again whose folder another process holds."""
GRACE = 20.0
"""Seconds in which a job that is asked to stop keeps what it has."""
LAST_BYTES = 4000
"""Of what a command said, kept with a job that failed."""
ENDED_WELL = (DONE, SOME_FAILED)
SWEEP, IMPORT = "sweep", "import"


@dataclass
class Run:
    """A job under way, its process, the file of its output, and when it began and was asked to stop."""

    job: Job
    process: subprocess.Popen[bytes]
    log: IO[bytes]
    began: float
    asked: float | None = None
    held: float = field(default_factory=time.monotonic)
    """When its lease was last renewed, by this host's clock."""


class Foreman:
    """Runs the jobs of a site. Several may run beside each other: each job is held by one."""

    def __init__(self, site: Site, beat: float = BEAT, lease: float = LEASE) -> None:
        self.site = site
        self.jobs = Jobs(site.base)
        self.holder = token_hex(8)
        self.beat, self.lease = beat, lease
        self.runs: dict[str, Run] = {}
        self._ended = Event()
        self._thread = Thread(target=self._work, name="foreman", daemon=True)

    def start(self) -> None:
        """Begin to look for jobs."""
        self._thread.start()

    def end(self) -> None:
        """Stop all processes; their jobs wait again, for the next foreman."""
        self._ended.set()
        self._thread.join(GRACE)

    def _work(self) -> None:
        while not self._ended.is_set():
            try:
                self.look()
            except Lost:
                self._let_go()
            except OSError:
                pass
            self._ended.wait(self.beat)
        for name, run in self.runs.items():
            kill(run)
            run.log.close()
            with suppress(Lost):  # its lease runs out then
                self.jobs.release(name, self.holder)

    def _let_go(self) -> None:
        """End what another host may take over soon, as nobody heard of it here for a while."""
        late = time.monotonic() - self.lease / 2
        for name, run in list(self.runs.items()):
            if run.held < late:
                kill(run)
                run.log.close()
                del self.runs[name]

    def look(self) -> None:
        """See to each process, then fill what places are free."""
        for name, run in list(self.runs.items()):
            if self._settle(run):
                run.log.close()
                del self.runs[name]
        while len(self.runs) < self.site.limits.workers:
            job = self.jobs.claim(self.holder, self.lease)
            if job is None:
                return
            if job.kind == SWEEP and is_locked(job.place):  # another host's, which has gone: its lock falls by itself
                self.jobs.put_off(job.id, self.holder, PUT_OFF)
                continue
            if job.tries > 1 and job.kind != SWEEP and (job.place / MANIFEST).is_file():  # only the telling was lost
                self.jobs.finish(job.id, self.holder, State.DONE, DONE, "")
                continue
            self.runs[job.id] = self._begin(job)

    def _begin(self, job: Job) -> Run:
        path = find_log(self.site.folder, job.id)
        path.parent.mkdir(exist_ok=True)
        log = path.open("ab")
        arguments = list_arguments(self.site.limits.job_megabytes, job.words)
        process = subprocess.Popen(
            arguments, cwd=self.site.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
        return Run(job, process, log, time.monotonic())

    def _settle(self, run: Run) -> bool:
        """Whether a job is at its end, here at least."""
        asked = time.monotonic()
        state = self.jobs.renew(run.job.id, self.holder, self.lease)
        run.held = asked
        if state is None:  # another took it over: what is done here would be done twice
            kill(run)
            return True
        code = run.process.poll()
        if code is None:
            late = time.monotonic() - run.began > self.site.limits.job_seconds
            if late or state is State.STOPPING:
                _ask_to_stop(run)
            return False
        if code < 0 and state is State.RUNNING and run.asked is None:  # a signal took it, and not we: it is begun again
            self.jobs.lose(run.job.id, self.holder)
            return True
        ended = State.DONE if code in ENDED_WELL else State.STOPPED if state is State.STOPPING else State.FAILED
        told = "" if ended is State.DONE else read_end(find_log(self.site.folder, run.job.id))
        if self.jobs.finish(run.job.id, self.holder, ended, code, told) and ended is State.DONE:
            self._hand_over(run.job)
        return True

    def _hand_over(self, job: Job) -> None:
        """A case that was taken in belongs to who took it in: not before it is there, for the name is nobody's yet."""
        if job.kind == IMPORT:
            begin_case(self.site, job.user, job.place.name, "took_in_case", job.name)


def _ask_to_stop(run: Run) -> None:
    if run.asked is None:
        run.asked = time.monotonic()
        run.process.send_signal(signal.SIGINT)
    elif time.monotonic() - run.asked > GRACE:
        kill(run)


def kill(run: Run) -> None:
    """End a process and all that it began."""
    with suppress(ProcessLookupError):
        os.killpg(run.process.pid, signal.SIGKILL)
    run.process.wait()


def read_end(log: Path) -> str:
    """The last that a command said."""
    if not log.is_file():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - LAST_BYTES))
        return file.read().decode("utf-8", "replace").strip()
