"""What a visitor is refused, with the status of HTTP and the message that says why and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from conf.words import say
from scenarios.errors import Telling

BAD, SIGN_IN, FORBIDDEN, MISSING, TOO_SLOW, CONFLICT, TOO_LARGE, MISDIRECTED, UNUSABLE, TOO_MANY, AWAY = (
    *(400, 401, 403, 404, 408, 409, 413, 421, 422, 429, 503),
)


class Refusal(Exception):
    """A request that is not answered as asked.

    Args:
        status: of HTTP.
        key: of the message.
        fields: what fills it.
    """

    def __init__(self, status: int, key: str, fields: Mapping[str, object] = MappingProxyType({})) -> None:
        super().__init__(key)
        self.status = status
        self.key = key
        self.fields = dict(fields)

    def tell(self, lang: str) -> str:
        """Why, in a language."""
        fields = {name: told.tell(lang) if isinstance(told, Telling) else told for name, told in self.fields.items()}
        return say(self.key, lang, **fields)
