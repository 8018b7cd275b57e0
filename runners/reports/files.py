"""A report becomes its files: plans are confirmed while they are made, then each file is put into place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from conf.words import LANGUAGES
from runners.atomic_write import put_file
from runners.helper import work_beside
from runners.lean_start import spare_cycles
from runners.reports.confirming import Confirm, trust
from runners.reports.document import Material, compose_document
from runners.reports.endings import HTML, WORD
from runners.views.section import Chart, Document


def write_files(
    material: Material, files: Sequence[Path], lang: str, force: bool, confirm: Confirm = trust
) -> Iterator[Path]:
    """Write a report as each of its files, and give each when it stands there.

    Args:
        material: what the report is about.
        files: to write, each ending as one of `ENDINGS`; without any nothing is composed.
        lang: of PDF and Word, and the first of HTML, which has all.
        force: over a file that is there.
        confirm: looks at plans while the report is made; nothing is written before it has.

    Raises:
        CaseError: a plan is not what it says, or a file stands in the way.
    """
    if not files:
        return
    with spare_cycles(), confirm(material.plans, lang) as settle:
        documents = _compose_all(material, files, lang)
        made = {path: _make_file(path.suffix, documents, material.started) for path in files}
        settle()
        for path, content in made.items():
            yield put_file(path, partial(_write, content), force)


def _write(content: bytes, path: Path) -> None:
    path.write_bytes(content)


def _compose_all(material: Material, files: Sequence[Path], lang: str) -> list[Document]:
    """The report in each language that the files have, `lang` first.

    The other languages are composed by a copy of this process. Those of a sweep are not: to send them takes longer.
    """
    has_all = any(path.suffix == HTML for path in files)
    works = [partial(compose_document, material, other) for other in LANGUAGES if has_all and other != lang]
    with nullcontext(works) if material.sweep else work_beside(*works) as takes:
        first = compose_document(material, lang)
        return [first, *(take() for take in takes)]


def _make_file(ending: str, documents: Sequence[Document], started: str) -> bytes:
    """The documents as the ending says: HTML in all languages, PDF and Word in the first."""
    if ending == HTML:
        from runners.reports.page import write_page

        return write_page(documents).encode("utf-8")
    if ending == WORD:
        from runners.views.renderers.word import write_word

        return write_word(documents[0], started)
    from runners.views.kept_figures import draw_charts
    from runners.views.renderers.pdf import write_pdf

    document = documents[0]
    charts = [block for section in document.sections for block in section.blocks if isinstance(block, Chart)]
    return write_pdf(document, draw_charts(charts, document.lang), started)
