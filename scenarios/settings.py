"""Which words change a scenario's numbers: `adjust.capex.bio_ccs=1.2`, `target.transport.2030=0.85`."""

from __future__ import annotations

VERBS = ("set", "adjust", "target", "exclude")
"""First words of settings, in the order in which they act."""
CONFIGURED = ("target.mode", "target.excess_price")
"""Keys of the configuration that begin like settings."""


def is_setting(key: str) -> bool:
    """Whether a key changes numbers of a scenario, rather than the configuration.

    >>> is_setting("target.transport.2030"), is_setting("target.mode"), is_setting("exclude")
    (True, False, False)
    """
    verb, dot, _ = key.partition(".")
    return bool(dot) and verb in VERBS and key not in CONFIGURED
