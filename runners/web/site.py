"""What is served: the folder with its database, under which names, to whom, and how much each visitor may ask."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from argon2 import PasswordHasher

from runners.web.base import Base
from runners.web.database import open_base
from runners.web.throttle import Room, Throttle
from runners.web.users import Users

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
SIGN_INS, ADDRESS_SIGN_INS, SIGN_IN_SECONDS = 8, 60, 900.0
"""Wrong passwords of one user, and from one address, within a quarter of an hour."""
REQUESTS, REQUEST_SECONDS = 600, 60.0
"""Requests of one visitor within a minute."""


@dataclass(frozen=True)
class Limits:
    """What is taken at the most."""

    bytes: int = 12_000_000
    """Of what is sent at once: as much as a workbook that is taken in may have."""
    patience: float = 30.0
    """Seconds in which all of it has to come."""
    requests: int = REQUESTS
    sign_ins: int = SIGN_INS
    workers: int = 2
    """Jobs at once."""
    jobs: int = 8
    """Jobs of one user that wait or run."""
    job_seconds: float = 6 * 3600.0
    job_megabytes: int = 6000
    streams: int = 20
    """Streams of progress that one visitor has open: a connection each, of which there are few."""
    beats: int = 600
    """Looks, a second apart, after which a stream of progress ends; the browser asks again."""


@dataclass(frozen=True)
class Site:
    """The served folder and the rules of its visitors.

    Args:
        folder: with `cases/` and `runs/`.
        hosts: names under which it may be asked; anybody who asks under another is refused.
        users: whether visitors sign in; without that only this machine is served.
        secure: whether visitors come by HTTPS, through a web server in front of this one.
        limits: what is taken at the most.
        hasher: how passwords are hashed; None: as RFC 9106 recommends.
    """

    folder: Path
    hosts: tuple[str, ...] = LOOPBACK
    users: bool = False
    secure: bool = False
    limits: Limits = Limits()
    hasher: PasswordHasher | None = None

    @cached_property
    def base(self) -> Base:
        """The page's own database."""
        return open_base(self.folder)

    @cached_property
    def accounts(self) -> Users:
        """Who may sign in."""
        return Users(self.base, self.hasher)

    @cached_property
    def sign_ins(self) -> Throttle:
        """Wrong passwords, by user."""
        return Throttle(self.limits.sign_ins, SIGN_IN_SECONDS)

    @cached_property
    def addresses(self) -> Throttle:
        """Wrong passwords, by address: behind one web server that is everybody's."""
        return Throttle(ADDRESS_SIGN_INS, SIGN_IN_SECONDS)

    @cached_property
    def requests(self) -> Throttle:
        """Requests, by visitor."""
        return Throttle(self.limits.requests, REQUEST_SECONDS)

    @cached_property
    def streams(self) -> Room:
        """Streams of progress, by visitor."""
        return Room(self.limits.streams)

    @property
    def secret(self) -> bytes:
        """What tokens against forged forms are made with."""
        return self.base.secret
