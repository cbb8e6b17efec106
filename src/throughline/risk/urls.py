"""Addresses of risk."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.risk import curve_pages, pages, register_pages, what_if_pages

urlpatterns: list[URLPattern] = [
    path("risk/", register_pages.risk, name="risk"),
    path("risk.json", register_pages.risk_json, name="risk-json"),
    path("risk.csv", register_pages.risk_csv, name="risk-csv"),
    path("risk.curve.json", register_pages.curve_document, name="risk-curve-document"),
    path("risk/curve/", curve_pages.curve, name="risk-curve"),
    path("risk/curve.json", curve_pages.curve_json, name="risk-curve-json"),
    path("risk/curve.csv", curve_pages.curve_csv, name="risk-curve-csv"),
    path("risk/appetite", curve_pages.appetite, name="risk-appetite"),
    path("risk/what-if/", what_if_pages.what_if_page, name="risk-what-if"),
    path("risk/what-if.json", what_if_pages.what_if_json, name="risk-what-if-json"),
    path("scenarios/new", pages.new, name="scenario-new"),
    path("scenarios/<slug:key>/", pages.scenario, name="scenario"),
    path("scenarios/<slug:key>.json", pages.scenario_json, name="scenario-json"),
    path("scenarios/<slug:key>.csv", pages.scenario_csv, name="scenario-csv"),
    path("scenarios/<slug:key>/edit", pages.edit, name="scenario-edit"),
    path("scenarios/<slug:key>/archive", pages.archive, name="scenario-archive"),
    path("scenarios/<slug:key>/estimate", pages.estimate, name="scenario-estimate"),
    path("scenarios/<slug:key>/link", pages.link, name="scenario-link"),
    path("scenarios/<slug:key>/unlink", pages.unlink, name="scenario-unlink"),
    path("initiatives/<slug:key>/risk", what_if_pages.initiative_risk, name="initiative-risk"),
    path("initiatives/<slug:key>/risk/treat", what_if_pages.treat_page, name="initiative-treat"),
    path("initiatives/<slug:key>/risk/cost", what_if_pages.cost_page, name="initiative-cost"),
    path("treatments/<int:id>/drop", what_if_pages.drop_treatment, name="treatment-drop"),
]
