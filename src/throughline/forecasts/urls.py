"""Addresses of forecasts: rooms with what is done in them, and what came of scenarios."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.forecasts import (
    answer_pages,
    leading_pages,
    pages,
    rate_pages,
    resolution_pages,
    score_pages,
)

urlpatterns: list[URLPattern] = [
    path("rooms/", pages.rooms, name="rooms"),
    path("rooms.json", pages.rooms_json, name="rooms-json"),
    path("rooms.csv", pages.rooms_csv, name="rooms-csv"),
    path("rooms/<int:id>/", pages.room, name="room"),
    path("rooms/<int:id>.json", pages.room_json, name="room-json"),
    path("rooms/<int:id>.csv", pages.room_csv, name="room-csv"),
    path("rooms/<int:id>/parts/<slug:part>/", pages.part, name="room-part"),
    path("rooms/<int:id>/give", answer_pages.give, name="room-give"),
    path("rooms/<int:id>/product", answer_pages.product, name="room-product"),
    path("rooms/<int:id>/join", answer_pages.join, name="room-join"),
    path("rooms/<int:id>/say", answer_pages.say, name="room-say"),
    path("rooms/<int:id>/reveal", leading_pages.reveal, name="room-reveal"),
    path("rooms/<int:id>/again", leading_pages.again, name="room-again"),
    path("rooms/<int:id>/close", leading_pages.close, name="room-close"),
    path("rooms/<int:id>/extend", leading_pages.extend, name="room-extend"),
    path("rooms/<int:id>/seat", leading_pages.seat, name="room-seat"),
    path("rooms/<int:id>/cancel", leading_pages.cancel, name="room-cancel"),
    path("rooms/<int:id>/restore", leading_pages.restore, name="room-restore"),
    path("scenarios/<slug:key>/room", leading_pages.new, name="room-new"),
    path("scenarios/<slug:key>/base-rates", rate_pages.add, name="base-rate-add"),
    path("scenarios/<slug:key>/base-rates/import", rate_pages.bring_in, name="base-rate-import"),
    path("base-rates/<int:id>/withdraw", rate_pages.withdraw, name="base-rate-withdraw"),
    path("base-rates/<int:id>/restore", rate_pages.restore, name="base-rate-restore"),
    path("scenarios/<slug:key>/resolve/", resolution_pages.resolve, name="scenario-resolve"),
    path("scenarios/<slug:key>/resolve.json", resolution_pages.resolve_json, name="scenario-resolve-json"),
    path("forecasts/scores/", score_pages.scores, name="forecast-scores"),
    path("forecasts/scores.json", score_pages.scores_json, name="forecast-scores-json"),
    path("forecasts/scores.csv", score_pages.scores_csv, name="forecast-scores-csv"),
    path("rooms/<int:id>/share-score", score_pages.share, name="room-share-score"),
    path("rooms/<int:id>/shared-scores/", score_pages.shared, name="room-shared-scores"),
]
