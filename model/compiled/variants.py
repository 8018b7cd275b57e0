"""Which compiled program does a scenario of a base need, and how do its numbers get there?

A base is one assembled case; its scenarios differ in some arrays. Most keep the base's structure: then only the
coefficients that read a changed array are measured again, and those measured before are remembered. The structure is
outlined again only where a change could move it: where the sign, the finiteness or the absence of some number differs.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import numpy as np

from model.compiled.cache import Tell, obtain_program, say_nothing
from model.compiled.revise import LinearProgram, Patch, cut_patch, fill_program, patch_program
from model.compiled.sparse import SparseProgram
from model.parameters.coefficients import label_axes, list_measures, measure_coefficients
from model.parameters.structure import Structure, outline_program
from scenarios.arrays import WHERE, Arrays, Memory, Reckon
from scenarios.cache import Cache

BY_VALUE = (
    "share",
    "construction_years",
    "first_start",
    "last_start",
    "length",
    "cycles",
    "hours",
    "annual_availability",
    "annual_availability_by_vintage",
)
"""Arrays of which the outline looks at more than signs."""
MOST_BYTES = 8 * 2**20
"""Numbers of coefficients kept, for all their contents together."""
MOST_PATTERN_BYTES = 4 * 2**20
"""Patterns of arrays kept."""
MOST_PATCH_BYTES = 16 * 2**20
"""Parts of the map kept, by the coefficients that enter them."""

Content = tuple[tuple[str, int], ...]
"""Which coefficients differ from the base's, each with a number for its content."""


class Reviser:
    """Puts the numbers of a base's scenarios into one compiled program.

    Args:
        program: compiled from the base or a scenario of it.
        base: the arrays of the base. Where the program has other labels than the base, nothing of the base's can be
            used, and every scenario is measured whole.
        content: what to say of every content beforehand: nothing where the structure is the base's.
    """

    def __init__(self, program: SparseProgram, base: Arrays, content: Content = ()) -> None:
        self.program = program
        self._content = content
        self._whole = program.structure.axes != label_axes(base)
        if self._whole:
            return
        measures = list_measures(base)
        self._entries: dict[Reckon, list[tuple[str, np.ndarray, np.ndarray]]] = {}
        self._base = np.empty(program.map.shape[1])
        for name, places, positions in program.numbers:
            function = measures[name].function
            self._entries.setdefault(function, []).append((name, places, positions))
            self._base[places] = base.memory.recall(function, base).ravel()[positions]
        self._last = fill_program(program, self._base), content
        self._patches: Cache[frozenset[str], Patch] = Cache(MOST_PATCH_BYTES)
        self._kept: Cache[tuple[str, object], tuple[int, np.ndarray]] = Cache(MOST_BYTES)
        self._number = 0

    def measure(self, scenario: Arrays) -> tuple[np.ndarray, Content]:
        """The numbers of a scenario (n_symbols), and which coefficients among them are not the base's."""
        if self._whole:
            return self.program.gather(measure_coefficients(scenario)), (*self._content, *scenario.versions.items())
        p = self._base.copy()
        content = list(self._content)
        for function in self._find_affected(scenario):
            version = scenario.memory.find_version(function, scenario)
            for name, places, positions in self._entries[function]:
                number, numbers = self._find_numbers(name, function, version, scenario, places, positions)
                if number:
                    p[places] = numbers
                    content.append((name, number))
        return p, tuple(content)

    def reads(self, names: Collection[str], memory: Memory) -> bool:
        """Whether a coefficient of the program has been seen to read any of these arrays."""
        seen = {function for name in names for function in memory.readers.get(name, ())}
        return self._whole or not seen.isdisjoint(self._entries)

    def fill(self, p: np.ndarray, content: Content) -> LinearProgram:
        """The program with measured numbers in place; what equals the program filled before is not made again."""
        if self._whole:
            return fill_program(self.program, p)
        before, known = self._last
        moved = frozenset(name for name, _ in set(content).symmetric_difference(known))
        if moved:
            patch = self._patches.get(moved)
            if patch is None:
                patch = cut_patch(self.program, moved)
                self._patches.put(moved, patch)
            self._last = patch_program(before, patch, p), content
        return self._last[0]

    def _find_affected(self, scenario: Arrays) -> list[Reckon]:
        """Measures that read an array which is not the base's."""
        readers = scenario.memory.readers
        affected = {function: None for name in scenario.versions for function in readers.get(name, ())}
        return [function for function in affected if function in self._entries]

    def _find_numbers(
        self,
        name: str,
        function: Reckon,
        version: object,
        scenario: Arrays,
        places: np.ndarray,
        positions: np.ndarray,
    ) -> tuple[int, np.ndarray]:
        """A coefficient's numbers in the program, with a number for their content: 0 where they are the base's."""
        made = self._kept.get((name, version))
        if made is None:
            numbers = scenario.memory.recall(function, scenario).ravel()[positions]
            version = scenario.memory.find_version(function, scenario)
            same = np.array_equal(numbers, self._base[places], equal_nan=True)
            self._number += not same
            made = (0 if same else self._number, numbers)
            self._kept.put((name, version), made)
        return made


class Variants:
    """The compiled programs of a base's scenarios.

    Args:
        base: its arrays.
        folder: where compiled programs are kept between runs; None keeps none.
        tell: told now and then how many rows are compiled by now.
    """

    def __init__(self, base: Arrays, folder: Path | None = None, tell: Tell = say_nothing) -> None:
        self._tell = tell
        self._base = base
        self._folder = folder
        self._structure, read = base.watch(outline_program)
        self._read = frozenset(name.removesuffix(WHERE) for name in read)
        self._patterns = {name: _draw_pattern(name, base[name]) for name in self._read}
        self._structures: dict[object, Structure] = {(): self._structure}
        self._moved: Cache[tuple[str, int], tuple[bytes | None]] = Cache(MOST_PATTERN_BYTES)
        self._revisers: dict[str, Reviser] = {}

    def find(self, scenario: Arrays) -> Reviser:
        """The reviser of the scenario's structure; compiles where it is a new one."""
        structure = self._find_structure(scenario)
        digest = structure.digest if structure is not self._structure else ""
        reviser = self._revisers.get(digest)
        if reviser is None:
            program = obtain_program(scenario, structure, self._folder, self._tell)
            content = ((digest, 0),) if digest else ()
            reviser = self._revisers[digest] = Reviser(program, self._base, content)
        return reviser

    def keeps(self, scenario: Arrays) -> bool:
        """Whether the scenario has the structure of the base, so that nothing need be compiled for it."""
        return self._find_structure(scenario) is self._structure

    def reads(self, scenario: Arrays, names: Collection[str]) -> bool:
        """Whether the scenario's program may hang on these arrays, as far as is known; one of another structure may."""
        if not self._read.isdisjoint(names) or not self.keeps(scenario):
            return True
        return self.find(scenario).reads(names, scenario.memory)

    def _find_structure(self, scenario: Arrays) -> Structure:
        read = [(name, version) for name, version in scenario.versions.items() if name in self._read]
        moved = tuple((name, pattern) for name, version in read if (pattern := self._move(name, version, scenario)))
        found = self._structures.get(moved)
        if found is None:
            outlined = outline_program(scenario)
            found = self._structure if outlined.digest == self._structure.digest else outlined
            self._structures[moved] = found
        return found

    def _move(self, name: str, version: int, scenario: Arrays) -> bytes | None:
        """The pattern of an array, None where it is the base's; drawn once for each of its contents."""
        key = name, version
        known = self._moved.get(key)
        if known is None:
            pattern = _draw_pattern(name, scenario[name])
            known = (None,) if pattern == self._patterns[name] else (pattern,)
            self._moved.put(key, known, len(known[0] or b""))
        return known[0]


def _draw_pattern(name: str, values: np.ndarray) -> bytes:
    """What of an array the outline of a program can tell apart."""
    if values.dtype.kind != "f":
        return "\x00".join(map(str, values.ravel().tolist())).encode()
    if name in BY_VALUE:
        return values.tobytes()
    signs = np.sign(values)
    return np.where(np.isnan(values), 3, np.where(np.isinf(values), 2 * signs, signs)).astype(np.int8).tobytes()
