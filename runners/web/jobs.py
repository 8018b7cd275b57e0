"""Jobs: commands of the program that wait, run and end, in the page's database; a job is held by a lease.

Who runs a job renews its lease; a lease that has run out, because its holder was killed, is taken over by the next.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from secrets import token_hex
from typing import Any

from runners.web.base import Base, Writing
from runners.web.refusal import TOO_MANY, Refusal

MOST_TRIES = 5
"""Times that a job is begun: one that takes its holder with it each time is given up."""
LASTING = 200
"""Jobs shown of a case."""


class State(Enum):
    """Where a job stands; its word is the message `web_job_<value>`."""

    QUEUED = "queued"
    """It waits for a worker."""
    RUNNING = "running"
    """A worker runs it."""
    STOPPING = "stopping"
    """It was asked to stop."""
    DONE = "done"
    """Its answer is there."""
    FAILED = "failed"
    """It ended without one; the command's own words say why."""
    STOPPED = "stopped"
    """Somebody stopped it."""


OPEN = (State.QUEUED, State.RUNNING, State.STOPPING)
"""States in which a job has not ended."""


@dataclass(frozen=True)
class Job:
    """A command of the program.

    Args:
        id: in addresses.
        case: that it is about.
        user: who began it.
        kind: `plan`, `sweep` or the name of another command.
        name: what the user called it.
        words: after `fardplan`.
        place: folder of its answer; blank for a command that has none.
        code: the exit code, None before it ended.
        told: why it failed, in the command's own words.
    """

    id: str
    case: str
    user: str
    kind: str
    name: str
    words: tuple[str, ...]
    place: Path
    state: State
    created: datetime
    began: datetime | None
    ended: datetime | None
    code: int | None
    tries: int
    told: str

    @property
    def open(self) -> bool:
        """Whether it has not ended."""
        return self.state in OPEN


class Jobs:
    """The jobs of a site."""

    def __init__(self, base: Base) -> None:
        self.base = base

    def queue(self, about: Mapping[str, str], words: Sequence[str], place: Path, most: int) -> Job:
        """Let a command wait for a worker.

        Args:
            about: `case`, `user`, `kind` and `name`.
            words: after `fardplan`.
            place: of its answer.
            most: jobs of one user that wait or run.

        Raises:
            Refusal: the user has as many already.
        """
        name = token_hex(8)
        with self.base.write() as base:
            _require_room(base, about["user"], most)
            order = """insert into job (id, "case", "user", kind, name, words, place, state, created)
                values (?, ?, ?, ?, ?, ?, ?, 'queued', clock())"""
            given = [*(about[key] for key in ("case", "user", "kind", "name")), json.dumps(list(words)), str(place)]
            base.execute(order, [name, *given])
        return self.get(name)

    def get(self, name: str) -> Job:
        """A job by its id; raises KeyError."""
        rows = self.base.ask("select * from job where id = ?", [name])
        if not rows:
            raise KeyError(name)
        return _read(rows[0])

    def list_jobs(self, case: str) -> list[Job]:
        """The jobs of a case, those that have not ended first, then the newest."""
        order = f"""select * from job where "case" = ?
            order by state in ('queued', 'running', 'stopping') desc, created desc limit {LASTING}"""
        return [_read(row) for row in self.base.ask(order, [case])]

    def count_open(self) -> dict[str, int]:
        """How many jobs of each case wait or run."""
        order = """select "case", count(*) as number from job
            where state in ('queued', 'running', 'stopping') group by 1"""
        return {row["case"]: row["number"] for row in self.base.ask(order)}

    def claim(self, holder: str, seconds: float) -> Job | None:
        """Take the job that has waited longest, or one whose holder has let its lease run out; None: there is none.

        One that was to stop when its holder went is stopped, and one that was begun too often has failed.
        """
        with self.base.write() as base:
            lost = "lease < clock() and state"
            base.execute(f"update job set state = 'stopped', ended = clock() where {lost} = 'stopping'")
            failed = f"update job set state = 'failed', ended = clock() where {lost} = 'running' and tries >= ?"
            base.execute(failed, [MOST_TRIES])
            order = f"""update job set state = 'running', holder = ?, lease = clock() + ?,
                began = coalesce(began, clock()), tries = tries + 1 where id = (select id from job
                where state = 'queued' or ({lost} = 'running') order by created, id limit 1) returning *"""
            rows = base.execute(order, [holder, seconds]).fetchall()
        return _read(rows[0]) if rows else None

    def renew(self, name: str, holder: str, seconds: float) -> State | None:
        """Hold a job on; its state, None where another holds it by now."""
        order = """update job set lease = clock() + ? where id = ? and holder = ?
            and state in ('running', 'stopping') returning state"""
        rows = self.base.ask(order, [seconds, name, holder])
        return State(rows[0]["state"]) if rows else None

    def finish(self, name: str, holder: str, state: State, code: int | None, told: str) -> bool:
        """Write down how a job ended; False where another holds it by now."""
        order = "update job set state = ?, code = ?, told = ?, ended = clock(), lease = 0 where id = ? and holder = ?"
        return bool(self.base.change(order, [state.value, code, told, name, holder]))

    def put_off(self, name: str, holder: str, seconds: float) -> None:
        """Let a job wait so long that could not be begun; it counts as not begun."""
        order = "update job set lease = clock() + ?, tries = tries - 1 where id = ? and holder = ?"
        self.base.change(order, [seconds, name, holder])

    def lose(self, name: str, holder: str) -> None:
        """Let whoever looks next take a job over, its process having gone; it counts as begun."""
        self.base.change("update job set lease = 0 where id = ? and holder = ?", [name, holder])

    def release(self, name: str, holder: str) -> None:
        """Let a job wait again: whoever ran it is stopped, and it goes on after a restart."""
        order = """update job set state = 'queued', lease = 0, tries = tries - 1
            where id = ? and holder = ? and state = 'running'"""
        self.base.change(order, [name, holder])

    def stop(self, name: str) -> None:
        """Ask a job to stop; one that waits is stopped at once."""
        with self.base.write() as base:
            order = "update job set state = 'stopped', ended = clock() where id = ? and state = 'queued'"
            base.execute(order, [name])
            base.execute("update job set state = 'stopping' where id = ? and state = 'running'", [name])

    def resume(self, name: str, most: int) -> None:
        """Let a job that was stopped or failed wait again, with the same words; raises Refusal as `queue`."""
        order = """update job set state = 'queued', ended = null, code = null, told = '', tries = 0, holder = ''
            where id = ? and state in ('stopped', 'failed')"""
        user = self.get(name).user
        with self.base.write() as base:
            _require_room(base, user, most)
            base.execute(order, [name])


def _require_room(base: Writing, user: str, most: int) -> None:
    """Refuse where a user lets as many jobs wait or run as may be."""
    marks = ", ".join("?" * len(OPEN))
    count = f'select count(*) as number from job where "user" = ? and state in ({marks})'
    if base.execute(count, [user, *(state.value for state in OPEN)]).fetchall()[0]["number"] >= most:
        raise Refusal(TOO_MANY, "web_jobs_many", {"most": most})


def _read(row: Any) -> Job:
    return Job(
        id=row["id"],
        case=row["case"],
        user=row["user"],
        kind=row["kind"],
        name=row["name"],
        words=tuple(json.loads(row["words"])),
        place=Path(row["place"]),
        state=State(row["state"]),
        created=_read_time(row["created"]),
        began=None if row["began"] is None else _read_time(row["began"]),
        ended=None if row["ended"] is None else _read_time(row["ended"]),
        code=row["code"],
        tries=row["tries"],
        told=row["told"],
    )


def _read_time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds).astimezone()
