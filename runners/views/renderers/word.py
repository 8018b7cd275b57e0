"""A document of sections as a Word file: headings, paragraphs, tables with heads on every page, pictures, page numbers.

It knows no subject. Whoever gets the file edits it: headings, lists and tables are Word's own, so that a contents list,
a style or a number can be changed there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from conf.words import format_number, say
from runners.views.renderers.grid import read_section, read_table
from runners.views.renderers.picture import draw_png
from runners.views.section import Block, Chart, Document, Facts, Finder, Grid, Points, Row, Section, Table, Text
from scenarios.errors import TURNING

PAGE_WIDTH, PAGE_HEIGHT, MARGIN = 21.0, 29.7, 2.0
"""A4 and its margins, in centimetres."""
WIDE = 9
"""A section with a table of more columns than this lies on its side."""
DENSE = 7
"""Tables of more columns than this are set smaller."""
BODY, SMALL, SMALLER, NOTE = 10.0, 8.5, 7.0, 8.5
"""Sizes of type in points: of text, of tables, of dense tables, of notes."""
LEAST_LETTERS, ROOM = 5.0, 1.5
"""Letters that a column holds at the least, and what it has beside its longest."""
LONGEST_WORDS = 34.0
"""Letters of a column of words beyond which it breaks into lines."""
INK, HEAD_FILL, TOTAL_FILL = "1F2933", "DDE7EB", "EEF3F5"
FEWEST_LISTED = 3
"""Sections that a contents list begins with."""
FIRST_FOUND = 25
"""Rows of a table that is searched on a page: nobody searches in a file."""
UNWRITABLE = re.compile(
    f"[^\\t\\n\\x20-\\x7e\\xa0-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]|[{''.join(sorted(TURNING))}]"
)
"""What no file may hold: control characters, halves of letters, marks that turn direction."""
TONGUES = {"sv": "sv-SE", "en": "en-GB"}
"""Which language Word checks the spelling of."""


def write_word(document: Document, started: str = "") -> bytes:
    """The bytes of a Word file in the document's language.

    Args:
        document: as composed.
        started: when what it shows was made, which is the file's own date; so that one result gives one file.
    """
    import docx

    word = docx.Document()
    _set_styles(word, document.lang)
    _describe(word, document, started)
    _lay_page(word.sections[0], wide=False)
    _number_pages(word.sections[0], document.title)
    _write_head(word, document)
    wide = False
    for section in (read_section(each, document.lang) for each in document.sections):
        if _is_wide(section) != wide:
            from docx.enum.section import WD_SECTION

            wide = not wide
            _lay_page(word.add_section(WD_SECTION.NEW_PAGE), wide=wide)
        word.add_heading(clean(section.title), 1)
        for block in section.blocks:
            _write_block(word, block, document.lang, wide)
    _add(word, document.words["footer"], "Note")
    file = BytesIO()
    word.save(file)
    return file.getvalue()


def clean(text: str) -> str:
    """Text without what no Word file and no PDF may hold; see UNWRITABLE."""
    return UNWRITABLE.sub("", text)


def _write_head(word: Any, document: Document) -> None:
    """Kicker, title, subtitle, and a contents list that Word fills with page numbers when asked to."""
    _add(word, document.kicker, "Kicker")
    word.add_paragraph(clean(document.title), style="Title")
    _add(word, document.subtitle, "Note")
    if len(document.sections) < FEWEST_LISTED:
        return
    _add(word, document.words["contents"], "Contents head")
    paragraph = word.add_paragraph()
    run = paragraph.add_run()
    _add_mark(run, "begin")
    _add_instruction(run, r' TOC \o "1-1" \h \z \u ')
    _add_mark(run, "separate")
    for place, section in enumerate(document.sections):
        paragraph = word.add_paragraph() if place else paragraph
        paragraph.paragraph_format.space_after = 0
        paragraph.add_run(clean(section.title))
    _add_mark(paragraph.add_run(), "end")


def _write_block(word: Any, block: Block, lang: str, wide: bool) -> None:
    match block:
        case Text(text=text, kind=kind):
            _add(word, text, "Note" if kind == "note" else "Normal")
        case Points():
            _write_points(word, block)
        case Facts():
            _write_facts(word, block, wide)
        case Table():
            _write_grid(word, read_table(block, lang), lang, wide)
        case Grid():
            _write_grid(word, block, lang, wide)
        case Finder():
            rows = tuple(Row(cells) for cells in block.rows)
            texts = max(block.choices, default=0) + 1
            grid = Grid(block.key, block.caption, block.note, block.heads, rows, texts, printed=FIRST_FOUND)
            _write_grid(word, grid, lang, wide)
        case Chart():
            _write_chart(word, block, lang, wide)


def _write_points(word: Any, points: Points) -> None:
    """A list; one whose order matters is numbered from one."""
    if points.lead:
        word.add_heading(clean(points.lead), 2)
    style = "List Number" if points.numbered else "List Bullet"
    number = _begin_numbers(word, style) if points.numbered else None
    for item in points.items:
        paragraph = _add(word, item, style)
        if number is not None:
            numbering = paragraph._p.get_or_add_pPr().get_or_add_numPr()
            numbering.get_or_add_ilvl().val = 0
            numbering.get_or_add_numId().val = number


def _begin_numbers(word: Any, style: str) -> int:
    """A numbering of its own of the style's kind, so that it begins with one."""
    numbering = word.part.numbering_part.element
    own = word.styles[style].element.pPr.numPr.numId.val
    number = numbering.add_num(numbering.num_having_numId(own).abstractNumId.val)
    number.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(number.numId)


def _write_facts(word: Any, facts: Facts, wide: bool) -> None:
    """Figures in bold with what they are, a row each."""
    table = word.add_table(rows=0, cols=2)
    table.autofit = False
    for fact in facts.facts:
        figure, name = table.add_row().cells
        _fill(figure, fact.figure, BODY + 2, bold=True)
        _fill(name, f"{fact.name} ({fact.remark})" if fact.remark else fact.name, BODY)
    _set_widths(table, (0.3, 0.7), wide)
    _add(word, "", "Note")


def _write_grid(word: Any, grid: Grid, lang: str, wide: bool) -> None:
    """A caption that stays with its table, the table with its head on every page, and its note."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    _add(word, grid.caption, "Caption")
    rows = grid.rows[: grid.printed]
    size = SMALLER if len(grid.heads) > DENSE else SMALL
    table = word.add_table(rows=1, cols=len(grid.heads), style="Fardplan")
    table.autofit = False
    right = [place >= grid.texts and place not in grid.words for place in range(len(grid.heads))]
    head = table.rows[0]
    _mark_row(head, "w:tblHeader")
    for row, cells, kind in ((head, grid.heads, "head"), *((table.add_row(), row.cells, row.kind) for row in rows)):
        _mark_row(row, "w:cantSplit")
        for cell, text, figure in zip(row.cells, cells, right, strict=True):
            paragraph = _fill(cell, text, size, bold=bool(kind))
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if figure else WD_ALIGN_PARAGRAPH.LEFT
            if kind:
                _shade(cell, HEAD_FILL if kind == "head" else TOTAL_FILL)
    _set_widths(table, _share_width(grid, right), wide)
    hidden = len(grid.rows) - len(rows)
    notes = [grid.note, say("report_more_rows", lang, count=format_number(hidden, lang, 0)) if hidden else ""]
    _add(word, " ".join(note for note in notes if note), "Note")


def _share_width(grid: Grid, right: Sequence[bool]) -> list[float]:
    """Each column's share of the page by the longest that stands in it; words break into lines, figures do not."""
    wants = []
    for place, figure in enumerate(right):
        lengths = [len(row.cells[place]) for row in grid.rows] or [0]
        longest = max([*lengths, *(len(word) for word in grid.heads[place].split())])
        wants.append(max(longest if figure else min(longest, LONGEST_WORDS), LEAST_LETTERS) + ROOM)
    return [want / sum(wants) for want in wants]


def _write_chart(word: Any, chart: Chart, lang: str, wide: bool) -> None:
    """A picture as wide as the text, with what it shows for who cannot see it."""
    from docx.shared import Cm

    _add(word, chart.caption, "Caption")
    picture = word.add_picture(BytesIO(draw_png(chart, lang)), width=Cm(min(_measure_text(wide), 17.0)))
    picture._inline.docPr.set("descr", clean(chart.alternative))
    _add(word, chart.alternative, "Note")


def _add(word: Any, text: str, style: str) -> Any:
    return word.add_paragraph(clean(text), style=style)


def _fill(cell: Any, text: str, size: float, *, bold: bool = False) -> Any:
    """Text in the first paragraph of a cell."""
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(clean(text))
    run.font.size, run.bold = Pt(size), bold
    return paragraph


def _set_widths(table: Any, shares: Iterable[float], wide: bool) -> None:
    from docx.shared import Cm

    whole = _measure_text(wide)
    for column, share in zip(table.columns, shares, strict=True):
        width = Cm(whole * share)
        column.width = width
        for cell in column.cells:
            cell.width = width


def _measure_text(wide: bool) -> float:
    """How wide the text of a page is, in centimetres."""
    return (PAGE_HEIGHT if wide else PAGE_WIDTH) - 2 * MARGIN


def _is_wide(section: Section) -> bool:
    columns = [len(block.columns) for block in section.blocks if isinstance(block, Table)]
    columns += [len(block.heads) for block in section.blocks if isinstance(block, Grid | Finder)]
    return max(columns, default=0) > WIDE


def _lay_page(section: Any, *, wide: bool) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm

    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    size = (PAGE_HEIGHT, PAGE_WIDTH) if wide else (PAGE_WIDTH, PAGE_HEIGHT)
    section.page_width, section.page_height = (Cm(side) for side in size)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(MARGIN)


def _number_pages(section: Any, title: str) -> None:
    """Title and page at the foot of every page: later sections of the file have the same."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    paragraph.add_run(f"{clean(title)}  ·  ")
    for field in ("PAGE", "NUMPAGES"):
        run = paragraph.add_run()
        _add_mark(run, "begin")
        _add_instruction(run, field)
        _add_mark(run, "separate")
        run.add_text("1")
        _add_mark(run, "end")
        if field == "PAGE":
            paragraph.add_run(" / ")


def _set_styles(word: Any, lang: str) -> None:
    """Type, colours and the styles that Word's own template lacks; the language that it checks spelling in."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt, RGBColor

    ink = RGBColor.from_string(INK)
    normal = word.styles["Normal"]
    normal.font.name, normal.font.size, normal.font.color.rgb = "Calibri", Pt(BODY), ink
    normal.paragraph_format.space_after = Pt(6)
    normal.element.get_or_add_rPr().append(_make("w:lang", val=TONGUES[lang]))
    for name, size in (("Title", 22.0), ("Heading 1", 15.0), ("Heading 2", 12.0), ("Caption", BODY)):
        style = word.styles[name]
        style.font.name, style.font.size, style.font.color.rgb, style.font.bold = "Calibri", Pt(size), ink, True
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(_qualify(f"w:{theme}"), None)
        style.paragraph_format.keep_with_next = True
    for name, size, bold in (("Note", NOTE, False), ("Kicker", BODY, True), ("Contents head", 12.0, True)):
        style = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        style.font.size, style.font.bold = Pt(size), bold
    table = word.styles.add_style("Fardplan", WD_STYLE_TYPE.TABLE)
    table.base_style = word.styles["Normal Table"]
    borders = _make("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        borders.append(_make(f"w:{side}", val="single", sz="4", space="0", color="BFC9CE"))
    properties = _make("w:tblPr")
    properties.append(borders)
    table.element.append(properties)


def _describe(word: Any, document: Document, started: str) -> None:
    told = word.core_properties
    told.title, told.author, told.language = clean(document.title), "Fardplan", TONGUES[document.lang]
    told.comments, told.last_modified_by = "", "Fardplan"
    if started:
        told.created = told.modified = datetime.fromisoformat(started).replace(tzinfo=None)


def _mark_row(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(_make(name))


def _shade(cell: Any, colour: str) -> None:
    cell._tc.get_or_add_tcPr().append(_make("w:shd", val="clear", color="auto", fill=colour))


def _add_mark(run: Any, kind: str) -> None:
    run._r.append(_make("w:fldChar", fldCharType=kind))


def _add_instruction(run: Any, text: str) -> None:
    instruction = _make("w:instrText")
    instruction.text = text
    run._r.append(instruction)


def _make(name: str, **attributes: str) -> Any:
    """An element of Word's own."""
    from docx.oxml import OxmlElement

    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(_qualify(f"w:{key}"), value)
    return element


def _qualify(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(name))
