"""Examples in docstrings give what they say."""

from __future__ import annotations

import doctest
from importlib import import_module
from pkgutil import walk_packages

import pytest

FEWEST = 100
"""Examples that there are at the least: a test that finds none proves nothing."""


def list_modules() -> list[str]:
    """Every module of the product, by its dotted name."""
    packages = [import_module(name) for name in ("conf", "scenarios", "model", "runners")]
    return [info.name for one in packages for info in walk_packages(one.__path__, f"{one.__name__}.")]


@pytest.mark.slow
def test_every_example_gives_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    results = {name: doctest.testmod(import_module(name)) for name in list_modules()}
    assert [name for name, result in results.items() if result.failed] == [], capsys.readouterr().out
    assert sum(result.attempted for result in results.values()) >= FEWEST
