"""What does each place of a decision weigh in a sum? The scenario's factors multiplied once, their zeros left out.

Of all that every technology could turn into every commodity, nearly nothing is there: one entry in twenty.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from model.verifier.terms import Array, Sum, find_flat, scatter


@dataclass(frozen=True, eq=False)
class Weights:
    """Numbers that multiply places (`columns`) of a decision and add up at places (`rows`) of a result of `shape`.

    The terms of a row stand together, from `starts` on; a row without terms is zero.
    """

    shape: tuple[int, ...]
    rows: Array
    starts: Array
    columns: Array
    numbers: Array

    def times(self, decision: Array) -> Sum:
        """The sum for the numbers of a decision."""
        terms = self.numbers * decision.take(self.columns)
        return Sum(self._add(terms), lambda: self._add(np.abs(terms)))

    def _add(self, terms: Array) -> Array:
        if not terms.size:
            return np.zeros(self.shape)
        return scatter(np.add.reduceat(terms, self.starts), self.rows, self.shape)


def weigh(subscripts: str, *factors: Array, shape: tuple[int, ...]) -> Weights:
    """The weights of a decision of a shape, the last of the inputs that the subscripts name; as in `numpy.einsum`.

    `weigh("kcsy,ksy->csy", flow, shape=...)` adds up flow times activity over the technologies k.
    """
    *inputs, decided, result = re.split(",|->", subscripts)
    sizes = dict(zip(decided, shape, strict=True))
    places: dict[str, Array] = {}
    numbers = np.ones(1)
    for letters, factor in zip(inputs, factors, strict=True):
        sizes |= dict(zip(letters, factor.shape, strict=True))
        places, numbers = _multiply(places, numbers, letters, factor)
    free = "".join(letter for letter in decided if letter not in places)
    places, numbers = _multiply(places, numbers, free, np.ones([sizes[letter] for letter in free]))
    rows, columns = (_flatten(places, letters, sizes, len(numbers)) for letters in (result, decided))
    order = np.argsort(rows, kind="stable")
    rows, starts = np.unique(rows[order], return_index=True)
    return Weights(tuple(sizes[letter] for letter in result), rows, starts, columns[order], numbers[order])


def _multiply(
    places: Mapping[str, Array], numbers: Array, letters: str, factor: Array
) -> tuple[dict[str, Array], Array]:
    """The non-zero products of numbers at places with a factor, and their places."""
    shared = [letter for letter in letters if letter in places]
    new = [letter for letter in letters if letter not in places]
    ordered = factor.transpose(*(letters.index(letter) for letter in (*shared, *new)))
    if shared:
        block = ordered[tuple(places[letter] for letter in shared)]
    else:
        block = np.broadcast_to(ordered, (len(numbers), *ordered.shape))
    filled = find_flat(block)
    row, *along = np.unravel_index(filled, block.shape)
    found = {letter: at[row] for letter, at in places.items()} | dict(zip(new, along, strict=True))
    return found, numbers[row] * block.reshape(-1)[filled]


def _flatten(places: Mapping[str, Array], letters: str, sizes: Mapping[str, int], count: int) -> Array:
    """Positions in an array with these letters, counted along all its dimensions."""
    flat = np.zeros(count, dtype=np.intp)
    for letter in letters:
        flat = flat * sizes[letter] + places[letter]
    return flat
