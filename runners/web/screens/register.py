"""All screens, in the order of the navigation."""

from __future__ import annotations

from runners.web.screen import Screen
from runners.web.screens import live, start

SCREENS: tuple[Screen, ...] = (start.SCREEN, live.SCREEN)
