"""Addresses of vulnerabilities."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.vulnerabilities import pages, record

urlpatterns: list[URLPattern] = [
    path("vulnerabilities/", pages.vulnerabilities, name="vulnerabilities"),
    path("vulnerabilities.csv", pages.vulnerabilities_csv, name="vulnerabilities-csv"),
    path("vulnerabilities.json", pages.vulnerabilities_json, name="vulnerabilities-json"),
    path("vulnerabilities/<int:id>/", record.vulnerability, name="vulnerability"),
    path("vulnerabilities/<int:id>.json", record.vulnerability_json, name="vulnerability-json"),
    path("vulnerabilities/<int:id>/triage/", record.triage, name="vulnerability-triage"),
    path("vulnerabilities/<int:id>/undo/", record.undo, name="vulnerability-undo"),
]
