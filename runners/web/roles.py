"""Roles: what a visitor may do with a case, each role all that those before it may."""

from __future__ import annotations

from enum import IntEnum


class Role(IntEnum):
    """What a visitor may do with a case."""

    NONE = 0
    """Nothing: it is as if the case were not there."""
    READER = 1
    """See the case, its runs and what they say, and take reports away."""
    PLANNER = 2
    """Change measures, make scenarios, start and stop jobs."""
    FINANCE = 3
    """Change the economy too, and adopt plans."""
    ADMINISTRATOR = 4
    """Say who may do what with the case."""

    @property
    def key(self) -> str:
        """Its word in the message catalogue."""
        return f"web_role_{self.name.lower()}"
