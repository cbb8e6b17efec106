"""Addresses of the plan around the key results."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.objectives import initiative_pages, objective_pages, plan_pages, sketch_pages
from throughline.objectives.models import ItemKind

GOAL, LONG_TERM = {"kind": ItemKind.GOAL.value}, {"kind": ItemKind.LONG_TERM.value}
OBJECTIVE, INITIATIVE = {"kind": ItemKind.OBJECTIVE.value}, {"kind": ItemKind.INITIATIVE.value}

urlpatterns: list[URLPattern] = [
    path("goals/", plan_pages.goals, name="goals"),
    path("goals.csv", plan_pages.goals_csv, name="goals-csv"),
    path("long-term-objectives.csv", plan_pages.long_term_objectives_csv, name="long-term-objectives-csv"),
    path("goals/new", plan_pages.new, GOAL, name="goal-new"),
    path("goals/<slug:key>/edit", plan_pages.edit, GOAL, name="goal-edit"),
    path("goals/<slug:key>/archive", plan_pages.archive, GOAL, name="goal-archive"),
    path("long-term-objectives/", plan_pages.long_term_objectives, name="long-term-objectives"),
    path("long-term-objectives/new", plan_pages.new, LONG_TERM, name="long-term-objective-new"),
    path("long-term-objectives/<slug:key>/edit", plan_pages.edit, LONG_TERM, name="long-term-objective-edit"),
    path(
        "long-term-objectives/<slug:key>/archive",
        plan_pages.archive,
        LONG_TERM,
        name="long-term-objective-archive",
    ),
    path("cycles/<slug:cycle>/objectives/new", plan_pages.new, OBJECTIVE, name="objective-new"),
    path("objectives/<slug:key>/", objective_pages.objective, name="objective"),
    path("objectives/<slug:key>/edit", plan_pages.edit, OBJECTIVE, name="objective-edit"),
    path("objectives/<slug:key>/archive", plan_pages.archive, OBJECTIVE, name="objective-archive"),
    path("objectives/<slug:key>/key-results/new", sketch_pages.new, name="sketch-new"),
    path("key-results/<int:id>/sketch/", sketch_pages.sketch, name="sketch"),
    path("key-results/<int:id>/sketch/discard", sketch_pages.discard, name="sketch-discard"),
    path("key-results/sketch/preview", sketch_pages.preview, name="sketch-preview"),
    path("key-results/sketch/history", sketch_pages.history, name="sketch-history"),
    path("ask/<slug:kind>/<slug:key>/", objective_pages.ask, name="counterpart-ask"),
    path("initiatives/", initiative_pages.initiatives, name="initiatives"),
    path("initiatives.json", initiative_pages.initiatives_json, name="initiatives-json"),
    path("initiatives.csv", initiative_pages.initiatives_csv, name="initiatives-csv"),
    path("initiatives/new", plan_pages.new, INITIATIVE, name="initiative-new"),
    path("initiatives/<slug:key>/", initiative_pages.initiative, name="initiative"),
    path("initiatives/<slug:key>/edit", plan_pages.edit, INITIATIVE, name="initiative-edit"),
    path("initiatives/<slug:key>/archive", plan_pages.archive, INITIATIVE, name="initiative-archive"),
    path("initiatives/<slug:key>/effects", initiative_pages.expect, name="initiative-expect"),
    path("effects/<int:id>/realise", initiative_pages.realise, name="effect-realise"),
    path("effects/<int:id>/drop", initiative_pages.expect_nothing, name="effect-drop"),
]
