"""Addresses of metrics."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.measures import pages

urlpatterns: list[URLPattern] = [
    path("metrics/", pages.metrics, name="metrics"),
    path("metrics.json", pages.metrics_json, name="metrics-json"),
    path("metrics.csv", pages.metrics_csv, name="metrics-csv"),
    path("metrics/figures/", pages.shelf_figures, name="metrics-figures"),
]
