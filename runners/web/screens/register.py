"""All screens, in the order of the navigation."""

from __future__ import annotations

from runners.web.screen import Screen
from runners.web.screens import economy, measures, runs, scenarios, start

SCREENS: tuple[Screen, ...] = (start.SCREEN, economy.SCREEN, measures.SCREEN, scenarios.SCREEN, runs.SCREEN)
