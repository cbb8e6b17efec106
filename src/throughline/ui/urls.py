"""Addresses of the home page."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.ui import pages, palette

urlpatterns: list[URLPattern] = [
    path("", pages.home, name="home"),
    path("home.json", pages.home_json, name="home-json"),
    path("overdue/", pages.overdue, name="overdue"),
    path("palette.json", palette.palette, name="palette"),
    path("sample/", pages.load_sample, name="sample"),
]
