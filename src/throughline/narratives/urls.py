"""Addresses of stories."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.narratives import pages, story_pages

urlpatterns: list[URLPattern] = [
    path("narratives/", pages.narratives, name="narratives"),
    path("narratives.json", pages.narratives_json, name="narratives-json"),
    path("narratives/beside", story_pages.beside, name="narrative-beside"),
    path("narratives/<slug:key>/", pages.narrative, name="narrative"),
    path("narratives/<slug:key>.json", pages.narrative_json, name="narrative-json"),
    path("narratives/<slug:key>/take", pages.take, name="narrative-take"),
    path("initiatives/<slug:key>/story/", story_pages.of_initiative, name="initiative-story"),
    path("key-results/<int:id>/story/", story_pages.of_key_result, name="key-result-story"),
    path("stories/", pages.stories, name="stories"),
    path("stories.json", pages.stories_json, name="stories-json"),
    path("stories.csv", pages.stories_csv, name="stories-csv"),
]
