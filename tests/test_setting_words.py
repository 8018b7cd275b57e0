"""Settings in words: what a key is called and what its number says."""

from __future__ import annotations

import pytest

from runners.views.setting_words import name_setting, say_setting_value

NAMES = {"wood_chips": "Flis och returträ", "ortofta_2": "Örtofta 2", "transport_2030": "Transporter 2030"}


@pytest.mark.parametrize(
    ("key", "value", "name", "said"),
    [
        ("adjust.price.wood_chips", 1.1, "Pris: Flis och returträ", "+10 %"),
        ("adjust.price.wood_chips.2025-2030", 0.9, "Pris: Flis och returträ, 2025–2030", "−10 %"),
        ("adjust.capex.ortofta_2", 1.0, "Investering: Örtofta 2", "oförändrat"),
        ("adjust.start_delay.ortofta_2", 2.0, "Försenad start: Örtofta 2", "2 år senare"),
        ("adjust.start_delay.all", -1.0, "Försenad start: alla", "1 år tidigare"),
        ("shift.rate.all", 0.01, "Ränta: alla", "+1 procentenhet"),
        ("shift.rate.all", -0.015, "Ränta: alla", "−1,5 procentenheter"),
        ("shift.rate.all", 0.0, "Ränta: alla", "oförändrat"),
        ("shift.life.ortofta_2", 2.0, "Livslängd: Örtofta 2", "2 år senare"),
        ("shift.capex.ortofta_2", 12.5, "Investering: Örtofta 2", "+12,5"),
        ("convention.discount_rate", 0.043, "Kalkylränta", "4,3 %"),
        ("target.transport.2030", 0.85, "Mål: transport, 2030", "0,85"),
        ("target.transport_2030", 85.0, "Mål: Transporter 2030", "85"),
        ("exclude.ortofta_2", 1.0, "Utan åtgärden: Örtofta 2", "ja"),
        ("set.capex.ortofta_2.2030", 1234.5, "Investering: Örtofta 2, 2030", "1 234,5"),
        ("price", float("nan"), "Priser", "–"),
        ("price", "low", "Priser", "låg"),
    ],
)
def test_a_setting_is_said_in_swedish(key: str, value: object, name: str, said: str) -> None:
    assert name_setting(key, NAMES, "sv") == name
    assert say_setting_value(key, value, "sv").replace("\xa0", " ") == said


def test_a_setting_is_said_in_english() -> None:
    assert name_setting("adjust.start_delay.ortofta_2", {"ortofta_2": "Ortofta 2"}, "en") == "Late start: Ortofta 2"
    assert say_setting_value("adjust.start_delay.ortofta_2", 1.0, "en") == "1 year later"


@pytest.mark.parametrize("key", ["x", "adjust", "adjust.nothing.x", "target.transport", "convention.x", "solver.gap"])
def test_a_key_that_nobody_knows_is_itself(key: str) -> None:
    assert name_setting(key, NAMES, "sv") == key
