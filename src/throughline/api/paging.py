"""Pages of long lists: each names the next by where it ended, so that rows which come meanwhile move none."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.core import signing
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from ninja import Field, Schema

from throughline.api.problems import No

MOST = 200
DEFAULT = 50
SALT = "throughline.api.cursor"
Item = TypeVar("Item")
Row = TypeVar("Row")
Record = TypeVar("Record", bound=Model)


class Asked(Schema):
    """Which page of a list, as the address says it. A list's own filters inherit from this."""

    limit: int = Field(DEFAULT, ge=1, le=MOST, description="How many at most.")
    cursor: str = Field(
        "", max_length=2000, description="From `next` of the page before; empty for the first."
    )


class Page(Schema, Generic[Item]):
    """`next` is the address of the next page, null on the last one."""

    items: list[Item]
    next: str | None = None


def after_of(request: HttpRequest, asked: Asked) -> Any:
    """Where the page before ended; None for the first page. Raises 400 for a cursor of another list."""
    if not asked.cursor:
        return None
    try:
        found = signing.loads(asked.cursor, salt=SALT)
    except signing.BadSignature:
        found = {}
    if found.get("of") != _list(request):
        raise No(
            400,
            "This cursor is not of this list: take `next` as it was given, or begin without one.",
            code="bad_cursor",
            errors=[{"parameter": "cursor", "detail": "not of this list"}],
        )
    return found["after"]


def page(
    request: HttpRequest,
    asked: Asked,
    rows: list[Row],
    *,
    show: Callable[[list[Row]], list[Any]],
    end: Callable[[Row], Any],
) -> dict[str, Any]:
    """A page of `rows`, which are those after the cursor and one more than asked for, if there is one.

    `show` says them all at once, `end` of a row where a page that ends with it ended.
    """
    shown, is_more = rows[: asked.limit], len(rows) > asked.limit
    next_page = _address(request, asked, end(shown[-1])) if is_more else None
    return {"items": show(shown), "next": next_page}


def each(show: Callable[[Row], Any]) -> Callable[[list[Row]], list[Any]]:
    """Says rows one by one."""
    return lambda rows: [show(row) for row in rows]


def page_of_records(
    request: HttpRequest,
    asked: Asked,
    records: QuerySet[Record],
    *,
    by: str,
    show: Callable[[Record], Any] | None = None,
    show_all: Callable[[list[Record]], list[Any]] | None = None,
) -> dict[str, Any]:
    """A page of records in the order of a field that never changes and tells them apart.

    `show_all` says them at once, where one by one would ask the database for each.
    """
    shows = show_all or (each(show) if show else list)
    name, after = by.removeprefix("-"), after_of(request, asked)
    if after is not None:
        records = records.filter(**{f"{name}__{'lt' if by.startswith('-') else 'gt'}": after})
    rows = list(records.order_by(by)[: asked.limit + 1])
    return page(request, asked, rows, show=shows, end=lambda row: getattr(row, name))


def page_of_rows(
    request: HttpRequest,
    asked: Asked,
    rows: Iterable[Row],
    *,
    key: Callable[[Row], Any],
    show: Callable[[Row], Any],
) -> dict[str, Any]:
    """A page of a list that is worked out whole, in the order of a key that tells its rows apart."""
    after = after_of(request, asked)
    left = sorted((row for row in rows if after is None or key(row) > after), key=key)
    return page(request, asked, left[: asked.limit + 1], show=each(show), end=key)


def _address(request: HttpRequest, asked: Asked, after: Any) -> str:
    cursor = signing.dumps({"of": _list(request), "after": after}, salt=SALT)
    said = [*_filters(request), ("limit", str(asked.limit)), ("cursor", cursor)]
    return f"{request.path}?{urlencode(said)}"


def _filters(request: HttpRequest) -> list[tuple[str, str]]:
    names = sorted(set(request.GET) - {"limit", "cursor"})
    return [(name, value) for name in names for value in request.GET.getlist(name)]


def _list(request: HttpRequest) -> str:
    """A short name of the list: a cursor of other filters would lead nowhere sensible."""
    return hashlib.sha256(repr((request.path, _filters(request))).encode()).hexdigest()[:16]
