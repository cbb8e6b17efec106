"""The body of a request: JSON that is JSON, or a file that is never held in memory."""

from __future__ import annotations

import json
import re
import tempfile
from typing import Any, NoReturn, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from ninja.parser import Parser

from throughline.api.problems import No
from throughline.api.request import ApiRequest

JSON = "application/json"
FILE = "application/octet-stream"
PIECE = 1 << 20
# No text of ours holds these: no database keeps the one, and no encoding the others.
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


class Bodies(Parser):
    """Hands on what `receive_json` has read: ninja would answer every mistake with the same sentence."""

    def parse_body(self, request: HttpRequest) -> Any:
        return cast(ApiRequest, request).sent_json


def receive_json(request: ApiRequest) -> None:
    """Read the body as RFC 8259 has it, into `sent_json`. Raises 400, saying where it is none."""
    try:
        text = body_of(request).decode()
        found = json.loads(text, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise No(400, "The body is not UTF-8.", code="not_json") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise No(400, f"The body is not JSON: {error.msg} at {where}.", code="not_json") from None
    except (ValueError, RecursionError):
        raise No(400, "The body is JSON that nobody means: a number or a nesting without end.") from None
    if _NO_TEXT.search(text) or ("\\u" in text and _holds_no_text(found)):
        raise No(400, "A text holds a character that is none (U+0000 or half of a pair).", code="not_text")
    request.sent_json = found


def body_of(request: HttpRequest) -> bytes:
    """The whole body, bounded."""
    try:
        return request.body
    except RequestDataTooBig:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024**2
        raise No(413, f"A JSON body has at most {most} MB: send it in parts.", code="too_large") from None


def require_media_type(request: HttpRequest, expected: str) -> None:
    """Raises 415 for a body in another form than the operation reads, 411 for one whose length is unsaid."""
    if "HTTP_TRANSFER_ENCODING" in request.META:
        raise No(411, "Send the body with its Content-Length, not in chunks.", code="length_required")
    if request.content_type != expected:
        raise No(
            415,
            f"Send this as {expected}, not as {request.content_type or 'nothing named'}.",
            code="media_type",
            headers={"Accept": expected},
        )


def receive_file(request: ApiRequest) -> None:
    """Put the body into a file of the request, `sent_file`, on disk where it is long."""
    # It is closed, and so removed, with the request.
    file: Any = tempfile.SpooledTemporaryFile(PIECE)  # noqa: SIM115
    while piece := request.read(PIECE):
        file.write(piece)
    file.seek(0)
    request.sent_file = file


def require_text(request: HttpRequest) -> None:
    """Raises 400 where the address holds what is no text."""
    for name, values in request.GET.lists():
        if any(_NO_TEXT.search(text) for text in (name, *values)):
            raise No(400, "The address holds a character that is none (U+0000).", code="not_text")


def _no_number(name: str) -> NoReturn:
    raise No(400, f"{name} is no number in JSON.", code="not_json")


def _holds_no_text(value: Any) -> bool:
    if isinstance(value, str):
        return bool(_NO_TEXT.search(value))
    if isinstance(value, dict):
        return any(_holds_no_text(each) for pair in value.items() for each in pair)
    return isinstance(value, list) and any(_holds_no_text(each) for each in value)
