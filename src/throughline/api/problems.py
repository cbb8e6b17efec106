"""Saying no to a program: every refusal is a problem document (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from throughline.api.mistakes import said_of
from throughline.engine.refusals import AllRefused, Refused, each_of

MEDIA_TYPE = "application/problem+json"
MOST_SAID = 3
ABSENT = "There is nothing at this address, or it is not yours to see."


class No(Exception):
    """A refusal with its status; `errors` name places, `headers` are sent along."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        code: str = "",
        errors: Sequence[dict[str, str]] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.code = code
        self.errors = list(errors)
        self.headers = headers or {}


def answer_of(no: No) -> HttpResponse:
    """The refusal as an answer."""
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(no.status).phrase,
        "status": no.status,
        "detail": no.detail,
    }
    if no.code:
        document["code"] = no.code
    if no.errors:
        document["errors"] = no.errors
    return HttpResponse(json.dumps(document), status=no.status, content_type=MEDIA_TYPE, headers=no.headers)


def of_refused(refused: Refused, *, is_read: bool, address: Iterable[str] = ()) -> No:
    """What an action refuses: 422 of what was sent, 400 of an address. A field is pointed at.

    `address` names what stands in the path, which is no place of the body.
    """
    names = set(address)
    found = [
        (each, _error(each, in_address=is_read or each.place in names) if each.place else None)
        for each in each_of(refused)
    ]
    said = (_named(error) if error else each.message for each, error in found[:MOST_SAID])
    errors = [error for _, error in found if error]
    return No(400 if is_read else 422, "; ".join(said), code=refused.code, errors=errors)


@contextmanager
def placed(place_of: Callable[[str], str]) -> Iterator[None]:
    """Say a refusal at its place in the body, where an action names the field of a form."""
    try:
        yield
    except Refused as refused:
        said = [
            Refused(each.message, place=place_of(each.place or "") or None, code=each.code)
            for each in each_of(refused)
        ]
        raise (AllRefused(said) if len(said) > 1 else said[0]) from None


def in_rows(rows: dict[str, str]) -> Callable[[str], str]:
    """The places of fields that count their rows from 1, such as `loss_2`, in the lists of a body.

    >>> in_rows({"loss": "points"})("loss_2"), in_rows({"loss": "points"})("note")
    ('points/1/loss', 'note')
    """

    def place_of(place: str) -> str:
        name, _, number = place.rpartition("_")
        return f"{rows[name]}/{int(number) - 1}/{name}" if name in rows and number.isdecimal() else place

    return place_of


def of_invalid(found: Sequence[dict[str, Any]], *, sent: Any = None) -> No:
    """What does not fit an operation: of an id in the path 404, of the query 400, of the body 422.

    `sent` is the body, so that what is pointed at is a place in it.
    """
    if any(each["loc"][0] == "path" for each in found):
        return No(404, ABSENT)
    errors = list(_located(found, sent))
    is_body = any("pointer" in each for each in errors)
    said = "; ".join(map(_named, errors[:MOST_SAID]))
    return No(422 if is_body else 400, said, code="invalid", errors=errors)


def as_problem(response: HttpResponseBase) -> HttpResponseBase:
    """A refusal of Django's own in our form; any other answer as it is."""
    is_ours = response.get("Content-Type", "").startswith(MEDIA_TYPE)
    if response.status_code < 400 or is_ours:
        return response
    kept = {name: response[name] for name in ("Allow", "Retry-After") if name in response}
    if "Allow" in kept:
        kept["Allow"] = ", ".join(sorted(each.strip() for each in kept["Allow"].split(",")))
    detail = ABSENT if response.status_code == 404 else HTTPStatus(response.status_code).description
    if response.status_code == 405:
        detail = f"This address takes {kept.get('Allow', 'other methods')} only."
    return answer_of(No(response.status_code, detail or "This request is refused.", headers=kept))


def pointer(*parts: object) -> str:
    """A JSON Pointer (RFC 6901).

    >>> pointer("values", 3, "a/b")
    '/values/3/a~1b'
    """
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def _error(refused: Refused, *, in_address: bool) -> dict[str, str]:
    place = refused.place or ""
    named = {"parameter": place} if in_address else {"pointer": pointer(*place.split("/"))}
    return {**named, "detail": refused.message}


def _named(error: dict[str, str]) -> str:
    """An error in a sentence; the pointer of the whole body is empty (RFC 6901)."""
    return f"{error.get('pointer') or error.get('parameter') or 'the body'}: {error['detail']}"


def _located(found: Sequence[dict[str, Any]], sent: Any) -> Iterator[dict[str, str]]:
    # Of a value that may be of several kinds, each kind says what is wrong: together they are one sentence.
    places: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for each in found:
        where, *place = each["loc"]
        if where == "query":
            # A parameter that may be given several times is followed by which of them it is.
            named = ("parameter", next((part for part in reversed(place) if isinstance(part, str)), ""))
        else:
            # The first part is what our function calls the body.
            at = pointer(*_inside(sent, place[1:], is_missing=each["type"] == "missing"))
            named = ("pointer", at)
        places.setdefault(named, []).append(each)
    for (kind, at), mistakes in places.items():
        yield {kind: at, "detail": said_of(mistakes)}


def _inside(sent: Any, place: Sequence[Any], *, is_missing: bool) -> Iterator[Any]:
    """The parts of a place that are in the body, without the names of kinds that were tried on a value."""
    node = sent
    for number, part in enumerate(place):
        is_there = (isinstance(node, dict) and part in node) or (
            isinstance(node, list) and isinstance(part, int) and part < len(node)
        )
        if is_there:
            node = node[part]
        if is_there or (is_missing and number == len(place) - 1):
            yield part


def is_api(request: HttpRequest) -> bool:
    """Whether a request is for the API."""
    return request.path_info.startswith("/api/")
