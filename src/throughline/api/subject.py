"""What the router of a subject is made of. Each `<subject>/api.py` makes one and names it `router`.

router = Subject("series")

@router.reads("/series", answer=Page[SeriesSummary])
def list_series(request, asked: Query[Asked]): ...

@router.writes("POST", "/series", scope="series:write", answer=SeriesSummary, status=201)
def define_series(request, given: NewSeries): ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Annotated, Any, TypeVar

from django.http import HttpRequest
from ninja import Path, Router, Schema
from ninja.streaming import JSONL
from pydantic import AfterValidator, ConfigDict, PlainSerializer, WithJsonSchema

from throughline.accounts.access import actor_name, signed_in
from throughline.accounts.models import User
from throughline.accounts.scopes import READ, READS, SCOPES
from throughline.api.bearer import asking_token
from throughline.api.reading import FILE
from throughline.site.plain import plain

Function = TypeVar("Function", bound=Callable[..., Any])

BINARY = {"type": "string", "format": "binary"}
TOLD_ONCE = "x-told-once"
# The largest number that the database knows things by.
LARGEST_ID = 2**63 - 1
Id = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Key = Annotated[str, Path(min_length=1, max_length=120, pattern=r"^[A-Za-z0-9_-]+$")]
# What a subject keeps as data of its own form.
Anything = Annotated[Any, WithJsonSchema({})]


class Sent(Schema):
    """A body: what it does not know it refuses, so that nothing is lost in a typing error."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, str_strip_whitespace=True)


class Told(Schema):
    """An answer. What is no number is null, instants are UTC."""


def _utc(value: datetime) -> str:
    return str(plain(value))


# An instant as every .json of ours writes it.
Instant = Annotated[
    datetime,
    PlainSerializer(
        _utc, return_type=Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
    ),
]


# A figure; what cannot be worked out (infinite, not a number) is null.
def _finite(value: float) -> float | None:
    return plain(value)  # type: ignore[no-any-return]


Figure = Annotated[float | None, AfterValidator(_finite)]


class Subject(Router):
    """The operations of one subject: each says what it answers, and which scope it needs."""

    def __init__(self, title: str) -> None:
        super().__init__(tags=[title])

    def reads(
        self, path: str, *, answer: Any, scope: str = READ, **more: Any
    ) -> Callable[[Function], Function]:
        """An operation that changes nothing; what its person alone may see asks for `READ_OWN`."""
        assert scope in READS, f"{path} reads, and {scope} is no scope of reading"
        return self._operation("GET", path, scope=scope, response={200: answer}, **more)

    def files(
        self, path: str, *, kinds: Iterable[str], scope: str = READ, **more: Any
    ) -> Callable[[Function], Function]:
        """A read that answers a file of one of these media types; its function gives the whole response."""
        assert scope in READS, f"{path} reads, and {scope} is no scope of reading"
        content = {kind.partition(";")[0]: {"schema": BINARY} for kind in kinds}
        extra = {"responses": {200: {"content": content}}}
        return self._operation("GET", path, scope=scope, extra=extra, **more)

    def streams(self, path: str, *, item: Any, **more: Any) -> Callable[[Function], Function]:
        """A read that answers a line of JSON for each item, however many; its function gives an iterator."""
        return self._operation("GET", path, scope=READ, response=JSONL[item], **more)

    def writes(
        self,
        method: str,
        path: str,
        *,
        scope: str,
        answer: Any,
        status: int = 200,
        versioned: bool = False,
        told_once: bool = False,
        **more: Any,
    ) -> Callable[[Function], Function]:
        """An operation that changes something; `versioned` where it looks at If-Match.

        `told_once` where the answer holds a secret: it is not kept, so an Idempotency-Key is refused.
        """
        assert scope not in READS, f"{method} {path} writes, so reading may not be enough for it"
        marks = {"x-versioned": versioned, TOLD_ONCE: told_once}
        extra = {name: True for name, is_so in marks.items() if is_so}
        return self._operation(method, path, scope=scope, response={status: answer}, extra=extra, **more)

    def takes_file(
        self, path: str, *, scope: str, answer: Any, status: int = 202, **more: Any
    ) -> Callable[[Function], Function]:
        """A POST whose body is a file, which the function finds as `request.sent_file`."""
        content = {FILE: {"schema": BINARY}}
        body = {"requestBody": {"required": True, "content": content}}
        return self._operation("POST", path, scope=scope, response={status: answer}, extra=body, **more)

    def _operation(
        self, method: str, path: str, *, scope: str, extra: dict[str, Any] | None = None, **more: Any
    ) -> Callable[[Function], Function]:
        assert scope in SCOPES, f"{method} {path} asks for a scope that there is not: {scope}"
        said = {"security": [{"token": [scope]}], **(extra or {})}

        def register(function: Function) -> Function:
            first, _, rest = (function.__doc__ or "").partition("\n")
            self.api_operation(
                [method],
                path,
                operation_id=function.__name__,
                summary=first.rstrip("."),
                description=rest.strip() or None,
                openapi_extra=said,
                **more,
            )(function)
            return function

        return register


def person(request: HttpRequest) -> User:
    """The person whose token asks."""
    return signed_in(request.user)


def actor(request: HttpRequest) -> str:
    """How history and audit name who did it: the person, and her token."""
    return f"{actor_name(person(request))} (token {asking_token(request).name})"[:160]
