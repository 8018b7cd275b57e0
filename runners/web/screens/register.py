"""All screens, in the order of the navigation."""

from __future__ import annotations

from runners.web.screen import Screen
from runners.web.screens import (
    curves,
    economy,
    follow,
    live,
    measures,
    result,
    risk,
    runs,
    scenarios,
    start,
    why,
)

SCREENS: tuple[Screen, ...] = (
    start.SCREEN,
    economy.SCREEN,
    measures.SCREEN,
    scenarios.SCREEN,
    live.SCREEN,
    result.SCREEN,
    curves.SCREEN,
    why.SCREEN,
    risk.SCREEN,
    follow.SCREEN,
    runs.SCREEN,
)
