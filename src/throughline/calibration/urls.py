"""Addresses of calibration."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.calibration import pages

urlpatterns: list[URLPattern] = [
    path("calibration/", pages.calibration, name="calibration"),
    path("calibration.json", pages.calibration_json, name="calibration-json"),
    path("calibration.csv", pages.calibration_csv, name="calibration-csv"),
    path("calibration/sets/<slug:slug>/", pages.question_set, name="calibration-set"),
    path("calibration/runs/<int:id>/", pages.run, name="calibration-run"),
    path("calibration/runs/<int:id>.json", pages.run_json, name="calibration-run-json"),
    path("calibration/runs/<int:id>/answers/<int:number>/", pages.answer, name="calibration-answer"),
]
