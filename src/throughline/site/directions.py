"""No page and no JSON turns the direction of text: what would is named, and in JSON it is escaped."""

from __future__ import annotations

import re
from collections.abc import AsyncIterable, Callable, Iterable

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from throughline.engine.directions import CONTROLS, escaped, named

# What a person may send back unchanged stays as it is stored: the values of a form.
_KEPT = re.compile(rf"\svalue=\"[^\"]*\"|<textarea\b.*?</textarea>|[{CONTROLS}]", re.DOTALL)
_THERE = [control.encode() for control in CONTROLS]


class NoTurnedText:
    """Middleware around everything that answers with what came from a source."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        kind = response.get("Content-Type", "").partition(";")[0]
        change = _page if kind == "text/html" else escaped if kind.endswith("json") else None
        if change is None:
            return response
        if isinstance(response, StreamingHttpResponse):
            parts = response.streaming_content
            assert not isinstance(parts, AsyncIterable)
            response.streaming_content = _streamed(parts, change)
        elif isinstance(response, HttpResponse) and any(each in response.content for each in _THERE):
            response.content = change(response.content.decode())
        return response


def _page(text: str) -> str:
    return _KEPT.sub(lambda found: named(found[0]) if len(found[0]) == 1 else found[0], text)


def _streamed(parts: Iterable[bytes], change: Callable[[str], str]) -> Iterable[bytes]:
    # Each part was a text of its own, so no character is cut in two.
    for part in parts:
        yield change(part.decode()).encode() if any(each in part for each in _THERE) else part
