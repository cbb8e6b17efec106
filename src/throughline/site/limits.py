"""What may be sent: bounded before any of it is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

from throughline.accounts.cookies import person_behind
from throughline.site.refusals import refusal

# A sign-in form is a few hundred bytes.
STRANGERS_BYTES = 64 * 1024


class UploadLimit:
    """Answers 413 to a body larger than the setting, and from strangers to more than a form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        # Without a length (chunked) Django reads nothing, so the header is the whole truth.
        length = request.META.get("CONTENT_LENGTH") or "0"
        most = settings.THROUGHLINE_MAX_UPLOAD_BYTES if request.user.is_authenticated else STRANGERS_BYTES
        if not length.isdecimal() or int(length) <= most:
            return None
        message = f"This is more than the {_size(most)} that may be sent at once: split the file."
        return refusal(request, message, status=413, code="too_large")


def most_bytes(headers: list[tuple[bytes, bytes]]) -> int:
    """How long a body may be, by who sends it: asked before any of it is received, on a thread of its own."""
    try:
        is_known = person_behind(headers).is_authenticated
    finally:
        connection.close()
    return settings.THROUGHLINE_MAX_UPLOAD_BYTES if is_known else STRANGERS_BYTES


def _size(count: int) -> str:
    return f"{count // 1024**2} MB" if count >= 1024**2 else f"{count // 1024} KB"
