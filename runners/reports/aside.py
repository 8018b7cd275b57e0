"""What is done beside the confirming of plans: reports composed, charts drawn for paper.

Composing is Python's work, so it has a process of its own; the engine of charts lets others run, and has a thread.
"""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.context import BaseContext
from typing import TYPE_CHECKING

from runners.lean_start import start_lean
from runners.views.section import Chart, Document

if TYPE_CHECKING:
    from runners.reports.document import Material

FORK, SPAWN = "fork", "spawn"
ENGINE = "vl_convert"


@dataclass(frozen=True)
class Aside:
    """A process and a thread, and the charts that are being drawn: SVG by the chart's key."""

    process: ProcessPoolExecutor
    thread: ThreadPoolExecutor
    drawn: list[Future[dict[str, str]]] = field(default_factory=list)

    def compose(self, material: Material, lang: str) -> Future[Document]:
        """The report in a language, on its way."""
        return self.process.submit(compose_aside, material, lang)

    def draw_charts(self, take_document: Callable[[], Document]) -> None:
        """Have the charts of a report drawn for paper as soon as it is composed, and the engine started meanwhile."""
        self.drawn.append(self.thread.submit(_draw_charts, take_document))

    def take_pictures(self) -> dict[str, str]:
        """The charts that were drawn."""
        return {key: picture for drawn in self.drawn for key, picture in drawn.result().items()}


def _draw_charts(take_document: Callable[[], Document]) -> dict[str, str]:
    from runners.views.renderers.picture import draw_svg, warm_up

    warm_up()
    document = take_document()
    charts = [block for section in document.sections for block in section.blocks if isinstance(block, Chart)]
    return {chart.key: draw_svg(chart, document.lang) for chart in charts}


@contextmanager
def open_aside() -> Iterator[Aside]:
    """A process that is started when it is first asked for something, and a thread; both ended afterwards.

    While it is open nobody looks for cycles of objects in this process: nearly all that is made is kept to the end.
    """
    gc.disable()
    process = ProcessPoolExecutor(max_workers=1, mp_context=_choose_start(), initializer=prepare_process)
    thread = ThreadPoolExecutor(max_workers=1)
    try:
        yield Aside(process, thread)
    finally:
        process.shutdown(cancel_futures=True)
        thread.shutdown(cancel_futures=True)
        gc.enable()


def _choose_start() -> BaseContext:
    """A copy of this process, which has loaded all that composing needs; a new one where a copy would not be whole.

    A copy has none of the threads of this process: what one of them holds would be held in it for ever.
    """
    whole = threading.active_count() == 1 and ENGINE not in sys.modules and FORK in get_all_start_methods()
    return get_context(FORK if whole else SPAWN)


def prepare_process() -> None:
    """What a process that composes starts with."""
    gc.disable()
    start_lean()


def compose_aside(material: Material, lang: str) -> Document:
    """As `compose_document`, in a process of its own."""
    from runners.reports.document import compose_document

    return compose_document(material, lang)
