"""Fifty who read and five who run sweeps: every page comes, in time, and is its reader's own; memory stays as it is."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import crowd
import pytest

from runners.web.database import open_base
from runners.web.jobs import Jobs, State

SHARE = 0.95
SOAK_MINUTES = 1.0
GROWTH = 1.15
"""How much more the last rounds of a soak may hold than those after the first, which reads what it keeps."""
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]


@pytest.mark.usefixtures("any_base")
def test_fifty_readers_and_five_sweeps_get_every_page_in_time_and_their_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """95 % within 300 ms, on a machine that does nothing else; where it does, so much later as its own work is."""
    visits = crowd.make_site(tmp_path, crowd.READERS)
    with crowd.serve(tmp_path) as (_pid, address):
        crowd.begin_sweeps(address, visits, crowd.SWEEPS)
        found = crowd.gather(address, visits, crowd.PAGES)
    bar = crowd.MOST_SECONDS * found.slowness
    with capsys.disabled():
        share = found.share_within(crowd.MOST_SECONDS)
        print(f"\n{len(found.pages)} pages, {share:.1%} within 300 ms, machine {found.slowness:.1f} times slower")
        print(f"late: {found.tell_late(crowd.MOST_SECONDS)}")
    assert (len(found.pages), found.lost, found.mixed) == (crowd.READERS * crowd.PAGES, 0, 0), found.tell_lost()
    assert found.share_within(bar) >= SHARE
    jobs = [
        job for number in range(crowd.SWEEPS) for job in Jobs(open_base(tmp_path)).list_jobs(crowd.name_case(number))
    ]
    assert len(jobs) == crowd.SWEEPS
    assert State.FAILED not in {job.state for job in jobs}


def test_memory_stays_as_it_is_while_a_crowd_does(capsys: pytest.CaptureFixture[str]) -> None:
    samples = crowd.soak(SOAK_MINUTES)
    with capsys.disabled():
        print(f"\n{len(samples)} rounds, {samples[0]:.0f} to {samples[-1]:.0f} MB")
    third = max(len(samples) // 3, 1)
    assert median(samples[-third:]) < GROWTH * median(samples[third : 2 * third] or samples[:1])
