"""A screen: the question that it answers, where it lies, and what answers it."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter

CASE, RUN = "{case}", "{run}"
"""Parts of a screen's path that stand for the case, or for the run, that is looked at."""


@dataclass(frozen=True)
class Screen:
    """A page with a place in the navigation.

    Args:
        path: where it lies: `/case/{case}/measures` is about a case, `/run/{run}/result` about a run.
        name: message key of what the navigation calls it.
        title: message key of its question; its fields are filled by what the page says with `fields`.
        router: what answers there, and wherever else its forms lead.
    """

    path: str
    name: str
    title: str
    router: APIRouter

    def locate(self, case: str | None, run: str | None) -> str | None:
        """Its address for a case and a run; None where it needs one that there is not."""
        if (CASE in self.path and case is None) or (RUN in self.path and run is None):
            return None
        return self.path.replace(CASE, case or "").replace(RUN, run or "")
