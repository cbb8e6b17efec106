"""Addresses of exports."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.exports import pages

urlpatterns: list[URLPattern] = [
    path("exports/", pages.exports, name="exports"),
    path("exports.json", pages.exports_json, name="exports-json"),
    path("exports/new", pages.start, name="export-start"),
    path("exports/dictionary.md", pages.dictionary_md, name="exports-dictionary-md"),
    path("exports/dictionary.json", pages.dictionary_json, name="exports-dictionary-json"),
    path("exports/<int:id>.zip", pages.download, name="export-download"),
]
