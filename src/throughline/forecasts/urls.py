"""Addresses of forecasts."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.forecasts import resolution_pages, score_pages

urlpatterns: list[URLPattern] = [
    path("scenarios/<slug:key>/resolve/", resolution_pages.resolve, name="scenario-resolve"),
    path("scenarios/<slug:key>/resolve.json", resolution_pages.resolve_json, name="scenario-resolve-json"),
    path("forecasts/scores/", score_pages.scores, name="forecast-scores"),
    path("forecasts/scores.json", score_pages.scores_json, name="forecast-scores-json"),
    path("forecasts/scores.csv", score_pages.scores_csv, name="forecast-scores-csv"),
    path("rooms/<int:id>/share-score", score_pages.share, name="room-share-score"),
    path("rooms/<int:id>/shared-scores/", score_pages.shared, name="room-shared-scores"),
]
