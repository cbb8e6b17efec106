"""Addresses of annotations."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.annotations import pages

urlpatterns: list[URLPattern] = [
    path("annotations/", pages.everything, name="annotations"),
    path("annotations.json", pages.annotations_json, name="annotations-json"),
    path("annotations.csv", pages.annotations_csv, name="annotations-csv"),
    path("annotations/new", pages.new, name="annotation-new"),
    path("annotations/<int:id>/remove", pages.remove, name="annotation-remove"),
    path("annotations/<int:id>/restore", pages.restore, name="annotation-restore"),
]
