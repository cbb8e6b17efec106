"""Addresses of grading and of what is learnt."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.outcomes import pages

urlpatterns: list[URLPattern] = [
    path("me/outcomes/", pages.my_outcomes, name="my-outcomes"),
    path("me/outcomes.json", pages.my_outcomes_json, name="my-outcomes-json"),
    path("me/outcomes.csv", pages.my_outcomes_csv, name="my-outcomes-csv"),
    path("me/outcomes/<int:id>/take-back", pages.take_back, name="outcome-take-back"),
    path("outcomes/initiatives/<slug:key>/", pages.initiative, name="outcome-initiative"),
    path("outcomes/key-results/<int:id>/", pages.key_result, name="outcome-key-result"),
    path("learning/", pages.learning, name="learning"),
    path("learning.json", pages.learning_json, name="learning-json"),
    path("learning.csv", pages.learning_csv, name="learning-csv"),
]
