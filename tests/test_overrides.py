"""What is composed of ready-made choices once and filled with words is what Hydra composes of all words at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir

import conf
from conf.schema import GROUPS, Config, build_config
from runners import compositions
from runners.compositions import compose_choices, store_schema
from runners.overrides import fill_config, list_options, read_config, read_words, write_overrides

LINES = (
    ("target=hard", "out=a folder", "exclude=[pump,värmepump]", "solver.gap=0.5"),
    ("solver.gap=0.5", "solver=fast", "price.scale.electricity=2", "price.account={co2: 1.5}", "lang=en"),
    ("experiment=targets", "case.path=x", "case.years=[2025,2030]", "adjust.capex.bio_ccs=1.2"),
    ("price=high", "price.scale={electricity: 3}", "finance.ceiling=off", "settings={adjust.capex.all: 2}"),
    ("experiment=null", "do_nothing=true", "target.excess_price=null"),
    ("out=null", "force=true", "case.base_year=2010", "case.variants=[ets2]", "finance.instruments=[]"),
    (r"out=a\b c", "finance.frames=off", "convention.discount_rate=0", "near.levels=[1,2.5]", "case.name=null"),
)


def compose_at_once(words: tuple[str, ...]) -> Config:
    read = read_words(words)
    store_schema()
    with initialize_config_dir(str(Path(conf.__file__).parent), version_base="1.3"):
        return fill_config(compose("config", write_overrides(read.plain)), read.named)


@pytest.mark.parametrize("words", LINES, ids=[line[0] for line in LINES])
def test_words_give_what_hydra_composes_of_all_of_them(words: tuple[str, ...]) -> None:
    assert read_config(words) == compose_at_once(words)


def test_what_is_kept_is_not_what_is_handed_out() -> None:
    first = read_config(["target=hard"])
    first.price.scale["electricity"] = 2.0
    first.exclude.append("pump")
    again = read_config(["target=hard"])
    assert (again.price.scale, again.exclude) == ({}, [])


def test_a_kept_composition_is_what_hydra_composes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for group in GROUPS:
        for name in list_options(group):
            composed = compose_at_once((f"{group}={name}",))
            assert build_config(json.loads(json.dumps(asdict(composed)))) == composed


def test_a_spoiled_composition_is_composed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    asked = (("target", "hard"),)
    compositions._obtain.cache_clear()
    first = compose_choices(asked, write_overrides)
    (file,) = (tmp_path / "fardplan" / "compositions").iterdir()
    file.write_bytes(file.read_bytes()[:-9] + b"123456789")
    compositions._obtain.cache_clear()
    assert compose_choices(asked, write_overrides) == first == compose_at_once(("target=hard",))


def test_ordinary_words_are_read_without_hydra(tmp_path: Path) -> None:
    """The second time: what Hydra composes is kept."""
    words = ["case=lund", f"out={tmp_path / 'plan'}", "force=true", "solver.gap=0.01", "exclude=[pump]", "lang=en"]
    code = (
        f"import sys; from runners.overrides import read_config; read_config({words!r}); print('hydra' in sys.modules)"
    )
    place = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    command = [sys.executable, "-c", code]
    told = [subprocess.run(command, check=True, env=place, capture_output=True, text=True).stdout for _ in range(2)]
    assert [one.strip() for one in told] == ["True", "False"]
