"""Addresses of reports."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.reports import file_pages, pages

urlpatterns: list[URLPattern] = [
    path("report/", pages.current, name="report-current"),
    path("report.pdf", file_pages.current_pdf, name="report-current-pdf"),
    path("cycles/<slug:key>/report/", pages.page, name="report"),
    path("cycles/<slug:key>/report/full/", pages.full, name="report-full"),
    path("cycles/<slug:key>/report/words/", pages.words, name="report-words"),
    *(
        path(
            f"cycles/<slug:key>/report.{ending}",
            file_pages.download,
            {"ending": ending},
            name=f"report-{ending}",
        )
        for ending in ("pdf", "pptx", "xlsx", "md", "json")
    ),
]
