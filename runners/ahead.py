"""What the writing of a run will need, imported while HiGHS works and leaves the interpreter alone."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from threading import Thread

MODULES = (
    "vl_convert",
    "netCDF4",
)
BESIDE = "solve"
"""The phase beside which they are imported."""


def import_ahead(say_phase: Callable[[str], None]) -> Callable[[str], None]:
    """Tell each phase on to `say_phase`, and import MODULES in a thread beside `solve`; the next phase waits for it."""
    thread = Thread(target=_import_modules)

    def tell(phase: str) -> None:
        say_phase(phase)
        if phase == BESIDE and thread.ident is None:
            thread.start()
        elif thread.is_alive():
            thread.join()

    return tell


def _import_modules() -> None:
    for name in MODULES:
        import_module(name)
    import_module("runners.views.renderers.picture").warm_up()
