"""The scripts of charts are bundled once, and only what was written is read back."""

from __future__ import annotations

from pathlib import Path

import pytest
import vl_convert

from runners.reports.scripts import EMBED, bundle_scripts


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked of vl-convert; it answers with the number of the question."""
    asked: list[str] = []

    def bundle(snippet: str) -> str:
        asked.append(snippet)
        return f"å{len(asked)}"

    monkeypatch.setattr(vl_convert, "javascript_bundle", bundle)
    return asked


def test_a_bundle_is_made_once_for_a_version(asked: list[str], tmp_path: Path) -> None:
    assert [bundle_scripts(tmp_path / "new"), bundle_scripts(tmp_path / "new")] == ["å1", "å1"]
    assert asked == [EMBED]
    (kept,) = (tmp_path / "new").iterdir()
    assert vl_convert.__version__ in kept.name


@pytest.mark.parametrize("content", [b"", b"alert(1)", b"\xff" * 40])
def test_a_file_that_is_not_what_was_written_is_made_again(asked: list[str], tmp_path: Path, content: bytes) -> None:
    bundle_scripts(tmp_path)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(content)
    assert [bundle_scripts(tmp_path), bundle_scripts(tmp_path)] == ["å2", "å2"]


def test_a_folder_that_takes_no_files_keeps_nothing(asked: list[str], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert [bundle_scripts(tmp_path / "file"), bundle_scripts(tmp_path / "file")] == ["å1", "å2"]
