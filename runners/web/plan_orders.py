"""What a page can have computed about a plan: the words of each command, from those of the plan itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from runners.analyses.comparison.compared_plans import ASKED, flatten
from runners.overrides import read_config

CASE = "case"
NAMED = (f"{CASE}.name", f"{CASE}.path")


def list_plan_words(config: Mapping[str, Any]) -> tuple[str, ...]:
    """The words of the command line with which a plan was made, from the configuration that its manifest keeps."""
    about = config[CASE]
    own = about.get("path") is not None
    chosen = (f"{CASE}=own", f"{CASE}.path={about['path']}") if own else (f"{CASE}={about['name']}",)
    usual = dict(_flatten_asked(asdict(read_config(chosen))))
    return (*chosen, *(_write(key, value) for key, value in _flatten_asked(config) if value != usual.get(key)))


def _flatten_asked(config: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What of a configuration says which plan it is, key by key; a mapping without entries says nothing."""
    told = flatten({key: config[key] for key in ASKED if key in config})
    yield from ((key, value) for key, value in told if key not in NAMED and value != {})


def _write(key: str, value: Any) -> str:
    if value is None:
        return f"{key}=null"
    if isinstance(value, bool):
        return f"{key}={str(value).lower()}"
    if isinstance(value, list):
        return f"{key}=[{','.join(map(str, value))}]"
    return f"{key}={value}"


Order = Callable[[Path, tuple[str, ...]], tuple[str, ...]]
"""The words of a command, from the folder of a plan and the words that it was made with."""


def _ask_of_case(*words: str) -> Order:
    return lambda _run, plan: (words[0], *plan, *words[1:])


def _ask_of_run(command: str) -> Order:
    return lambda run, _plan: (command, str(run))


ORDERS: Mapping[str, Order] = {
    "why": _ask_of_case("why"),
    "near": _ask_of_case("near"),
    "system": _ask_of_case("curve", "curve.kind=system"),
    "measures": _ask_of_case("curve", "curve.kind=measures"),
    "stress": _ask_of_run("stress"),
    "futures": _ask_of_case("futures"),
    "follow": _ask_of_run("follow"),
}
"""What can be ordered about a plan, by kind."""
