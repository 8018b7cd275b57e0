"""Design tables of a few rows, in every format, and what can be wrong with them."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pandas as pd
import pytest
from openpyxl import Workbook

from runners.designs import tables
from runners.designs.design import Design
from runners.designs.request import check_level, check_varied
from runners.designs.tables import MOST_SHOWN, read_table
from scenarios.errors import CaseError

MOST = 1_000_000
ENGLISH = 'price,adjust.capex.bio_ccs,exclude\nlow,1.20,[]\nbase,,"[bio_ccs,battery]"\nhigh,0.8,[]\n'
SWEDISH = "\ufeffprice;adjust.capex.bio_ccs;exclude\r\nlow;1,20;[]\r\nbase;;[bio_ccs,battery]\r\nhigh;0,8;[]\r\n;;\r\n"
ROWS = [
    {"price": "low", "adjust.capex.bio_ccs": "1.2", "exclude": "[]"},
    {"price": "base", "exclude": "[bio_ccs,battery]"},
    {"price": "high", "adjust.capex.bio_ccs": "0.8", "exclude": "[]"},
]


def write(folder: Path, text: str, name: str = "design.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def write_book(path: Path, *rows: list[object]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(path)
    return path


def read(path: Path, most: int = MOST) -> Design:
    return read_table(path, most, check_varied, check_level)


def rows_of(design: Design) -> list[dict[str, str]]:
    return [design.row(place) for place in range(len(design))]


def refusals(path: Path, lang: str = "en", most: int = MOST) -> list[str]:
    with pytest.raises(CaseError) as caught:
        read(path, most)
    return [problem.tell(lang) for problem in caught.value.problems]


@pytest.mark.parametrize("text", [ENGLISH, SWEDISH], ids=["english", "swedish"])
def test_a_row_is_a_scenario_and_an_empty_cell_leaves_the_base(tmp_path: Path, text: str) -> None:
    design = read(write(tmp_path, text))
    assert rows_of(design) == ROWS
    assert design.source == "table"


def test_parquet_and_workbooks_say_the_same_as_csv(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "scenario": [0, 1, 2],
            "price": pd.Categorical(["low", "base", "high"]),
            "adjust.capex.bio_ccs": [1.2, None, 0.8],
            "exclude": ["[]", "[bio_ccs,battery]", "[]"],
        }
    )
    frame.to_parquet(tmp_path / "design.parquet")
    frame.to_excel(tmp_path / "design.xlsx", index=False)
    assert rows_of(read(tmp_path / "design.parquet")) == ROWS
    assert rows_of(read(tmp_path / "design.xlsx")) == ROWS


def test_whole_numbers_and_flags_of_a_workbook_are_written_as_words(tmp_path: Path) -> None:
    path = write_book(tmp_path / "d.xlsx", ["case.last_year", "solver.relax"], [2040.0, True], [2045, False])
    assert rows_of(read(path)) == [
        {"case.last_year": "2040", "solver.relax": "true"},
        {"case.last_year": "2045", "solver.relax": "false"},
    ]


def test_columns_that_cannot_vary_are_told_with_the_nearest_keys(tmp_path: Path) -> None:
    found = refusals(write(tmp_path, "price,pricee,out,price,id\nlow,1,x,base,7\n"))
    assert [text.partition(" Nearest")[0] for text in found] == [
        "design.csv row 1, column 'pricee': there is no key 'pricee'.",
        "design.csv row 1, column 'out': the key is for the sweep as a whole and cannot vary between its scenarios. "
        "Give it one value.",
        "design.csv row 1, column 'price': the column stands twice. Remove one of them.",
    ]
    assert "Nearest: price" in found[0]


def test_text_in_numbers_is_told_with_its_row_and_column(tmp_path: Path) -> None:
    path = write(tmp_path, 'price,adjust.capex.all\nlow,1.0\n\nlow,dear\nlow,#DIV/0!\nhih,"1,5"\nlow,inf\nlow,nan\n')
    number = "Write a number with a decimal point, such as 0.035."
    assert refusals(path) == [
        f"design.csv row 4, column 'adjust.capex.all': 'dear' is not a number. {number}",
        f"design.csv row 5, column 'adjust.capex.all': '#DIV/0!' is not a number. {number}",
        "design.csv row 6, column 'price': there is no 'hih'. Choose: base, high, low.",
        f"design.csv row 6, column 'adjust.capex.all': '1,5' is not a number. {number}",
        f"design.csv row 7, column 'adjust.capex.all': 'inf' is not a number. {number}",
        f"design.csv row 8, column 'adjust.capex.all': 'nan' is not a number. {number}",
    ]


def test_duplicate_rows_are_told_however_their_numbers_are_spelt(tmp_path: Path) -> None:
    path = write(tmp_path, "adjust.capex.all;price\n1,50;low\n2;low\n1,5;low\n2,0;low\n")
    assert refusals(path) == [
        "design.csv row 4: the row says the same as row 2. Remove one of them.",
        "design.csv row 5: the row says the same as row 3. Remove one of them.",
    ]


def test_only_the_first_mistakes_are_shown_and_the_others_counted(tmp_path: Path) -> None:
    path = write(tmp_path, "adjust.capex.all\n" + "".join(f"dear{place}\n" for place in range(50)))
    found = refusals(path, "sv")
    assert len(found) == MOST_SHOWN + 1
    assert found[-1] == "design.csv: och 30 till. Rätta dem ovan först; de andra har oftast samma orsak."
    same = refusals(write(tmp_path, "adjust.capex.all\n" + "x\n" * 1000))
    assert len(same) == MOST_SHOWN + 1


def test_ten_million_rows_are_refused_by_their_count_with_memory_flat(tmp_path: Path) -> None:
    path = tmp_path / "design.csv"
    with path.open("wb") as file:
        file.write(b"adjust.capex.all\n")
        for _ in range(100):
            file.write(b"1\n" * 100_000)
    tracemalloc.start()
    found = refusals(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found[0].startswith("design.csv: 10000000 scenarios are more than the 1000000 that are taken.")
    assert peak < 20e6


def test_too_many_rows_are_refused_in_every_format(tmp_path: Path) -> None:
    frame = pd.DataFrame({"adjust.capex.all": [1.0, 1.1, 1.2, 1.3, 1.4]})
    frame.to_csv(tmp_path / "d.csv", index=False)
    frame.to_parquet(tmp_path / "d.parquet")
    frame.to_excel(tmp_path / "d.xlsx", index=False)
    assert "d.csv: 5 scenarios are more than the 4" in refusals(tmp_path / "d.csv", most=4)[0]
    assert "d.parquet: 5 scenarios are more than the 4" in refusals(tmp_path / "d.parquet", most=4)[0]
    assert "d.xlsx: 5 scenarios are more than the 4" in refusals(tmp_path / "d.xlsx", most=4)[0]
    assert all(len(read(tmp_path / f"d.{kind}", most=5)) == 5 for kind in ("csv", "parquet", "xlsx"))


def test_formulas_are_never_values(tmp_path: Path) -> None:
    path = write_book(tmp_path / "d.xlsx", ["adjust.capex.all", "price"], [1.2, "low"], ["=1+1", "low"])
    assert refusals(path) == [
        "d.xlsx row 3, column 'adjust.capex.all': the cell holds a formula. Copy the column and paste it as values."
    ]


def test_workbooks_that_unpack_to_too_much_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "d.xlsx"
    with ZipFile(path, "w", ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 2_000_000)
    monkeypatch.setattr(tables, "MOST_UNPACKED_MB", 1)
    assert refusals(path) == [
        "d.xlsx: the workbook is 2 MB unpacked, more than the 1 MB that are read. Save the table as csv or parquet."
    ]


def test_entities_in_a_workbook_are_refused(tmp_path: Path) -> None:
    good, bad = write_book(tmp_path / "good.xlsx", ["price"], ["low"]), tmp_path / "bad.xlsx"
    with ZipFile(good) as source, ZipFile(bad, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("sheet1.xml"):
                data = b'<!DOCTYPE x [<!ENTITY e "low">]>' + data.replace(b"low", b"&e;")
            target.writestr(name, data)
    assert refusals(bad) == [SPOILED.format(file="bad.xlsx", kind="Excel")]


def test_files_that_are_no_tables_are_told(tmp_path: Path) -> None:
    assert refusals(tmp_path / "d.csv") == ["d.csv: there is no such file. See to the path in sweep.design."]
    assert refusals(write(tmp_path, "", "d.txt")) == [
        "d.txt: the file is no table of a kind that is read. Save it as .csv, .parquet, .xlsx."
    ]
    assert refusals(write(tmp_path, "")) == [
        "design.csv: the table has no columns. Its first row has to name keys, such as price and adjust.capex.bio_ccs."
    ]
    assert refusals(write(tmp_path, "price\n"), "sv") == [
        "design.csv: svepet har inga scenarier: något som varierar har inga värden. Skriv minst ett värde för varje "
        "nyckel."
    ]


SPOILED = (
    "{file}: the file is no whole {kind} file: it is cut off, changed, locked by a password, or of another kind than "
    "its name says. Save the table anew, best as csv."
)


def list_spoiled(folder: Path) -> list[Path]:
    """Files of every kind cut off, empty, swapped and with a byte changed in their middle."""
    frame = pd.DataFrame({"price": ["low", "base"], "adjust.capex.all": [1.0, 2.0]})
    frame.to_parquet(folder / "whole.parquet")
    frame.to_excel(folder / "whole.xlsx", index=False)
    places = []
    for kind, other in ((".parquet", ".xlsx"), (".xlsx", ".parquet")):
        whole = (folder / f"whole{kind}").read_bytes()
        texts = {"cut": whole[: len(whole) // 2], "empty": b"", "text": b"no table", "other": b""}
        texts["other"] = (folder / f"whole{other}").read_bytes()
        texts["head"] = b"\0" * 40 + whole[40:]
        for name, text in texts.items():
            places.append(folder / f"{name}{kind}")
            places[-1].write_bytes(text)
    return places


def test_spoiled_files_are_told_in_our_own_words(tmp_path: Path) -> None:
    for place in list_spoiled(tmp_path):
        kind = "Excel" if place.suffix == ".xlsx" else "Parquet"
        assert refusals(place) == [SPOILED.format(file=place.name, kind=kind)]
    assert refusals(tmp_path / "cut.xlsx", "sv") == [
        "cut.xlsx: filen är ingen hel Excel-fil: den är avklippt, ändrad, låst med lösenord eller av ett annat slag än "
        "namnet säger. Spara tabellen på nytt, gärna som csv."
    ]


def test_a_book_of_which_any_byte_is_changed_is_read_or_told(tmp_path: Path) -> None:
    whole = write_book(tmp_path / "d.xlsx", ["price", "adjust.capex.all"], ["low", 1.5], ["base", 2]).read_bytes()
    for place in range(0, len(whole), max(1, len(whole) // 100)):
        (tmp_path / "e.xlsx").write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            read(tmp_path / "e.xlsx")
        except CaseError:
            continue


def test_files_of_two_bytes_a_letter_are_told_as_those_of_a_case(tmp_path: Path) -> None:
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        (tmp_path / "d.csv").write_bytes("price\nlow\n".encode(encoding))
        assert "is not valid UTF-8. Save the file as" in refusals(tmp_path / "d.csv")[0]


def test_numbers_too_long_to_hold_are_told_as_they_stand(tmp_path: Path) -> None:
    digits = "9" * 400
    assert refusals(write(tmp_path, f"adjust.capex.all\n{digits}\n")) == [
        f"design.csv row 2, column 'adjust.capex.all': '{digits}' is not a number. Write a number with a decimal "
        "point, such as 0.035."
    ]


def test_columns_of_lists_are_told(tmp_path: Path) -> None:
    pd.DataFrame({"exclude": [["a"], ["b"]]}).to_parquet(tmp_path / "d.parquet")
    assert refusals(tmp_path / "d.parquet") == [
        "d.parquet: a column has lists or other things that are no number and no text. Write lists as text: "
        "[bio_ccs,battery]."
    ]
    assert refusals(tmp_path / "d.parquet", "sv") == [
        "d.parquet: en kolumn har listor eller annat som inte är ett tal eller en text. Skriv listor som text: "
        "[bio_ccs,battery]."
    ]


def test_rows_that_are_no_csv_are_told(tmp_path: Path) -> None:
    assert refusals(write(tmp_path, "price,adjust.capex.all\nlow\nlow,1\n"))[0].startswith(
        "design.csv row 2: the row has 1 cell, the header 2."
    )
    assert refusals(write(tmp_path, 'price\n"low\n'))[0].startswith("design.csv row 2: the row cannot be understood")
    path = tmp_path / "latin.csv"
    path.write_bytes(b"adjust.capex.all,price\n1,low\n2,h\xf6g\n")
    assert refusals(path)[0].startswith("latin.csv row 3, column 'price': the byte 0xf6 is not valid UTF-8.")


def test_commas_and_points_are_not_mixed(tmp_path: Path) -> None:
    found = refusals(write(tmp_path, "adjust.capex.all;price\n1,5;low\n1,6;low\n1.234;low\n"))
    assert found == [
        "design.csv row 4, column 'adjust.capex.all': '1.234' has the decimal mark '.', but other numbers of the file "
        "have ','. Use one decimal mark throughout the file."
    ]


@pytest.mark.parametrize("head", ["name", "namn"])
def test_a_column_names_scenarios_and_a_row_with_a_name_alone_is_the_base(tmp_path: Path, head: str) -> None:
    design = read(write(tmp_path, f"{head},price\nas planned,\ndear,high\n,low\n,\n"))
    assert design.names == ("as planned", "dear", "")
    assert rows_of(design) == [{}, {"price": "high"}, {"price": "low"}]
    assert refusals(write(tmp_path, "name,namn,price\na,b,low\n", "twice.csv"))
    assert refusals(write(tmp_path, "name\na\n", "none.csv"))


def test_a_cell_beyond_the_header_is_told_and_not_dropped(tmp_path: Path) -> None:
    """0,04 in a file of commas is two cells: it was taken for a factor of 0, without a word. Alone it is a number."""
    for text, found, expected in (
        ("price,adjust.capex.all\nlow,0,04\n", 3, 2),
        ("adjust.capex.all,\n1,2\n", 2, 1),
        ("price,id\nlow,1,2\n", 3, 2),
    ):
        assert refusals(write(tmp_path, text)) == [
            f"design.csv row 2: the row has {found} cells, the header {expected}. Count the delimiters (',') and put "
            "quotes around text that contains them."
        ]
    assert rows_of(read(write(tmp_path, "adjust.capex.all,,\n1,,\n"))) == [{"adjust.capex.all": "1"}]
    assert rows_of(read(write(tmp_path, "adjust.capex.all\n0,04\n"))) == [{"adjust.capex.all": "0.04"}]


def test_a_line_that_names_the_separator_is_no_row(tmp_path: Path) -> None:
    design = read(write(tmp_path, "\ufeffsep=;\r\nadjust.capex.all;price\r\n1,5;low\r\n"))
    assert rows_of(design) == [{"adjust.capex.all": "1.5", "price": "low"}]
    assert refusals(write(tmp_path, "sep=|\nprice\nlow\n")) == [
        "design.csv row 1: the line sep= names the separator |. Allowed are comma, semicolon and tab; save the file "
        "with one of them."
    ]
    assert refusals(write(tmp_path, "sep=;\nprice;price\nlow;low\n"))[0].startswith("design.csv row 2, column 'price'")
    assert refusals(write(tmp_path, "sep=;\nadjust.capex.all\nx\n"))[0].startswith("design.csv row 3, column")


def test_a_typeset_minus_is_a_minus(tmp_path: Path) -> None:
    assert rows_of(read(write(tmp_path, "adjust.capex.all\n\u22121\n"))) == [{"adjust.capex.all": "-1"}]


def test_what_is_no_file_is_told_as_that(tmp_path: Path) -> None:
    """A folder, a pipe and a link to nothing are there, and not missing."""
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "link.csv").symlink_to("/nowhere/x.csv")
    for name in ("folder.csv", "pipe.csv"):
        assert refusals(tmp_path / name) == [
            f"{name}: a folder, a pipe or a device lies here instead of a file. Put a CSV file here, or take it away."
        ]
    assert refusals(tmp_path / "link.csv")[0].startswith(
        "link.csv: the link leads to /nowhere/x.csv, which is not there"
    )
    assert refusals(tmp_path / "none.csv") == ["none.csv: there is no such file. See to the path in sweep.design."]
