"""Whether the files of a case are read as written, and whether each file that cannot be is told so in full."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest
import town

from scenarios.catalog import TABLE_BY_NAME, TABLES
from scenarios.errors import Problem
from scenarios.tables import Tables, columns_of, parse_number, read_tables

STOCK = "technology,year,value,unit,source,confidence\n"
STOCK_COLUMNS = "technology, year, value, unit, source, confidence, note, variant, path"


def write_case(folder: Path, files: dict[str, str | bytes | None] | None = None, mark: str = ",") -> Path:
    """A small valid case on disk, with some of its files replaced, or left out where None."""
    tables = town.build_town(
        commodities=[{"commodity": "heat", "demand": 1.5}],
        technologies=[{"technology": "boiler", "capex": 2.25, "flow": {"heat": 1}}],
        accounts=[{"account": "co2"}],
    )
    for name, frame in tables.frames.items():
        if len(frame):
            frame.to_csv(folder / f"{name}.csv", sep=mark, index=False)
    for name, text in (files or {}).items():
        path = folder / f"{name}.csv"
        path.unlink(missing_ok=True)
        if isinstance(text, bytes):
            path.write_bytes(text)
        elif text is not None:
            path.write_text(text, encoding="utf-8", newline="")
    return folder


def problems_of(folder: Path, files: dict[str, str | bytes | None]) -> tuple[Problem, ...]:
    return read_tables(write_case(folder, files)).problems


def stock_of(folder: Path, text: str | bytes) -> Tables:
    return read_tables(write_case(folder, {"stock": text}))


def test_a_case_on_disk_reads_as_the_tables_it_was_written_from(tmp_path: Path) -> None:
    tables = read_tables(write_case(tmp_path))
    assert tables.problems == ()
    assert tables.folder == str(tmp_path)
    assert set(tables.frames) == set(TABLE_BY_NAME)
    capex = tables.frames["parameters"].loc[2]
    assert (capex["technology"], capex["quantity"], capex["value"], capex["unit"]) == (
        "boiler",
        "capex",
        "2.25",
        "MSEK/MW",
    )


def test_every_frame_has_all_columns_of_its_table_in_order_even_without_a_file(tmp_path: Path) -> None:
    tables = read_tables(write_case(tmp_path))
    for table in TABLES:
        assert tuple(tables.frames[table.name].columns) == columns_of(table)
    assert len(tables.frames["logic"]) == 0


def test_the_index_is_the_line_of_the_file_also_past_blank_lines_and_breaks_within_quotes(tmp_path: Path) -> None:
    text = (
        STOCK.replace("\n", ",note\n")
        + 'boiler,2025,1,MW,hand,assumed,"two\nlines"\n\n,,,,,,\nboiler,2026,2,MW,hand,assumed,\n\n\n'
    )
    frame = stock_of(tmp_path, text).frames["stock"]
    assert list(frame.index) == [2, 6]
    assert list(frame["value"]) == ["1", "2"]
    assert frame.loc[2, "note"] == "two\nlines"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_byte_order_mark_line_ends_quotes_and_spaces_do_not_matter(tmp_path: Path, newline: str) -> None:
    text = (
        (STOCK + '"boiler" , 2025 ,"1.5", MW ,hand,assumed\n').replace('"boiler" ', '"boiler "').replace("\n", newline)
    )
    tables = stock_of(tmp_path, b"\xef\xbb\xbf" + text.encode())
    assert tables.problems == ()
    assert list(tables.frames["stock"].loc[2])[:4] == ["boiler", "2025", "1.5", "MW"]


def test_a_file_with_semicolons_may_have_decimal_commas(tmp_path: Path) -> None:
    text = (
        STOCK.replace(",", ";")
        + "boiler;2025;1,5;MW;hand;assumed\nboiler;2026;-2,5e3;MW;hand;assumed\nboiler;2027;3;MW;hand;assumed\n"
    )
    tables = stock_of(tmp_path, text)
    assert tables.problems == ()
    assert [parse_number(cell) for cell in tables.frames["stock"]["value"]] == [1.5, -2500.0, 3.0]


def test_commas_in_the_text_of_a_file_with_semicolons_stay(tmp_path: Path) -> None:
    text = STOCK.replace(",", ";").replace("\n", ";note\n") + "boiler;2025;1,5;MW;hand;assumed;1,5 then more\n"
    assert stock_of(tmp_path, text).frames["stock"].loc[2, "note"] == "1,5 then more"


def test_a_quoted_decimal_comma_of_a_file_with_commas_stays_and_is_no_number(tmp_path: Path) -> None:
    cell = stock_of(tmp_path, STOCK + 'boiler,2025,"1,5",MW,hand,assumed\n').frames["stock"].loc[2, "value"]
    assert cell == "1,5"
    with pytest.raises(ValueError, match="not a number"):
        parse_number(cell)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_first_line_that_names_the_separator_is_no_header(tmp_path: Path, mark: str) -> None:
    text = (f"sep={mark}\r\n" + STOCK + "boiler,2025,1.5,MW,hand,assumed\n").replace(",", mark)
    tables = stock_of(tmp_path, text)
    assert tables.problems == ()
    assert tables.frames["stock"].loc[3, "value"] == "1.5"


def test_a_first_line_that_names_another_separator_is_told(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, {"stock": "sep=|\ntechnology|value\n"})
    assert told(problem) == [
        "stock.csv rad 1: raden sep= anger skiljetecknet |. Tillåtna är komma, semikolon och tabb; spara filen med ett "
        "av dem.",
        "stock.csv row 1: the line sep= names the separator |. Allowed are comma, semicolon and tab; save the file "
        "with one of them.",
    ]


def test_a_file_with_tabs_may_have_decimal_commas(tmp_path: Path) -> None:
    tables = stock_of(tmp_path, STOCK.replace(",", "\t") + "boiler\t2025\t1,5\tMW\thand\tassumed\n")
    assert tables.problems == ()
    assert tables.frames["stock"].loc[2, "value"] == "1.5"


def test_a_number_may_have_a_typeset_minus_sign_and_a_name_keeps_its_own(tmp_path: Path) -> None:
    text = STOCK.replace("\n", ",note\n") + "boiler,2025,\u22121.5,MW,hand,assumed,\u221280 %\n"
    row = stock_of(tmp_path, text).frames["stock"].loc[2]
    assert (row["value"], row["note"]) == ("-1.5", "\u221280 %")


def test_letters_typed_on_a_mac_are_the_same_letters(tmp_path: Path) -> None:
    apart = unicodedata.normalize("NFD", "kyla för värme")
    assert apart != "kyla för värme"
    text = STOCK.replace("\n", ",note\n") + f"boiler,2025,1,MW,hand,assumed,{apart}\n"
    assert stock_of(tmp_path, text).frames["stock"].loc[2, "note"] == "kyla för värme"


@pytest.mark.parametrize("optional", [True, False])
def test_what_is_there_but_no_file_is_told_and_never_counts_as_absent(tmp_path: Path, optional: bool) -> None:
    name = "limits" if optional else "flows"
    folder = write_case(tmp_path, {name: None})
    path = folder / f"{name}.csv"
    path.symlink_to("/mnt/nowhere/table.csv")
    (problem,) = read_tables(folder).problems
    assert told(problem) == [
        f"{name}.csv: länken leder till /mnt/nowhere/table.csv, som inte finns eller inte går att nå. Lägg filen där, "
        "eller ta bort länken.",
        f"{name}.csv: the link leads to /mnt/nowhere/table.csv, which is not there or cannot be reached. Put the file "
        "there, or take away the link.",
    ]
    for put in (path.mkdir, lambda: os.mkfifo(path), lambda: path.symlink_to("/dev/zero")):
        path.rmdir() if path.is_dir() else path.unlink()
        put()
        (problem,) = read_tables(folder).problems
        assert told(problem) == [
            f"{name}.csv: här ligger en mapp, ett rör eller en enhet i stället för en fil. Lägg en CSV-fil här, eller "
            "ta bort den.",
            f"{name}.csv: a folder, a pipe or a device lies here instead of a file. Put a CSV file here, or take it "
            "away.",
        ]


def told(problem: Problem) -> list[str]:
    return [problem.tell("sv"), problem.tell("en")]


def test_a_folder_that_does_not_exist_is_told() -> None:
    (problem,) = read_tables(Path("/nowhere/at/all")).problems
    assert told(problem) == [
        "/nowhere/at/all: mappen finns inte. Ange en mapp med fallets tabeller, till exempel case.path=/en/mapp.",
        "/nowhere/at/all: the folder does not exist. Name a folder that holds the tables of a case, "
        "such as case.path=/some/folder.",
    ]


def test_each_missing_file_that_a_case_needs_is_told(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, {"case": None, "flows": None, "parameters": None})
    assert [problem.file for problem in problems] == ["case.csv", "parameters.csv"]
    assert told(problems[0]) == [
        "case.csv: filen saknas, men varje fall måste ha den. Lägg till den med kolumnerna "
        "quantity, value, unit, source, confidence, note, variant.",
        "case.csv: the file is missing, but every case needs it. Add it with the columns "
        "quantity, value, unit, source, confidence, note, variant.",
    ]


def test_a_misspelt_file_is_told_with_the_nearest_table(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, {"demand": "commodity,value\n"})
    assert told(problem) == [
        "demand.csv: filen är ingen tabell i datamodellen; närmast ligger demands.csv. "
        "Byt namn på den eller flytta den ur mappen.",
        "demand.csv: the file is no table of the data model; the nearest is demands.csv. "
        "Rename it or move it out of the folder.",
    ]


def test_a_file_that_the_system_does_not_hand_out_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_bytes = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "stock.csv":
            raise PermissionError(13, "Permission denied")
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    (problem,) = problems_of(tmp_path, {"stock": STOCK})
    assert told(problem) == [
        "stock.csv: filen går inte att läsa (behörighet saknas). "
        "Kontrollera rättigheterna och att ingen annan har låst den.",
        "stock.csv: the file cannot be read (Permission denied). "
        "See to its permissions and that nobody else holds it locked.",
    ]


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff", ",,,\n"])
def test_an_empty_file_is_told(tmp_path: Path, content: str) -> None:
    (problem,) = problems_of(tmp_path, {"stock": content})
    assert told(problem) == [
        f"stock.csv: filen är tom. Första raden ska vara kolumnnamnen {STOCK_COLUMNS}.",
        f"stock.csv: the file is empty. Its first row has to be the column names {STOCK_COLUMNS}.",
    ]


def test_a_needed_table_without_rows_is_told_and_an_optional_one_is_not(tmp_path: Path) -> None:
    header = ",".join(columns_of(TABLE_BY_NAME["slices"])) + "\n"
    (problem,) = problems_of(tmp_path, {"slices": header, "stock": STOCK})
    assert told(problem) == [
        "slices.csv: filen har en rubrikrad men inga rader, och varje fall behöver minst en. Lägg till rader.",
        "slices.csv: the file has a header but no rows, and every case needs at least one. Add rows.",
    ]


def grow(path: Path, size: int) -> None:
    """A file of that many bytes which takes no room on the disk."""
    with path.open("wb") as file:
        file.truncate(size)


def test_a_file_above_64_mb_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    write_case(tmp_path, {"case": None})
    grow(tmp_path / "flows.csv", 65 * 2**20)
    (problem,) = read_tables(tmp_path).problems
    assert told(problem) == [
        "flows.csv: filen är 65 MB; högst 64 MB tas emot. Ta bort rader som inte behövs eller dela upp fallet.",
        "flows.csv: the file has 65 MB; at most 64 MB are accepted. "
        "Remove rows that are not needed, or split the case.",
    ]


def test_a_case_above_200_mb_is_refused_with_one_message(tmp_path: Path) -> None:
    for name in ("flows", "demands", "prices", "parameters"):
        grow(tmp_path / f"{name}.csv", 60 * 2**20)
    (problem,) = read_tables(tmp_path).problems
    assert told(problem) == [
        f"{tmp_path}: fallets tabeller är tillsammans 240 MB; högst 200 MB tas emot. Ta bort rader som inte behövs.",
        f"{tmp_path}: the tables of the case have 240 MB together; at most 200 MB are accepted. "
        "Remove rows not needed.",
    ]


def test_a_case_of_more_than_two_million_rows_is_refused_with_one_message(tmp_path: Path) -> None:
    for name in ("flows", "prices"):
        (tmp_path / f"{name}.csv").write_bytes(b"\n" * 1_100_000)
    (problem,) = read_tables(tmp_path).problems
    assert told(problem) == [
        f"{tmp_path}: fallets tabeller har tillsammans 2200000 rader; högst 2000000 tas emot. "
        "Ta bort rader som inte behövs.",
        f"{tmp_path}: the tables of the case have 2200000 rows together; at most 2000000 are accepted. "
        "Remove rows not needed.",
    ]


def test_bytes_that_are_no_utf8_are_told_with_their_line(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, {"stock": STOCK.encode() + "Örtofta,2025,1,MW,hand,assumed\n".encode("latin-1")})
    assert told(problem) == [
        'stock.csv rad 2: byten 0xd6 är inte giltig UTF-8. Spara filen som "CSV UTF-8" i Excel.',
        'stock.csv row 2: the byte 0xd6 is not valid UTF-8. Save the file as "CSV UTF-8" in Excel.',
    ]


def test_an_unknown_column_is_told_with_the_nearest_and_the_rest_is_read(tmp_path: Path) -> None:
    text = STOCK.replace("\n", ",notes\n") + "boiler,2025,1,MW,hand,assumed,x\n"
    tables = stock_of(tmp_path, text)
    assert told(tables.problems[0]) == [
        "stock.csv rad 1, kolumn 'notes': kolumnen är okänd; närmast ligger 'note'. "
        f"Tabellen får ha kolumnerna {STOCK_COLUMNS}.",
        "stock.csv row 1, column 'notes': the column is unknown; the nearest is 'note'. "
        f"The table may have the columns {STOCK_COLUMNS}.",
    ]
    assert len(tables.problems) == 1
    assert list(tables.frames["stock"].loc[2]) == ["boiler", "2025", "1", "MW", "hand", "assumed", "", "", ""]


def test_a_missing_column_is_told_with_the_columns_found(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, {"stock": "technology,value,unit,source\nboiler,1,MW,hand\n"})
    assert told(problem) == [
        "stock.csv rad 1, kolumn 'confidence': kolumnen saknas. Lägg till den i rubrikraden; "
        "hittade kolumner: technology, value, unit, source.",
        "stock.csv row 1, column 'confidence': the column is missing. Add it to the header; "
        "the columns found are technology, value, unit, source.",
    ]


def test_a_column_that_stands_twice_is_told(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, {"stock": STOCK.replace("\n", ",unit\n") + "boiler,2025,1,MW,hand,assumed,kW\n"})
    assert told(problem) == [
        "stock.csv rad 1, kolumn 'unit': kolumnen står två gånger i rubrikraden. Ta bort den ena.",
        "stock.csv row 1, column 'unit': the column stands twice in the header. Remove one of the two.",
    ]


def test_ragged_rows_are_told_and_left_out(tmp_path: Path) -> None:
    text = STOCK + "boiler,2025,1,5,MW,hand,assumed\nboiler,2026\nboiler,2027,3,MW,hand,assumed,,\n"
    tables = stock_of(tmp_path, text)
    assert told(tables.problems[0]) == [
        "stock.csv rad 2: raden har 7 celler, rubriken 6. "
        "Räkna skiljetecknen (',') och sätt citattecken om text som innehåller dem.",
        "stock.csv row 2: the row has 7 cells, the header 6. "
        "Count the delimiters (',') and put quotes around text that contains them.",
    ]
    assert [(problem.row, problem.fields["found"]) for problem in tables.problems] == [(2, 7), (3, 2)]
    assert list(tables.frames["stock"].index) == [4]


def test_a_quote_that_is_never_closed_is_told_where_its_row_begins(tmp_path: Path) -> None:
    text = STOCK + 'boiler,2025,1,MW,hand,assumed\n"boiler,2026,1,MW,hand,assumed\nboiler,2027,1,MW,hand,assumed\n'
    (problem,) = problems_of(tmp_path, {"stock": text})
    assert told(problem) == [
        "stock.csv rad 3: raden går inte att tolka som CSV (unexpected end of data). "
        "Se efter om ett citattecken saknas eller om en cell är orimligt lång.",
        "stock.csv row 3: the row cannot be understood as CSV (unexpected end of data). "
        "See whether a quote is missing or a cell is absurdly long.",
    ]


def test_decimal_commas_and_points_in_one_file_are_told_at_the_rarer_kind(tmp_path: Path) -> None:
    rows = "boiler;2025;1,5;MW;hand;assumed\nboiler;2026;2.5;MW;hand;assumed\nboiler;2027;3,5;MW;hand;assumed\n"
    (problem,) = problems_of(tmp_path, {"stock": STOCK.replace(",", ";") + rows})
    assert told(problem) == [
        "stock.csv rad 3, kolumn 'value': '2.5' har decimaltecknet '.', men andra tal i filen har ','. "
        "Använd samma decimaltecken i hela filen.",
        "stock.csv row 3, column 'value': '2.5' has the decimal mark '.', but other numbers of the file have ','. "
        "Use one decimal mark throughout the file.",
    ]


def test_all_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, {"case": None, "stock": "x", "demand": "y", "flows": ""})
    assert {problem.file for problem in problems} == {"case.csv", "stock.csv", "demand.csv", "flows.csv"}
