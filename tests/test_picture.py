"""Pictures of charts: what the engine that draws cannot take does not reach it."""

from __future__ import annotations

from runners.views.renderers.picture import draw_svg
from runners.views.section import Chart


def test_a_control_character_in_a_name_is_marked_and_does_not_end_the_process() -> None:
    """The engine dies of one, and takes the process that draws with it."""
    text = {"value": "a\x1b[31m \\u001b b"}
    chart = Chart("x", "x", "x", {"data": {"values": [{}]}, "mark": "text", "encoding": {"text": text}})
    assert "a\ufffd[31m \\u001b b" in draw_svg(chart)
