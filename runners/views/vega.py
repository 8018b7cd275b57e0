"""Vega-Lite as plain Python: marks, channels, scales and layers as the dicts that the drawing reads.

A chart is data, a mark and channels; every function gives something new. Nothing is checked here: that what the
program draws is Vega-Lite is a question of tests, which hold it against the schema (`tests/test_vega.py`). Fields are
written as `name:Q`, `name:N` or `name:O` (a quantity, a name, a place in an order), `count():Q` and `min(name):Q`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd

Spec = dict[str, Any]
SCHEMA_URL = "https://vega.github.io/schema/vega-lite/v6.4.1.json"
TYPES: Mapping[str, str] = {"Q": "quantitative", "N": "nominal", "O": "ordinal"}
SECOND = ("x2", "y2")
"""Channels that have their type from the first of their pair."""
VIEW = {"continuousWidth": 300, "continuousHeight": 300}
"""What a chart's room is where nothing else is said."""
DIGEST = 32
_FIELD = re.compile(r"(?:(?P<aggregate>\w+)\((?P<of>.*?)\)|(?P<field>.*?))(?::(?P<type>[QNO]))?")


def channel(shorthand: str, **said: Any) -> Spec:
    """A channel that shows a field.

    >>> channel("price:Q", title=None), channel("min(price):Q"), channel("count():Q")[ "aggregate"]
    ({'field': 'price', 'type': 'quantitative', 'title': None}, {'aggregate': 'min', 'field': 'price', 'type': 'quantitative'}, 'count')
    """  # noqa: E501
    found = _FIELD.fullmatch(shorthand)
    parts = {} if found is None else found.groupdict()
    named = {"aggregate": parts.get("aggregate"), "field": parts.get("of") or parts.get("field")}
    shown = {key: value for key, value in named.items() if value}
    kind = parts.get("type")
    return {**shown, **({"type": TYPES[kind]} if kind else {}), **said}


def settings(**said: Any) -> Spec:
    """What is said of an axis, a scale, a legend, bins or the points of a line."""
    return said


axis = scale = legend = bins = points = settings
x = y = color = shape = order = stroke_dash = stroke_width = tooltip = channel


def step(points: float) -> Spec:
    """A height by row instead of in all."""
    return {"step": points}


def value(shown: Any) -> Spec:
    """A channel that shows the same everywhere."""
    return {"value": shown}


def condition(test: str | Spec, then: Spec, otherwise: Spec) -> Spec:
    """A channel that shows `then` where an expression holds or a thing is picked, else `otherwise`."""
    asked = {"test": test} if isinstance(test, str) else {"param": test["name"]}
    return {"condition": {**asked, **then}, **otherwise}


def pick_point(name: str, fields: Sequence[str]) -> Spec:
    """What a reader picks in the legend: all points that are alike in the fields."""
    return {"name": name, "select": {"type": "point", "fields": list(fields)}, "bind": "legend"}


def list_values(rows: pd.DataFrame) -> list[Spec]:
    """The rows of a table as a chart holds them; what is no number is null.

    >>> list_values(pd.DataFrame({"a": [1.5, float("nan")], "b": ["x", None]}))
    [{'a': 1.5, 'b': 'x'}, {'a': None, 'b': None}]
    """
    names = [str(name) for name in rows.columns]
    cells = [[_plain(cell) for cell in rows.iloc[:, place].tolist()] for place in range(len(names))]
    return [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]


def _plain(cell: Any) -> Any:
    if isinstance(cell, np.generic):  # of a column of objects, or an array's own: JSON knows Python's numbers alone
        cell = cell.item()
    if isinstance(cell, float):
        return cell if isfinite(cell) else None
    return None if cell is pd.NA or cell is pd.NaT else cell


@dataclass(frozen=True)
class Chart:
    """One layer: rows of data, a mark, channels, what picks rows, and what a reader may choose."""

    rows: pd.DataFrame
    mark: Spec = field(default_factory=dict)
    encoding: Spec = field(default_factory=dict)
    transform: tuple[Spec, ...] = ()
    params: tuple[Spec, ...] = ()

    def draw(self, kind: str, **said: Any) -> Chart:
        """The chart with a mark: `bar`, `line`, `area`, `rect`, `rule`, `point`, `text` or `tick`."""
        return replace(self, mark={"type": kind, **said})

    def encode(self, **channels: Any) -> Chart:
        """The chart with more channels, or with others; a field alone may stand as its shorthand."""
        return replace(self, encoding={**self.encoding, **{name: _open(name, one) for name, one in channels.items()}})

    def pick_rows(self, test: str) -> Chart:
        """The chart of those rows alone for which an expression holds."""
        return replace(self, transform=(*self.transform, {"filter": test}))

    def add_params(self, *params: Spec) -> Chart:
        """The chart with something that a reader may choose."""
        return replace(self, params=(*self.params, *params))

    def write(self) -> Spec:
        """Mark, channels and filters, without data and choices."""
        transform = {"transform": list(self.transform)} if self.transform else {}
        return {"mark": self.mark, "encoding": self.encoding, **transform}


def _open(name: str, one: Any) -> Any:
    if isinstance(one, list | tuple):
        return [_open(name, each) for each in one]
    opened = channel(one) if isinstance(one, str) else one
    return {key: said for key, said in opened.items() if key != "type"} if name in SECOND else opened


@dataclass(frozen=True)
class Layers:
    """Charts over each other, on the same scales."""

    charts: tuple[Chart, ...]


def layer(*charts: Chart) -> Layers:
    """Charts over each other, the first at the back."""
    return Layers(charts)


def write_spec(chart: Chart | Layers, **said: Any) -> Spec:
    """The whole specification: data once however often they are shown, layers, choices, and what is `said` beside.

    Args:
        chart: one, or layers of them.
        said: width, height, config.
    """
    charts = chart.charts if isinstance(chart, Layers) else (chart,)
    keyed: dict[int, tuple[str, list[Spec]]] = {}
    for one in charts:
        if id(one.rows) not in keyed:
            values = list_values(one.rows)
            keyed[id(one.rows)] = (_name_values(values), values)
    names = [keyed[id(one.rows)][0] for one in charts]
    drawn: Spec
    if isinstance(chart, Chart):
        drawn = {
            "data": {"name": names[0]},
            **chart.write(),
            **({"params": list(chart.params)} if chart.params else {}),
        }
    else:
        drawn = _write_layers(charts, names)
    return {**_settle({**drawn, **said}), "$schema": SCHEMA_URL, "datasets": dict(keyed.values())}


def _settle(said: Any) -> Any:
    """What is said of a chart with Python's own numbers, as JSON knows them: domains are taken from arrays."""
    if isinstance(said, Mapping):
        return {name: _settle(inner) for name, inner in said.items()}
    if isinstance(said, list | tuple):
        return [_settle(inner) for inner in said]
    return said.item() if isinstance(said, np.generic) else said


def _write_layers(charts: Sequence[Chart], names: Sequence[str]) -> Spec:
    """Layers, each with its data where they are not the same for all, and named where something is chosen in it."""
    same = len(set(names)) == 1
    layers, params = [], []
    for place, (one, name) in enumerate(zip(charts, names, strict=True)):
        view = {"name": f"view_{place + 1}"} if one.params else {}
        layers.append({**({} if same else {"data": {"name": name}}), **one.write(), **view})
        params += [{**param, "views": list(view.values())} for param in one.params]
    shared = {"data": {"name": names[0]}} if same else {}
    return {"layer": layers, **shared, **({"params": params} if params else {})}


def _name_values(values: Sequence[Spec]) -> str:
    """A name for data that is the same for the same data."""
    text = json.dumps(values, sort_keys=True, default=str)
    return f"data-{hashlib.sha256(text.encode()).hexdigest()[:DIGEST]}"
