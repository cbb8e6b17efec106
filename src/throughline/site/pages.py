"""Addresses that belong to the house itself."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from throughline.accounts.gate import public


@public
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when the process answers and its database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")
