"""A report becomes its files: plans are confirmed while it is composed and drawn, then each file is put into place."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from conf.words import LANGUAGES
from runners.atomic_write import put_file
from runners.helper import open_helper
from runners.reports.document import Material, compose_document
from runners.reports.endings import HTML, PDF, WORD
from runners.reports.run_folder import Run
from runners.views.renderers.picture import draw_svg
from runners.views.section import Chart, Document

Confirm = Callable[[Run, str], None]
"""Raises where a plan is not what it says, told in a language."""


def trust(_plan: Run, _lang: str) -> None:
    """Take a plan as it is."""


def write_files(
    material: Material, files: Sequence[Path], lang: str, force: bool, confirm: Confirm = trust
) -> Iterator[Path]:
    """Write a report as each of its files, and give each when it stands there.

    Args:
        material: what the report is about.
        files: to write, each ending as one of `ENDINGS`; without any nothing is composed.
        lang: of PDF and Word, and the first of HTML, which has all.
        force: over a file that is there.
        confirm: looks at each plan; nothing is written before it has.

    Raises:
        CaseError: a plan is not what it says, or a file stands in the way.
    """
    if not files:
        return
    with open_helper() as helper, spare_cycles():
        documents, pictures = _gather_documents(material, files, lang, helper, confirm)
        for path in files:
            write = partial(_write_document, documents=documents, pictures=pictures, started=material.started)
            yield put_file(path, write, force)


@contextmanager
def spare_cycles() -> Iterator[None]:
    """Nobody looks for cycles of objects meanwhile: nearly all that is made is kept to the end."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _gather_documents(
    material: Material, files: Sequence[Path], lang: str, helper: Executor, confirm: Confirm
) -> tuple[list[Document], dict[str, str]]:
    """The report in each language that the files have, `lang` first, and its charts, once every plan is confirmed.

    The helper composes the first language, and draws its charts for paper. While a plan is confirmed here it composes
    all others, if there is nothing to draw. A sweep is composed here: to send its tables takes longer.
    """
    endings = {path.suffix for path in files}
    langs = [lang, *(other for other in LANGUAGES if other != lang and HTML in endings)]
    drawn = PDF in endings
    sent = [] if material.sweep else langs if material.plans and not drawn else langs[:1]
    begun = {other: helper.submit(_compose, material, other, drawn) for other in sent}
    for plan in material.plans:
        confirm(plan, lang)
    here = {other: _compose(material, other, drawn=False) for other in langs if other not in begun}
    composed = here | {other: answer.result() for other, answer in begun.items()}
    return [composed[other][0] for other in langs], composed[lang][1]


def _compose(material: Material, lang: str, drawn: bool) -> tuple[Document, dict[str, str]]:
    """The report in a language; its charts as SVG by their key, where they are to be drawn."""
    document = compose_document(material, lang)
    blocks = [block for section in document.sections for block in section.blocks] if drawn else []
    return document, {block.key: draw_svg(block, lang) for block in blocks if isinstance(block, Chart)}


def _write_document(path: Path, documents: Sequence[Document], pictures: Mapping[str, str], started: str) -> None:
    """The documents as the ending of the file says: HTML in all languages, PDF and Word in the first."""
    if path.suffix == HTML:
        from runners.reports.page import write_page

        path.write_text(write_page(documents), encoding="utf-8")
    elif path.suffix == WORD:
        from runners.views.renderers.word import write_word

        path.write_bytes(write_word(documents[0], started))
    else:
        from runners.views.renderers.pdf import write_pdf

        path.write_bytes(write_pdf(documents[0], pictures, started))
