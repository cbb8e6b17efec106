"""Addresses of metrics."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.measures import detection_pages, move_pages, pages, power_pages

urlpatterns: list[URLPattern] = [
    path("metrics/", pages.metrics, name="metrics"),
    path("metrics.json", pages.metrics_json, name="metrics-json"),
    path("metrics.csv", pages.metrics_csv, name="metrics-csv"),
    path("metrics/why/", move_pages.why, name="metrics-why"),
    path("metrics/why.json", move_pages.why_json, name="metrics-why-json"),
    path("metrics/why.csv", move_pages.why_csv, name="metrics-why-csv"),
    path("metrics/power.json", power_pages.power_json, name="metrics-power-json"),
    path("metrics/power.csv", power_pages.power_csv, name="metrics-power-csv"),
    path("metrics/figures/", pages.shelf_figures, name="metrics-figures"),
    path("metrics/detection/", detection_pages.detection, name="metrics-detection"),
    path("metrics/detection.json", detection_pages.detection_json, name="metrics-detection-json"),
]
