"""Addresses of who does what."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.assignments import (
    match_pages,
    match_step_pages,
    published_pages,
    sheet_pages,
    staffing_pages,
    suggestion_pages,
    working_pages,
)

urlpatterns: list[URLPattern] = [
    path("work/", staffing_pages.work, name="work"),
    path("cycles/<slug:key>/work/", staffing_pages.cycle_work, name="cycle-work"),
    path("cycles/<slug:key>/work.json", staffing_pages.cycle_work_json, name="cycle-work-json"),
    path("cycles/<slug:key>/work.csv", staffing_pages.cycle_work_csv, name="cycle-work-csv"),
    path("initiatives/<slug:key>/staffing/", staffing_pages.initiative, name="initiative-staffing"),
    path("initiatives/<slug:key>/who/", staffing_pages.initiative_card, name="initiative-who"),
    path("key-results/<int:id>/who/", staffing_pages.key_result_card, name="key-result-who"),
    path("key-results/<int:id>/staffing/", staffing_pages.key_result, name="key-result-staffing"),
    path("match/", match_pages.match, name="match"),
    path("match/<slug:key>/", match_pages.match_of, name="match-of"),
    path("match/<slug:key>.json", match_pages.match_json, name="match-json"),
    path("match/<slug:key>.csv", match_pages.match_csv, name="match-csv"),
    path("match/<slug:key>/triangle.json", match_pages.triangle_json, name="match-triangle-json"),
    path("match/<slug:key>/triangle.csv", match_pages.triangle_csv, name="match-triangle-csv"),
    path("match/<slug:key>/weights", match_step_pages.weights, name="match-weights"),
    path("match/<slug:key>/keep", match_step_pages.keep, name="match-keep"),
    path("match/<slug:key>/publish", match_step_pages.publishing, name="match-publish"),
    path("match/<slug:key>/published/", published_pages.published, name="match-published"),
    path("match/<slug:key>/published.json", published_pages.published_json, name="match-published-json"),
    path("match/<slug:key>/published.csv", published_pages.published_csv, name="match-published-csv"),
    path("match/<slug:key>/sheets/", sheet_pages.sheets, name="match-sheets"),
    path("match/<slug:key>/sheets/<int:id>/", sheet_pages.sheet, name="match-sheet"),
    path("next/", suggestion_pages.mine, name="next"),
    path("next.json", suggestion_pages.mine_json, name="next-json"),
    path("next.csv", suggestion_pages.mine_csv, name="next-csv"),
    path("next/answer", suggestion_pages.answer, name="next-answer"),
    path("next/<int:id>/", suggestion_pages.of_person, name="next-person"),
    path("next/<int:id>.json", suggestion_pages.of_person_json, name="next-person-json"),
    path("next/<int:id>.csv", suggestion_pages.of_person_csv, name="next-person-csv"),
    path("cycles/<slug:key>/match/worked/<int:id>/", working_pages.progress, name="next-progress"),
    path("cycles/<slug:key>/match/worked/<int:id>/cancel", working_pages.cancel, name="next-cancel"),
    path("cycles/<slug:key>/match/worked/<int:id>/again", working_pages.again, name="next-again"),
]
