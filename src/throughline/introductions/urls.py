"""Addresses of when flaws came in."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.introductions import pages

urlpatterns: list[URLPattern] = [
    path("vulnerabilities/<int:id>/introduced/", pages.introduction, name="vulnerability-introduced"),
    path(
        "vulnerabilities/<int:id>/introduced.json",
        pages.introduction_json,
        name="vulnerability-introduced-json",
    ),
    path("vulnerabilities/<int:id>/introduced/say/", pages.say, name="vulnerability-introduced-say"),
    path("vulnerabilities/<int:id>/introduced/undo/", pages.take_back, name="vulnerability-introduced-undo"),
]
