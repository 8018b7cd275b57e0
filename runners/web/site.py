"""What is served: the folder, how visitors come to it, and the secret that their tokens are made with."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_bytes

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
SECRET_BYTES = 32


@dataclass(frozen=True)
class Site:
    """The served folder and the rules of its visitors.

    Args:
        folder: with `cases/` and `runs/`.
        hosts: names under which it may be asked; anybody who asks under another is refused.
        users: whether visitors sign in; without that only this machine is served.
        secret: what tokens against forged forms are made with.
    """

    folder: Path
    hosts: tuple[str, ...] = LOOPBACK
    users: bool = False
    secret: bytes = field(default_factory=lambda: token_bytes(SECRET_BYTES), repr=False)
