"""Addresses of key results."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.objectives import pages

urlpatterns: list[URLPattern] = [
    path("key-results/", pages.key_results, name="key-results"),
    path("key-results.json", pages.key_results_json, name="key-results-json"),
    path("key-results.csv", pages.key_results_csv, name="key-results-csv"),
    path("key-results/new", pages.new, name="key-result-new"),
    path("key-results/preview", pages.preview, name="key-result-preview"),
    path("key-results/<int:id>/", pages.key_result, name="key-result"),
    path("key-results/<int:id>.json", pages.key_result_json, name="key-result-json"),
    path("key-results/<int:id>.csv", pages.key_result_csv, name="key-result-csv"),
    path("key-results/<int:id>/change/", pages.change, name="key-result-change"),
    path("key-results/<int:id>/close/", pages.close, name="key-result-close"),
    path("key-results/fields", pages.fields, name="key-result-fields"),
    path("key-results/<int:id>/done/", pages.done, name="key-result-done"),
    path("key-results/<int:id>/done/<int:completion>/", pages.withdraw, name="completion-withdraw"),
]
