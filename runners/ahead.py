"""What the writing of a run will need, imported while HiGHS works and leaves the interpreter alone."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from threading import Event, Thread
from time import process_time

MODULES = ("netCDF4",)
BESIDE = "solve"
"""The phase beside which they are imported."""
PATIENCE, GLANCE = 0.1, 0.02
"""Seconds of the processor for which the solver has to be at work: a solution that is kept is read in less, and its
figures are kept; and how often that is looked at."""


def start_engine() -> None:
    """Start the engine that draws, which takes longer than a chart does."""
    import_module("runners.views.renderers.picture").warm_up()


def import_ahead(say_phase: Callable[[str], None], more: Callable[[], object] = start_engine) -> Callable[[str], None]:
    """Tell each phase on to `say_phase`, and import MODULES in a thread beside `solve`; the next phase waits for it.

    Where a solve ends before PATIENCE nothing is imported beside it.

    Args:
        say_phase: told each phase.
        more: is done as well: the engine started here, or asked of a helper.
    """
    beside: list[tuple[Thread, Event]] = []
    imported = Event()

    def tell(phase: str) -> None:
        while beside:
            thread, ended = beside.pop()
            ended.set()
            thread.join()
        say_phase(phase)
        if phase == BESIDE and not imported.is_set():
            ended = Event()
            beside.append((Thread(target=_import_modules, args=(ended, imported, more)), ended))
            beside[0][0].start()

    return tell


def _import_modules(ended: Event, imported: Event, more: Callable[[], object]) -> None:
    """Import MODULES and do more, unless the solver has ended before."""
    begun = process_time()
    while process_time() - begun < PATIENCE:
        if ended.wait(GLANCE):
            return
    imported.set()
    for name in MODULES:
        import_module(name)
    more()
