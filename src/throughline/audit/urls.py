"""Addresses of the audit record."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.audit import pages

urlpatterns: list[URLPattern] = [
    path("audit/", pages.audit, name="audit"),
    path("audit.csv", pages.audit_csv, name="audit-csv"),
    path("audit.json", pages.audit_json, name="audit-json"),
]
