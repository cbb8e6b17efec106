"""Addresses of surveys; those under /s/ are for whoever has a link."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.surveys import leading_pages, pages, public_pages

urlpatterns: list[URLPattern] = [
    path("surveys/", pages.surveys, name="surveys"),
    path("surveys.json", pages.surveys_json, name="surveys-json"),
    path("surveys.csv", pages.surveys_csv, name="surveys-csv"),
    path("surveys/new", leading_pages.new, name="survey-new"),
    path("surveys/<int:id>/", pages.survey, name="survey"),
    path("surveys/<int:id>.json", pages.survey_json, name="survey-json"),
    path("surveys/<int:id>.csv", pages.survey_csv, name="survey-csv"),
    path("surveys/<int:id>/open/", leading_pages.open_wave, name="survey-open"),
    path("surveys/<int:id>/link/", leading_pages.renew_link, name="survey-link"),
    path("surveys/<int:id>/close/", leading_pages.close_wave, name="survey-close"),
    path("surveys/<int:id>/archive/", leading_pages.archive, name="survey-archive"),
    path("s/thanks/", public_pages.thanks, name="survey-thanks"),
    path("s/<str:token>/", public_pages.answer, name="survey-answer"),
]
