"""What is read out of an expression is what it says: sums, products with symbols, numbers; anything else is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyomo.environ as pyo
import pytest

from model.compiled.terms import NONE, NotLinear, Terms
from model.formulation.rows import Program
from model.parameters.coefficient import Coefficient
from model.parameters.numbers import Numbers, Symbol

Read = dict[tuple[int, int], float]


@pytest.fixture
def model() -> Program:
    m = Program()
    m.x = pyo.Var(["a", "b"])
    return m


def read(m: Program, expression: Any) -> Read:
    """Terms by column and symbol."""
    terms = Terms({id(m.x["a"]): 0, id(m.x["b"]): 1})
    terms.add(0, expression)
    found = terms.gather()
    places = zip(found.columns.tolist(), found.symbols.tolist(), strict=True)
    return dict(zip(places, found.numbers.tolist(), strict=True))


@pytest.mark.parametrize(
    ("write", "terms"),
    [
        (lambda a, b, p, q: 2 * a - b / 4 + 3, {(0, NONE): 2.0, (1, NONE): -0.25, (NONE, NONE): 3.0}),
        (lambda a, b, p, q: p * a + q * b - p, {(0, 5): 1.0, (1, 7): 1.0, (NONE, 5): -1.0}),
        (lambda a, b, p, q: a * p - a * p + b, {(1, NONE): 1.0}),
        (lambda a, b, p, q: -(p * (a + 2 * b - 3)) / 2, {(0, 5): -0.5, (1, 5): -1.0, (NONE, 5): 1.5}),
        (lambda a, b, p, q: (2 * p + q - 1) * a, {(0, 5): 2.0, (0, 7): 1.0, (0, NONE): -1.0}),
        (lambda a, b, p, q: (a + b) * 3 + (a + 1) * p, {(0, NONE): 3.0, (1, NONE): 3.0, (0, 5): 1.0, (NONE, 5): 1.0}),
        (lambda a, b, p, q: sum([a, b, a, p, p]), {(0, NONE): 2.0, (1, NONE): 1.0, (NONE, 5): 2.0}),
        (lambda a, b, p, q: 4.5, {(NONE, NONE): 4.5}),
        (lambda a, b, p, q: 0 * p, {}),
    ],
)
def test_terms_are_those_of_the_expression(model: Program, write: Callable[..., Any], terms: Read) -> None:
    found = read(model, write(model.x["a"], model.x["b"], Symbol(5), Symbol(7)))
    assert found == pytest.approx(terms)


@pytest.mark.parametrize(
    "write",
    [
        lambda a, b, p, q: a * b,
        lambda a, b, p, q: p * q,
        lambda a, b, p, q: (a + p) * (b + 1),
        lambda a, b, p, q: a**2,
        lambda a, b, p, q: a / p,
        lambda a, b, p, q: (p * a) * q,
        lambda a, b, p, q: abs(a),
    ],
)
def test_what_is_not_linear_is_refused(model: Program, write: Callable[..., Any]) -> None:
    with pytest.raises(NotLinear, match="not linear"):
        read(model, write(model.x["a"], model.x["b"], Symbol(5), Symbol(7)))


def test_a_variable_of_another_model_is_refused(model: Program) -> None:
    other = Program()
    other.y = pyo.Var(["a"])
    with pytest.raises(NotLinear):
        read(model, model.x["a"] + other.y["a"])


def test_a_relation_with_a_symbol_is_not_turned_round(model: Program) -> None:
    left, right = (model.x["a"] == Symbol(5)).args
    assert left is model.x["a"]
    assert right.number == 5
    left, right = (model.x["a"] >= Symbol(5)).args
    assert left.number == 5, "as Pyomo has it of two variables: a >= b is b <= a"


def test_symbols_are_numbered_as_they_are_asked_for() -> None:
    cap = Coefficient(("target", "year"), (("t", "u"), (2030, 2035, 2040)), np.zeros((2, 3)))
    n = Numbers({"cap": cap, "rate": Coefficient((), (), np.zeros(()))}, symbolic=True)
    asked = [n("cap", "u", 2035), n("rate"), n("cap", "t", 2040), n("cap", "u", 2035)]
    assert [symbol.number for symbol in asked] == [0, 1, 2, 0]
    assert n.count == 3
    told = {name: (symbols.tolist(), positions.tolist()) for name, symbols, positions in n.list_symbols()}
    assert told == {"cap": ([0, 2], [4, 2]), "rate": ([1], [0])}
    with pytest.raises(KeyError):
        n("cap", "u")
    with pytest.raises(KeyError):
        n("cap", "u", 2031)
