"""What a verifier says of a plan: the rules that it breaks, where and by how much; the error of one that is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import floor, isfinite, log10, nan

from conf.words import LANGUAGES, format_number, say
from scenarios.errors import FardplanError

MOST_TOLD = 10
"""Violations that an error lists; after the worst ten a reader knows where to look."""

DECISION = "decision"


@dataclass(frozen=True)
class Violation:
    """One rule broken at one place.

    `place` names labels by dimension (and the `decision`, where the rule is about one variable alone); `amount` is
    how far it is missed, in `unit`; `relative` is the amount over the size of the rule's terms there.
    """

    rule: str
    place: Mapping[str, str | int]
    amount: float
    unit: str
    relative: float

    def tell(self, lang: str = LANGUAGES[0]) -> str:
        """One line: rule, place, amount."""
        labels = [self._name_label(dim, label, lang) for dim, label in self.place.items()]
        place = f" ({', '.join(labels)})" if labels else ""
        amount = f"{_format_amount(self.amount, lang)} {self.unit}".strip()
        return say("verify_line", lang, rule=say(f"verify_rule_{self.rule}", lang), place=place, amount=amount)

    @staticmethod
    def _name_label(dim: str, label: str | int, lang: str) -> str:
        text = say(f"verify_decision_{label}", lang) if dim == DECISION else str(label)
        return f"{say(f'verify_place_{dim}', lang)} {text}"


@dataclass(frozen=True)
class Verdict:
    """What the verifier found.

    `max_violation` is the largest relative miss anywhere, comparable with the tolerance; `checked` says at how many
    places each rule stood; `objective` is the present cost recomputed and `components` its parts, in the case's
    money (not a number and empty where labels or numbers of the plan were too broken to compute with). `loosened` are
    rules that what was before the plan broke, as the plan says itself.
    """

    accepted: bool
    violations: tuple[Violation, ...]
    max_violation: float
    checked: Mapping[str, int]
    objective: float = nan
    components: Mapping[str, float] = field(default_factory=dict)
    loosened: tuple[Violation, ...] = ()


class PlanRefused(FardplanError):
    """A plan that breaks rules of its scenario; holds the verdict."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        super().__init__(self.tell("en"))

    def tell(self, lang: str = LANGUAGES[0]) -> str:
        """Rule, place and amount of the worst violations, one a line."""
        found = self.verdict.violations
        lines = [say("verify_refused", lang, count=len(found))]
        lines += [violation.tell(lang) for violation in found[:MOST_TOLD]]
        if len(found) > MOST_TOLD:
            lines.append(say("verify_more", lang, count=len(found) - MOST_TOLD))
        return "\n".join(lines)


def _format_amount(amount: float, lang: str) -> str:
    """Three figures of an amount, whatever its size."""
    if not isfinite(amount):
        return "∞"
    decimals = max(0, 2 - floor(log10(amount))) if amount > 0 else 0
    return format_number(amount, lang, decimals)
