"""Addresses of portfolio."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.portfolio import candidate_pages, choosing_pages, pages, working_pages

urlpatterns: list[URLPattern] = [
    path("cycles/<slug:key>/portfolio/", pages.portfolio, name="portfolio"),
    path("cycles/<slug:key>/portfolio.json", pages.portfolio_json, name="portfolio-json"),
    path("cycles/<slug:key>/portfolio.csv", pages.portfolio_csv, name="portfolio-csv"),
    path("cycles/<slug:key>/portfolio.document.json", pages.portfolio_document, name="portfolio-document"),
    path("cycles/<slug:key>/portfolio/rules", choosing_pages.rules, name="portfolio-rules"),
    path("cycles/<slug:key>/portfolio/make", choosing_pages.make_all, name="portfolio-make"),
    path("cycles/<slug:key>/portfolio/worked/<int:id>/", working_pages.progress, name="portfolio-progress"),
    path("cycles/<slug:key>/portfolio/worked/<int:id>/cancel", working_pages.cancel, name="portfolio-cancel"),
    path("cycles/<slug:key>/portfolio/worked/<int:id>/again", working_pages.again, name="portfolio-again"),
    path("cycles/<slug:key>/candidates/new", candidate_pages.new, name="candidate-new"),
    path("candidates/<int:id>/", candidate_pages.candidate, name="candidate"),
    path("candidates/<int:id>/drop", candidate_pages.drop, name="candidate-drop"),
    path("candidates/<int:id>/take-back", candidate_pages.take_back, name="candidate-take-back"),
    path("candidates/<int:id>/make", choosing_pages.make_one, name="candidate-make"),
]
