"""What every page's frame needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """The navigation and the signed-in person, for the base template."""
    return {"here": request.path}
