"""Addresses of risk."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.risk import pages

urlpatterns: list[URLPattern] = [
    path("scenarios/new", pages.new, name="scenario-new"),
    path("scenarios/<slug:key>/", pages.scenario, name="scenario"),
    path("scenarios/<slug:key>/edit", pages.edit, name="scenario-edit"),
    path("scenarios/<slug:key>/archive", pages.archive, name="scenario-archive"),
]
