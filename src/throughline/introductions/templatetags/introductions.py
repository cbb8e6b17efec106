"""What the page of a vulnerability says of when it came in."""

from __future__ import annotations

from typing import Any

from django import template

from throughline.introductions.showing import about
from throughline.vulnerabilities.models import Vulnerability

register = template.Library()


@register.inclusion_tag("introductions/beside.html", takes_context=True)
def introduction(context: dict[str, Any], record: Vulnerability, may_say: bool) -> dict[str, Any]:
    """The evidence of when it came in, and the form that corrects it."""
    in_part = bool(context["request"].headers.get("HX-Request"))
    return about(record, may_say=may_say) | {"in_part": in_part, "csrf_token": context.get("csrf_token")}
