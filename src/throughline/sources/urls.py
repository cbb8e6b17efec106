"""Addresses of imports."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.sources import pages, rekey_pages, source_pages

urlpatterns: list[URLPattern] = [
    path("imports/", pages.imports, name="imports"),
    path("imports.json", pages.imports_json, name="imports-json"),
    path("imports.csv", pages.imports_csv, name="imports-csv"),
    path("imports/new", pages.new, name="import-new"),
    path("imports/uploads/<int:id>/", pages.upload, name="import-upload"),
    path("imports/uploads/<int:id>/drop/", pages.drop, name="import-upload-drop"),
    path("sources/", source_pages.sources, name="sources"),
    path("sources.json", source_pages.sources_json, name="sources-json"),
    path("sources.csv", source_pages.sources_csv, name="sources-csv"),
    path("re-keys/", rekey_pages.suspected, name="rekeys"),
    path("re-keys.json", rekey_pages.suspected_json, name="rekeys-json"),
    path("re-keys.csv", rekey_pages.suspected_csv, name="rekeys-csv"),
    path("re-keys/<int:id>/", rekey_pages.decide, name="rekey"),
    path("vulnerabilities/<int:id>/merge/", rekey_pages.merge, name="vulnerability-merge"),
    path("findings/<int:id>/split/", rekey_pages.split, name="finding-split"),
    path("imports/<int:id>/", pages.imported, name="import"),
    path("imports/<int:id>.json", pages.imported_json, name="import-json"),
]
