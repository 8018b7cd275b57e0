"""What is composed of ready-made choices once and filled with words is what Hydra composes of all words at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir

import conf
from conf.schema import Config
from runners.overrides import fill_config, read_config, read_words, store_schema, write_overrides

LINES = (
    ("target=hard", "out=a folder", "exclude=[pump,värmepump]", "solver.gap=0.5"),
    ("solver.gap=0.5", "solver=fast", "price.scale.electricity=2", "price.account={co2: 1.5}", "lang=en"),
    ("experiment=targets", "case.path=x", "case.years=[2025,2030]", "adjust.capex.bio_ccs=1.2"),
    ("price=high", "price.scale={electricity: 3}", "finance.ceiling=off", "settings={adjust.capex.all: 2}"),
    ("experiment=null", "do_nothing=true", "target.excess_price=null"),
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
