"""With which code a command ends: what a script that called it can know."""

from __future__ import annotations

DONE = 0
"""What was asked for is there: a verified plan, or nothing wrong."""
OUR_FAULT = 1
"""A fault of the program, or a plan that the verifier does not accept."""
BAD_INPUT = 2
"""Words, files or places that cannot be used."""
INFEASIBLE = 3
"""Hard targets and rules that contradict each other."""
SOME_FAILED = 4
"""Some scenarios of a sweep have no plan."""
OUT_OF_TIME = 5
"""No plan was found in time."""
SIGNALLED = 128
"""Plus the number of the signal that stopped it."""
STOPPED = SIGNALLED + 2
"""Stopped by the person at the keyboard."""
