"""Addresses of background work."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.jobs import pages

urlpatterns: list[URLPattern] = [
    path("jobs/<int:id>/", pages.job, name="job"),
    path("jobs/<int:id>.json", pages.job_json, name="job-json"),
    path("jobs/<int:id>/cancel/", pages.cancel, name="job-cancel"),
]
