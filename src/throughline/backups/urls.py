"""Addresses of backups."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.backups import pages

urlpatterns: list[URLPattern] = [
    path("administration/backups/", pages.backups, name="backups"),
    path("administration/backups.json", pages.backups_json, name="backups-json"),
    path("administration/backups/make/", pages.make, name="backup-make"),
    path("administration/backups/<str:name>", pages.download, name="backup-download"),
]
