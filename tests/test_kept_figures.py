"""Figures are drawn once of the same numbers by the same program with the same fonts, and anew of any other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from conf.cache import cache_folder
from runners.helper import Here
from runners.reports import plan_charts
from runners.views import kept_figures
from runners.views.kept_figures import draw_charts, draw_once
from runners.views.section import Chart

FACTS, TEXTS = {"name_sv": "Staden"}, {"emissions": b"year,value\n2030,5.0\n"}
DRAWN = {"path.svg": b"<svg/>\n", "path.png": b"\x89PNG\n\x00"}


@pytest.fixture
def fill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Fill a new folder twice, look at what is in it, and say how often it was drawn."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    drawn: list[Path] = []

    def fill(about: object = FACTS, texts: dict[str, bytes] = TEXTS) -> int:
        before = len(drawn)
        for name in ("one", "two"):
            folder = tmp_path / f"{len(list(tmp_path.iterdir()))}_{name}"
            folder.mkdir()

            def draw(folder: Path = folder) -> Callable[[], dict[str, bytes]]:
                drawn.append(folder)
                return DRAWN.copy

            draw_once(about, texts, draw)(folder)
            assert {path.name: path.read_bytes() for path in folder.iterdir()} == DRAWN
        return len(drawn) - before

    return fill


def test_the_same_is_drawn_once(fill: Callable[..., int]) -> None:
    assert [fill(), fill()] == [1, 0]


def test_other_numbers_words_programs_and_fonts_are_drawn_anew(
    fill: Callable[..., int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill()
    assert fill(texts={"emissions": b"year,value\n2030,5.1\n"}) == 1
    assert fill(texts={"targets": TEXTS["emissions"]}) == 1
    assert fill(about={"name_sv": "Byn"}) == 1
    monkeypatch.setattr(kept_figures, "_digest_drawing", lambda: "another program")
    assert fill() == 1
    monkeypatch.undo()
    fonts = tmp_path / "fonts" / "serif"
    fonts.mkdir(parents=True)
    monkeypatch.setattr(kept_figures, "FONTS", (str(tmp_path / "fonts"),))
    before = kept_figures._list_fonts()
    (fonts / "new.ttf").write_bytes(b"")
    assert kept_figures._list_fonts() != before


def test_what_is_not_what_was_written_is_drawn_anew(fill: Callable[..., int]) -> None:
    fill()
    (kept,) = cache_folder("figures").iterdir()
    kept.write_bytes(kept.read_bytes()[:-1] + b"\x01")
    assert [fill(), fill()] == [1, 0]


def test_where_nothing_can_be_kept_it_is_drawn_each_time(fill: Callable[..., int], tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file in the way", encoding="utf-8")
    assert [fill(), fill()] == [2, 2]


def test_how_long_a_plan_took_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    monkeypatch.setattr(plan_charts, "draw_once", lambda about, texts, *_: told.append((about, dict(texts))))
    for seconds in (1.0, 2.0):
        plan_charts.draw_plan({**TEXTS, "numbers": b""}, {**FACTS, "seconds": {"write": seconds}}, "sv", Here())
    assert told == [((FACTS, "sv"), TEXTS)] * 2


def test_charts_of_a_report_are_drawn_once_by_whoever_draws_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three charts, of which a copy may draw the second; another language, or another chart, is drawn anew."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    charts = [Chart(key, "", "", {"mark": key}) for key in ("one", "two", "three")]

    def draw(chart: Chart, lang: str) -> str:
        with (tmp_path / "drawn").open("a", encoding="utf-8") as told:
            told.write(f"{chart.key}\n")
        return f"<svg>{chart.spec['mark']} {lang} å</svg>"

    def count_drawn() -> int:
        return len((tmp_path / "drawn").read_text(encoding="utf-8").splitlines())

    monkeypatch.setattr(kept_figures, "draw_svg", draw)
    expected = {key: f"<svg>{key} sv å</svg>" for key in ("one", "two", "three")}
    for _ in range(2):
        assert draw_charts(charts, "sv") == expected
        assert count_drawn() == 3
    draw_charts(charts, "en")
    assert count_drawn() == 6
    draw_charts(charts[:1], "sv")
    assert count_drawn() == 7
    assert draw_charts([], "sv") == {}
