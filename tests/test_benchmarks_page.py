"""The page of benchmarks says what was measured, and nothing else: it is made of the rows that the last runs kept."""

from __future__ import annotations

import math
from dataclasses import replace

from benchmarks.timed import HELD, MARK, MISSED, PAGE, WHOLE, Timed, keeps, list_tests, merge, read_kept, write_page

ROW = Timed(
    "test_rows.py::test_rows_of_a_scenario", "Lund", "rows", "", 0.0021, 5, 2.1, "ms", "at most 3", "2026-11-30", 0.2
)


def test_the_page_is_made_of_what_was_measured() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert write_page(read_kept(), page) == page


def test_every_row_is_of_a_benchmark_that_is_there() -> None:
    rows = read_kept()
    assert rows
    assert {one.test.partition("[")[0] for one in rows} <= set(list_tests())
    assert all(one.held is not None for one in rows if one.bar)


def test_a_row_says_whether_its_bar_is_held() -> None:
    slow, unbarred = replace(ROW, figure=3.1), replace(ROW, figure=math.nan, bar="")
    assert (ROW.held, slow.held, unbarred.held) == (True, False, None)
    assert (keeps("at least 20", 19.9), keeps("at least 20", 20.0)) == (False, True)
    page = write_page([ROW], f"Head\n{MARK}{MARK}Tail\n", f"{WHOLE} today.")
    assert f"| rows | Lund |  | 0.00210 | 2.10 ms | at most 3 | {HELD} | 2026-11-30, 0.2 |" in page
    assert (page.startswith(f"Head\n{MARK}"), page.endswith(f"{MARK}Tail\n")) == (True, True)
    assert MISSED in write_page([slow], page)
    assert f"{WHOLE} today." in write_page([slow], page)


def test_a_run_replaces_its_rows_and_leaves_others() -> None:
    other = replace(ROW, test="test_finance.py::test_linear_program_with_finance")
    gone = replace(ROW, test="test_gone.py::test_nothing")
    now = replace(ROW, median=1.0)
    assert merge([ROW, other, gone], [now]) == [other, now]
