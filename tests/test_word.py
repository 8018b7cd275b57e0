"""A Word file: every kind of block is there, heads are repeated, numbers are Swedish, and no text can break it."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from docx.oxml.ns import qn
from made_results import TAG, keep_why

from runners.cli import main
from runners.views.renderers.word import write_word
from runners.views.section import (
    Chart,
    Column,
    Document,
    Fact,
    Facts,
    Finder,
    Formula,
    Grid,
    Kind,
    Points,
    Row,
    Section,
    Table,
    Text,
)

STARTED = "2026-11-29T20:00:00+01:00"
SPEC: dict[str, Any] = {
    "data": {"values": [{"a": 1, "b": 2}]},
    "mark": "bar",
    "encoding": {"x": {"field": "a", "type": "quantitative"}, "y": {"field": "b", "type": "quantitative"}},
}
MONEY = Table(
    "money",
    "Utgifter, mnkr",
    "Fasta priser.",
    (Column("Bärare"), *(Column(year, Kind.YEARLY, summed=True, decimals=1) for year in (2027, 2028))),
    (("Kommunen", 1234.5, -2.0), ("Bolaget", Formula("=1+1", 2.0), None)),
    "summa",
)


def write(*blocks: Any, words: str = "Slut", lang: str = "sv") -> Any:
    """The file of one section with some blocks, read back."""
    sections = (Section("one", "Avsnitt", blocks),)
    document = Document(lang, "Titel", "Slag", "Underrubrik", sections, {"footer": words, "contents": "Innehåll"})
    return docx.Document(BytesIO(write_word(document, STARTED)))


def test_a_table_has_swedish_numbers_sums_and_a_head_on_every_page() -> None:
    (table,) = write(MONEY).tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Bärare", "2027", "2028"],
        ["Kommunen", "1\xa0234,5", "−2,0"],
        ["Bolaget", "2,0", "–"],
        ["summa", "1\xa0236,5", "−2,0"],
    ]
    heads = [bool(row._tr.trPr.findall(qn("w:tblHeader"))) for row in table.rows]
    assert heads == [True, False, False, False]
    assert [cell.paragraphs[0].alignment for cell in table.rows[1].cells] == [0, 2, 2]


def test_texts_lists_facts_and_what_is_searched_on_a_page_are_words_own() -> None:
    rows = tuple((str(i), "x") for i in range(30))
    finder = Finder("f", "Sök", "not", ("a", "b"), rows, ((1, 2),), (0,), replace(MONEY, key="f"))
    word = write(
        Text("Ett stycke."),
        Text("En anmärkning.", "note"),
        Points(("först", "sedan"), numbered=True, lead="Förslag"),
        Points(("igen",), numbered=True),
        Points(("punkt",)),
        Facts((Fact("12,5 mnkr", "utgift", "fasta priser"),)),
        finder,
    )
    told = [(paragraph.style.name, paragraph.text) for paragraph in word.paragraphs if paragraph.text]
    assert told[:4] == [("Kicker", "Slag"), ("Title", "Titel"), ("Note", "Underrubrik"), ("Heading 1", "Avsnitt")]
    assert [text for style, text in told if style == "List Number"] == ["först", "sedan", "igen"]
    numbers = [p._p.pPr.numPr.numId.val for p in word.paragraphs if p.style.name == "List Number"]
    assert numbers[0] == numbers[1] != numbers[2]  # each list begins with one
    assert ("List Bullet", "punkt") in told
    facts, found = word.tables
    assert [cell.text for cell in facts.rows[0].cells] == ["12,5 mnkr", "utgift (fasta priser)"]
    assert len(found.rows) == 1 + 25
    assert any("5 rader till" in text for _, text in told)


def test_a_chart_is_a_picture_with_what_it_shows_for_who_cannot_see_it() -> None:
    word = write(Chart("c", "Bild", "En stapel av höjd 2.", SPEC))
    (picture,) = word.inline_shapes
    assert picture._inline.docPr.get("descr") == "En stapel av höjd 2."


def test_a_section_with_a_wide_table_lies_on_its_side_and_every_page_has_its_number() -> None:
    wide = Grid("w", "Bred", "", tuple("abcdefghij"), (Row(tuple("1234567890")),))
    word = write(wide)
    first, last = word.sections
    assert first.page_width < first.page_height
    assert last.page_width > last.page_height
    footer = first.footer.paragraphs[0]
    assert footer.text.startswith("Titel")
    assert [node.text for node in footer._p.iter(qn("w:instrText"))] == ["PAGE", "NUMPAGES"]


def test_nothing_in_a_text_breaks_the_file_or_turns_it() -> None:
    word = write(Text(f"a\x00b\x0bc\ufffe\ud800d\u202e {TAG}"), words="\x07")
    assert [p.text for p in word.paragraphs if TAG in p.text] == [f"abcd {TAG}"]
    assert (word.core_properties.title, str(word.core_properties.created.date())) == ("Titel", "2026-11-29")


def test_a_result_is_reported_in_word(tmp_path: Path) -> None:
    out = tmp_path / "why.docx"
    assert main(["report", str(keep_why(tmp_path / "why")), "--out", str(out)]) == 0
    word = docx.Document(str(out))
    assert "Vad som begränsar planen" in [p.text for p in word.paragraphs if p.style.name == "Heading 1"]
    assert len(word.inline_shapes) == 2
