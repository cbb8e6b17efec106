"""Addresses of what changed; the stream itself is served beside Django, at `live/stream`."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.live import pages

urlpatterns: list[URLPattern] = [path("live.json", pages.changes_json, name="live-json")]
