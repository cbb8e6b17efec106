"""Addresses for what watches the server."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.monitoring import pages

urlpatterns: list[URLPattern] = [
    path("readyz", pages.readyz, name="readyz"),
    path("metrics", pages.prometheus, name="prometheus"),
]
