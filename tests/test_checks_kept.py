"""A case that was found good is not checked again; whatever checks look at makes it another case."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from town import build_town

from scenarios.checks import kept
from scenarios.checks.kept import check_once, digest_view
from scenarios.checks.view import View
from scenarios.choices import Choices
from scenarios.tables import Tables


@pytest.fixture
def tables() -> Tables:
    """A town of one boiler."""
    return build_town(
        case={"first_year": 2025, "last_year": 2026},
        commodities=[{"commodity": "gas", "purchase_price": 0.4}, {"commodity": "heat", "demand": 10}],
        technologies=[{"technology": "boiler", "existing": 5, "yield": 8.76, "flow": {"heat": 1, "gas": -1.25}}],
    )


def change(tables: Tables, name: str, column: str, cell: str) -> Tables:
    frame = tables.frames[name].copy()
    frame[column] = cell
    return replace(tables, frames={**tables.frames, name: frame})


def test_a_good_case_is_checked_once(tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[View] = []
    monkeypatch.setattr("scenarios.checks.check.check_view", lambda view: asked.append(view) or [])
    for _ in range(3):
        assert check_once(View(tables, Choices()), tmp_path / "checked") == []
    assert len(asked) == 1


def test_a_case_with_a_mistake_is_checked_each_time(tables: Tables, tmp_path: Path) -> None:
    wrong = change(tables, "demands", "value", "ten")
    told = [check_once(View(wrong, Choices()), tmp_path / "checked") for _ in range(2)]
    assert told[0] == told[1] != []
    assert not (tmp_path / "checked").exists()


def test_another_cell_choice_or_year_is_another_case(tables: Tables) -> None:
    view = View(tables, Choices(), today=2026)
    others = (
        replace(view, tables=change(tables, "demands", "value", "11")),
        replace(view, tables=change(tables, "demands", "note", "seen")),
        replace(view, choices=Choices(exclude=("boiler",))),
        replace(view, today=2027),
        replace(view, tables=replace(tables, overridden={"demands": tables.frames["demands"]})),
    )
    digests = {digest_view(one) for one in (view, *others)}
    assert len(digests) == 1 + len(others)
    assert digest_view(replace(view)) == digest_view(view)


def test_other_rules_make_it_another_case(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    view = View(tables, Choices())
    before = digest_view(view)
    monkeypatch.setattr(kept, "_digest_rules", lambda: "another")
    assert digest_view(view) != before


def test_where_nothing_can_be_kept_the_case_is_checked(tables: Tables, tmp_path: Path) -> None:
    (tmp_path / "checked").write_text("a file in the way", encoding="utf-8")
    assert check_once(View(tables, Choices()), tmp_path / "checked") == []
    assert check_once(View(tables, Choices()), None) == []
