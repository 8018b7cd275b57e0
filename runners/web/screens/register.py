"""All screens, in the order of the navigation."""

from __future__ import annotations

from runners.web.screen import Screen
from runners.web.screens import curves, follow, live, result, risk, start, why

SCREENS: tuple[Screen, ...] = (
    *(start.SCREEN, live.SCREEN, result.SCREEN, curves.SCREEN, why.SCREEN, risk.SCREEN, follow.SCREEN),
)
