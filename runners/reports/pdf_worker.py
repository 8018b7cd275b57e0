"""What is got ready while tables are composed? Scripts of charts, the other language, the setting of pages.

All in processes of their own: composing and setting are Python's work, so a thread would gain nothing.
"""

from __future__ import annotations

import atexit
import gc
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
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
class Press:
    """A process that was told what it will be needed for; `scripts` are on their way where a page needs them.

    `pictures` are charts being drawn, by their key.
    """

    pool: ProcessPoolExecutor
    scripts: Future[str] | None
    pictures: dict[str, Future[str]] = field(default_factory=dict)

    def compose(self, material: Material, lang: str) -> Future[Document]:
        """The report in one more language, on its way."""
        return self.pool.submit(compose_aside, material, lang)

    def draw_charts(self, section: Section, lang: str) -> None:
        """Have the charts of a section drawn for paper."""
        for block in section.blocks:
            if isinstance(block, Chart):
                self.pictures[block.key] = self.pool.submit(draw_chart, block, lang)

    def set_pages(self, document: Document) -> bytes:
        """The PDF of a document; raises what `write_pdf` raises."""
        drawn = {key: picture.result() for key, picture in self.pictures.items()}
        return self.pool.submit(set_pages, document, drawn).result()

    def take_scripts(self) -> str:
        """The scripts of charts for a page."""
        return bundle_scripts() if self.scripts is None else self.scripts.result()


@contextmanager
def open_press(*, page: bool, paper: bool) -> Iterator[Press]:
    """A press for a page, for paper, for both or for neither, which starts nothing; gone afterwards.

    While it is open nobody looks for cycles of objects in this process: nearly all that is made is kept to the end.
    """
    gc.disable()
    pool = ProcessPoolExecutor(max_workers=max(page + paper, 1), mp_context=get_context("spawn"))
    try:
        scripts = pool.submit(bundle_scripts) if page else None
        if page:
            pool.submit(prepare_page)
        if paper:
            pool.submit(prepare_paper)
        yield Press(pool, scripts)
    finally:
        pool.shutdown(cancel_futures=True)
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


def prepare_paper() -> None:
    """Import what sets pages, and have the engine of charts started. What fails here fails again when it is needed.

    The process ends without giving back its objects one by one: a third of a second that somebody would wait for.
    """
    from contextlib import suppress

    from vl_convert import vega_to_svg

    atexit.register(os._exit, 0)
    vega_to_svg({"width": 1, "height": 1})
    with suppress(OSError):
        import weasyprint  # noqa: F401


def draw_chart(chart: Chart, lang: str) -> str:
    """As `draw_svg`, in a process of its own."""
    from runners.views.renderers.picture import draw_svg

    return draw_svg(chart, lang)


def set_pages(document: Document, pictures: Mapping[str, str]) -> bytes:
    """As `write_pdf`, in a process that ends soon: no search for cycles, a sixth of the time."""
    from runners.reports.pdf import write_pdf

    gc.disable()
    return write_pdf(document, pictures)
