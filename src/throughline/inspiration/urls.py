"""Addresses of inspiration."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.inspiration import pages

urlpatterns: list[URLPattern] = [
    path("cycles/<slug:key>/inspiration/", pages.shelf, name="shelf"),
    path("cycles/<slug:key>/inspiration.csv", pages.shelf_csv, name="shelf-csv"),
    path("cycles/<slug:key>/inspiration.json", pages.shelf_json, name="shelf-json"),
    path("cycles/<slug:key>/inspiration/import", pages.bring_in, name="shelf-import"),
    path("cycles/<slug:key>/inspiration/cards", pages.bring_cards, name="shelf-cards"),
    path("cycles/<slug:key>/inspiration/<int:id>/assign", pages.assign, name="shelf-assign"),
    path("cycles/<slug:key>/inspiration/<int:id>/withdraw", pages.withdraw, name="shelf-withdraw"),
    path("readings/<int:id>/take", pages.take, name="reading-take"),
]
