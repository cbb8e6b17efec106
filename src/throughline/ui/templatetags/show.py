"""Template filters that write figures and dates the same way on every page."""

from __future__ import annotations

from django import template

register = template.Library()
