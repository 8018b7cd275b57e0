"""A report becomes its files: plans are confirmed while it is composed and drawn, then each file is put into place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from conf.words import LANGUAGES
from runners.atomic_write import put_file
from runners.reports.aside import Aside, open_aside
from runners.reports.document import Material, compose_document
from runners.reports.endings import HTML, PDF, WORD
from runners.reports.run_folder import Run
from runners.views.section import Document

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
    with open_aside() as aside:
        documents = _gather_documents(material, files, lang, aside, confirm)
        for path in files:
            write = partial(_write_document, documents=documents, aside=aside, started=material.started)
            yield put_file(path, write, force)


def _gather_documents(
    material: Material, files: Sequence[Path], lang: str, aside: Aside, confirm: Confirm
) -> list[Document]:
    """The report in each language that the files have, `lang` first, once every plan is confirmed.

    Reports of plans are composed aside meanwhile. Of other results one language is composed here, the others aside;
    of a sweep all are composed here: to send its tables takes longer than to read them.
    """
    endings = {path.suffix for path in files}
    langs = [lang, *(other for other in LANGUAGES if other != lang and HTML in endings)]
    sent = [] if material.sweep else langs if material.plans else langs[1:]
    begun = {other: aside.compose(material, other) for other in sent}
    if PDF in endings and lang in begun:
        aside.draw_charts(begun[lang].result)
    for plan in material.plans:
        confirm(plan, lang)
    documents = [begun[other].result() if other in begun else compose_document(material, other) for other in langs]
    if PDF in endings and lang not in begun:
        aside.draw_charts(lambda: documents[0])
    return documents


def _write_document(path: Path, documents: Sequence[Document], aside: Aside, started: str) -> None:
    """The documents as the ending of the file says: HTML in all languages, PDF and Word in the first."""
    if path.suffix == HTML:
        from runners.reports.page import write_page

        path.write_text(write_page(documents), encoding="utf-8")
    elif path.suffix == WORD:
        from runners.views.renderers.word import write_word

        path.write_bytes(write_word(documents[0], started))
    else:
        from runners.views.renderers.pdf import write_pdf

        path.write_bytes(write_pdf(documents[0], aside.take_pictures(), started))
