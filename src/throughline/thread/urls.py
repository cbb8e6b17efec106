"""Addresses of the thread."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.thread import pages

urlpatterns: list[URLPattern] = [
    path("thread/", pages.thread, name="thread"),
    path("thread.json", pages.thread_json, name="thread-json"),
    path("thread.csv", pages.thread_csv, name="thread-csv"),
]
