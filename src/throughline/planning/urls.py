"""Addresses of planning."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.planning import goal_pages, other_pages, pages, written_pages

urlpatterns: list[URLPattern] = [
    path("cycles/<slug:key>/plan/", pages.plan, name="cycle-plan"),
    path("cycles/<slug:key>/plan.json", pages.plan_json, name="cycle-plan-json"),
    path("cycles/<slug:key>/plan/<slug:stage>/", pages.move, name="cycle-stage"),
    path("cycles/<slug:key>/other-teams/", other_pages.others, name="cycle-other-teams"),
    path("cycles/<slug:key>/other-teams.csv", other_pages.others_csv, name="cycle-other-teams-csv"),
    path("cycles/<slug:key>/other-teams.json", other_pages.others_json, name="cycle-other-teams-json"),
    path("cycles/<slug:key>/other-teams/import", other_pages.bring_in, name="cycle-other-teams-import"),
    path("other-objectives/<int:id>/", other_pages.edit, name="other-objective"),
    path("other-objectives/<int:id>/withdraw", other_pages.withdraw, name="other-objective-withdraw"),
    path("cycles/<slug:key>/goals/", goal_pages.goals, name="cycle-goals"),
    path("cycles/<slug:key>/goals.json", goal_pages.goals_json, name="cycle-goals-json"),
    path("cycles/<slug:key>/provenance/", written_pages.provenance, name="cycle-provenance"),
    path("cycles/<slug:key>/provenance.json", written_pages.provenance_json, name="cycle-provenance-json"),
    path("cycles/<slug:key>/provenance.csv", written_pages.provenance_csv, name="cycle-provenance-csv"),
    path("cycles/<slug:key>/document/", written_pages.document, name="cycle-document"),
    path("cycles/<slug:key>/document.md", written_pages.document_md, name="cycle-document-md"),
    path("key-results/<int:id>/moved-by/", written_pages.moved_by, name="key-result-moved-by"),
    path("claims/<int:id>/release", goal_pages.release, name="claim-release"),
]
