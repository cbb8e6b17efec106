"""A fake that takes no other request than its API does: path, parameters, headers and body are declared.

What does not fit is written down in `wrong`, which is empty at the end of each test, and is answered 400.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

from tests.connectors.fakes.tool import Answered, Asked, served


@dataclass(frozen=True)
class Endpoint:
    """One thing that can be asked: `query` has a pattern for every parameter that there is."""

    method: str
    path: str
    answer: str
    query: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    body: Callable[[Any], str] | None = None

    def wrong(self, asked: Asked) -> Iterator[str]:
        for name, value in asked.query.items():
            if name not in self.query:
                yield f"there is no parameter '{name}'"
            elif not re.fullmatch(self.query[name], value):
                yield f"{name}={value} does not fit {self.query[name]}"
        yield from (f"{name} is missing" for name in self.needs if name not in asked.query)
        if self.body is not None and (said := self.body(asked.body)):
            yield said


class Fake(ABC):
    """What the fakes of scanners share: checking, and a token that ends at a request by its number."""

    endpoints: ClassVar[tuple[Endpoint, ...]] = ()
    headers: ClassVar[Mapping[str, str]] = {}

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.wrong: list[str] = []
        self.token = "t0ken-of-a-robot"
        # Answers that come instead, by the number of the request.
        self.instead: dict[int, Answered] = {}
        self.revoked_at: int | None = None
        self.expired = False
        self.address = ""

    def is_expired(self, by_cursor: bool) -> bool:
        """Whether this request names a page by a cursor that ended meanwhile; later ones are good."""
        expired = self.expired and by_cursor
        self.expired = self.expired and not expired
        return expired

    @abstractmethod
    def signed(self, headers: Mapping[str, str]) -> bool:
        """Whether the request names the token as this tool wants it."""

    def unsigned(self) -> Answered:
        """What it says to a token that it does not know."""
        return Answered({"message": "Bad credentials"}, 401)

    def answer(self, asked: Asked) -> Answered:
        self.asked.append(asked)
        number = len(self.asked)
        if (said := self.instead.pop(number, None)) is not None:
            return said
        if (self.revoked_at is not None and number >= self.revoked_at) or not self.signed(asked.headers):
            return self.unsigned()
        for endpoint in self.endpoints:
            if endpoint.method == asked.method and (match := re.fullmatch(endpoint.path, asked.path)):
                return self._checked(endpoint, asked, match)
        return self._refused(f"{asked.method} {asked.path}: there is no such endpoint", 404)

    def paths(self) -> list[str]:
        """The paths that were asked for."""
        return [each.path for each in self.asked]

    def _checked(self, endpoint: Endpoint, asked: Asked, match: re.Match[str]) -> Answered:
        faults = [*endpoint.wrong(asked), *self._missing(asked)]
        if faults:
            return self._refused(f"{asked.method} {asked.path}: {'; '.join(faults)}", 400)
        answer: Answered = getattr(self, endpoint.answer)(asked, *match.groups())
        return answer

    def _missing(self, asked: Asked) -> Iterator[str]:
        for name, pattern in self.headers.items():
            if not re.fullmatch(pattern, asked.headers.get(name, "")):
                yield f"the header {name} does not fit {pattern}"

    def _refused(self, message: str, status: int) -> Answered:
        self.wrong.append(message)
        return Answered({"message": message}, status)


AnyFake = TypeVar("AnyFake", bound=Fake)


@contextmanager
def running(fake: AnyFake) -> Iterator[AnyFake]:
    """The fake at an address of this machine, until the block ends; by then no request was wrong."""
    with served(fake.answer) as tool:
        fake.address = tool.address
        yield fake
    assert fake.wrong == []
