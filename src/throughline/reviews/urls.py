"""Addresses of what is said of key results."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.reviews import cycle_pages, pages

urlpatterns: list[URLPattern] = [
    path("check-ins/", pages.check_ins, name="check-ins"),
    path("check-ins.json", pages.check_ins_json, name="check-ins-json"),
    path("check-ins.csv", pages.check_ins_csv, name="check-ins-csv"),
    path("key-results/<int:id>/check-in/", pages.check_in, name="key-result-check-in"),
    path("key-results/<int:id>/post-mortem/", pages.post_mortem, name="key-result-post-mortem"),
    path("key-results/<int:id>/override/", pages.override, name="key-result-override"),
    path("key-results/<int:id>/drop/", pages.drop, name="key-result-drop"),
    path("key-results/<int:id>/carry/", pages.carry, name="key-result-carry"),
    path("cycles/<slug:key>/review/", cycle_pages.review, name="cycle-review"),
    path("cycles/<slug:key>/grades/", cycle_pages.grades, name="cycle-grades"),
    path("cycles/<slug:key>/grades.json", cycle_pages.grades_json, name="cycle-grades-json"),
    path("cycles/<slug:key>/grades.csv", cycle_pages.grades_csv, name="cycle-grades-csv"),
    path("predictability/", cycle_pages.predictability, name="predictability"),
    path("predictability.json", cycle_pages.predictability_json, name="predictability-json"),
    path("predictability.csv", cycle_pages.predictability_csv, name="predictability-csv"),
]
