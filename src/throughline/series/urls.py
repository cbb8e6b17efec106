"""Addresses of series."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.series import pages

urlpatterns: list[URLPattern] = [
    path("series/", pages.all_series, name="all-series"),
    path("series.json", pages.all_series_json, name="all-series-json"),
    path("series.csv", pages.all_series_csv, name="all-series-csv"),
    path("series/new", pages.new, name="series-new"),
    path("series/<slug:name>/", pages.one, name="series"),
    path("series/<slug:name>.json", pages.one_json, name="series-json"),
    path("series/<slug:name>.csv", pages.one_csv, name="series-csv"),
    path("series/<slug:name>/enter/", pages.enter, name="series-enter"),
    path("series/<slug:name>/withdraw/", pages.withdraw, name="series-withdraw"),
    path("series/<slug:name>/change/", pages.change, name="series-change"),
]
