"""Addresses of forecasts."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.forecasts import resolution_pages

urlpatterns: list[URLPattern] = [
    path("scenarios/<slug:key>/resolve/", resolution_pages.resolve, name="scenario-resolve"),
    path("scenarios/<slug:key>/resolve.json", resolution_pages.resolve_json, name="scenario-resolve-json"),
]
