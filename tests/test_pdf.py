"""The PDF: what a document says stands on its pages, nothing in it can act, and it is made to be read by everybody."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from runners.views.renderers import pdf
from runners.views.renderers.pdf import write_pdf
from runners.views.section import (
    Block,
    Chart,
    Document,
    Fact,
    Facts,
    Finder,
    Grid,
    Points,
    Row,
    Section,
    Table,
    Text,
)

STARTED = "2026-11-30T09:00:00+01:00"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="100"><text x="10" y="20" font-family="sans-serif" '
    'font-size="11px">−1\xa0234 kt CO₂e åäö</text></svg>'
)
ACTING = (
    '#read("/etc/passwd")',
    '#import "@preview/cetz:0.2.2"',
    "*x* _y_ $z$ `code` <label> @ref [body] {block} // end /* in */",
    "back\\slash \"quoted\" 'single' ~ - -- --- ...",
    "= heading",
    "{{ template }} #panic() \\u{41}",
)


def make_document(*blocks: Block, lang: str = "sv", title: str = "Plan för Åmål") -> Document:
    words = {"contents": "Innehåll", "footer": "Gjord med Fardplan."}
    section = Section("first", "Mål", blocks)
    more = (Section("second", "Åtgärder", (Text("Två."),)), Section("third", "Pengar", (Text("Tre."),)))
    return Document(lang, title, "Klimatplan", "Mnkr", (section, *more), words)


def make_grid(*rows: tuple[str, ...], **fields: int) -> Grid:
    return Grid("grid", "Tabell", "En not.", ("åtgärd", "2025"), tuple(Row(cells) for cells in rows), **fields)


def read_pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(content)).pages]


def squeeze(text: str) -> str:
    return re.sub(r"[\s\xa0\u202f\u200b]+", "", text)


@pytest.mark.parametrize("text", ACTING)
def test_a_text_of_a_case_is_printed_and_never_markup_or_code(text: str) -> None:
    chart = Chart("chart", text, text, {})
    blocks = (
        Text(text), Text(text, "note"), Points((text,), lead=text), Facts((Fact(text, text, text),)),
        replace(make_grid((text, text)), caption=text, note=text, heads=(text, text)), chart,
    )  # fmt: skip
    document = make_document(*blocks, title=text)
    document = replace(document, kicker=text, subtitle=text, words={"contents": text, "footer": text})
    printed = squeeze(" ".join(read_pages(write_pdf(document, {"chart": SVG}))))
    assert printed.count(squeeze(text)) >= 16
    assert "root:" not in printed


def test_marks_that_turn_direction_and_control_characters_are_left_out() -> None:
    printed = squeeze("".join(read_pages(write_pdf(make_document(Text("a\u202eb\x00c\x1bd\u2066e\ud800f"))))))
    assert "abcdef" in printed


def test_a_sign_that_no_font_has_leaves_a_file_that_does_not_call_itself_accessible() -> None:
    assert b"pdfuaid:part" in write_pdf(make_document(Text("Ett.")))
    unknown = write_pdf(make_document(Text("\U000130b8")))
    assert b"pdfuaid:part" not in unknown
    assert len(read_pages(unknown)) == 1


def test_the_file_is_tagged_and_has_language_title_bookmarks_and_texts_for_pictures() -> None:
    document = make_document(Chart("chart", "Bana", "Utsläppen sjunker till noll 2045.", {}), make_grid(("a", "1")))
    content = write_pdf(document, {"chart": SVG}, STARTED)
    reader = PdfReader(BytesIO(content))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "sv-SE"
    assert reader.metadata is not None
    assert reader.metadata.title == "Plan för Åmål"
    assert [entry["/Title"] for entry in reader.outline if not isinstance(entry, list)] == ["Mål", "Åtgärder", "Pengar"]
    elements = list_elements(reader)
    assert "Utsläppen sjunker till noll 2045." in [str(each.get("/Alt")) for each in elements]
    assert {"/H1", "/Table", "/TH", "/TD", "/Figure", "/TOC"} <= {str(each.get("/S")) for each in elements}
    assert write_pdf(document, {"chart": SVG}, STARTED) == content
    assert write_pdf(document, {"chart": SVG}, "2026-11-30T08:00:00") == content
    assert write_pdf(document, {"chart": SVG}, "2026-11-30T10:00:00") != content


def list_elements(reader: PdfReader) -> list[dict[str, object]]:
    """The elements of the structure of a file."""
    found: list[dict[str, object]] = []
    waiting = [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop().get_object()
        if isinstance(element, list):
            waiting += element
        elif hasattr(element, "get"):
            found.append(element)
            waiting += [element["/K"]] if "/K" in element else []
    return found


def test_heads_are_repeated_pages_are_counted_and_the_title_stands_at_the_foot() -> None:
    pages = read_pages(write_pdf(make_document(make_grid(*((f"åtgärd {at}", str(at)) for at in range(120))))))
    assert all("2025" in page for page in pages[:2])
    assert [re.findall(r"\d+ \(\d+\)", page)[-1] for page in pages] == [
        f"{at} ({len(pages)})" for at in range(1, len(pages) + 1)
    ]
    assert "Plan för Åmål" in pages[1]


@pytest.mark.parametrize(("lang", "told"), [("sv", "3 rader till"), ("en", "3 more rows")])
def test_a_long_table_is_cut_as_it_says(lang: str, told: str) -> None:
    grid = make_grid(*((f"rad {at}", str(at)) for at in range(5)))
    printed = " ".join(read_pages(write_pdf(make_document(replace(grid, printed=2), lang=lang))))
    assert "rad 1" in printed
    assert "rad 2" not in printed
    assert squeeze(told) in squeeze(printed)
    nothing = " ".join(read_pages(write_pdf(make_document(replace(grid, printed=0), lang=lang))))
    assert "Tabell" in nothing
    assert "rad 0" not in nothing


def test_a_table_that_is_searched_on_a_page_is_printed_from_its_head() -> None:
    rows = tuple((f"s{at}", "1,0") for at in range(40))
    finder = Finder("finder", "Hitta", "Not.", ("scenario", "kostnad"), rows, ((),), (0,), Table("t", "", "", (), ()))
    printed = " ".join(read_pages(write_pdf(make_document(finder))))
    assert "s24" in printed
    assert "s25" not in printed


def test_nothing_is_read_but_what_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the folder one stands in, nor the file system, nor a package; no font of the system is needed."""
    (tmp_path / "secret.txt").write_text("hemligt", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    from typst import TypstError

    for code in (
        'read("secret.txt")',
        f'read("{tmp_path}/secret.txt")',
        'read("/etc/passwd")',
        'read("../secret.txt")',
    ):
        template = tmp_path / "report.typ"
        template.write_text(f"#{code}", encoding="utf-8")
        monkeypatch.setattr(pdf, "TEMPLATE", template)
        with pytest.raises(TypstError):
            pdf.typeset({})
