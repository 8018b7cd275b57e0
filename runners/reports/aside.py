"""What is done beside the composing of a report: its other language, charts for paper, the scripts of charts.

Composing is Python's work, so the other language has a process of its own; the engine of charts lets others run, and
has a thread.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import TYPE_CHECKING

from runners.lean_start import keep_text_plain, leave_out_dask
from runners.reports.scripts import bundle_scripts
from runners.views.section import Chart, Document, Section

if TYPE_CHECKING:
    from runners.reports.document import Material


@dataclass(frozen=True)
class Aside:
    """A process and a thread, and what they are doing: `pictures` are charts being drawn, by their key."""

    process: ProcessPoolExecutor
    thread: ThreadPoolExecutor
    scripts: Future[str] | None
    pictures: dict[str, Future[str]] = field(default_factory=dict)

    def compose(self, material: Material, lang: str) -> Future[Document]:
        """The report in one more language, on its way."""
        return self.process.submit(compose_aside, material, lang)

    def draw_charts(self, section: Section, lang: str) -> None:
        """Have the charts of a section drawn for paper."""
        from runners.views.renderers.picture import draw_svg

        for block in section.blocks:
            if isinstance(block, Chart):
                self.pictures[block.key] = self.thread.submit(draw_svg, block, lang)

    def take_pictures(self) -> dict[str, str]:
        """The charts that were drawn, SVG by the chart's key."""
        return {key: picture.result() for key, picture in self.pictures.items()}

    def take_scripts(self) -> str:
        """The scripts of charts for a page."""
        return bundle_scripts() if self.scripts is None else self.scripts.result()


@contextmanager
def open_aside(*, page: bool, paper: bool) -> Iterator[Aside]:
    """What is done aside for a page, for paper, for both or for neither, which starts nothing; ended afterwards.

    While it is open nobody looks for cycles of objects in this process: nearly all that is made is kept to the end.
    """
    from runners.views.renderers.picture import warm_up

    gc.disable()
    process = ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"))
    thread = ThreadPoolExecutor(max_workers=1)
    try:
        scripts = thread.submit(bundle_scripts) if page else None
        if page:
            process.submit(prepare_page)
        if paper:
            thread.submit(warm_up)
        yield Aside(process, thread, scripts)
    finally:
        process.shutdown(cancel_futures=True)
        thread.shutdown(cancel_futures=True)
        gc.enable()


def prepare_page() -> None:
    """Import what composes a report, for its other language. What fails here fails again when it is needed."""
    from importlib import import_module

    gc.disable()
    leave_out_dask()
    keep_text_plain()
    import_module("runners.reports.document")


def compose_aside(material: Material, lang: str) -> Document:
    """As `compose_document`, in a process of its own."""
    from runners.reports.document import compose_document

    return compose_document(material, lang)
