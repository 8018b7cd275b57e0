"""A process that writes a small sweep, to be killed at any moment: `python sweep_writer.py FOLDER COUNT SIZE`."""

from __future__ import annotations

import sys
from pathlib import Path

from sweeping import chunk_of, design_of, identify, manifest_of

from runners.sweep_store.store import SweepStore

place, count, size = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
print("ready", flush=True)
sys.stdin.readline()
with SweepStore.create(place, manifest_of(), design_of(count)) as store:
    finished = store.finished()
    left = [number for number in range(count) if identify(number) not in finished]
    if len(left) < count and left:
        store.write_chunk("again", chunk_of([number for number in range(count) if number not in left][:size]))
    for first in range(0, len(left), size):
        store.write_chunk(f"{left[first]:05d}", chunk_of(left[first : first + size]))
    store.compact()
    store.update(ended="2026-11-24T21:00:00+00:00")
print("done", flush=True)
