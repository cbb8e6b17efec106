"""Addresses of who does what."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.assignments import staffing_pages

urlpatterns: list[URLPattern] = [
    path("work/", staffing_pages.work, name="work"),
    path("cycles/<slug:key>/work/", staffing_pages.cycle_work, name="cycle-work"),
    path("cycles/<slug:key>/work.json", staffing_pages.cycle_work_json, name="cycle-work-json"),
    path("cycles/<slug:key>/work.csv", staffing_pages.cycle_work_csv, name="cycle-work-csv"),
    path("initiatives/<slug:key>/staffing/", staffing_pages.initiative, name="initiative-staffing"),
    path("initiatives/<slug:key>/who/", staffing_pages.initiative_card, name="initiative-who"),
    path("key-results/<int:id>/who/", staffing_pages.key_result_card, name="key-result-who"),
    path("key-results/<int:id>/staffing/", staffing_pages.key_result, name="key-result-staffing"),
]
