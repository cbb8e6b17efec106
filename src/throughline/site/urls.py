"""All addresses: each subject lists its own, written in full."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from throughline.site import pages
from throughline.site.subjects import subject

SUBJECTS = [
    "ui", "accounts", "audit", "vulnerabilities", "sources", "measures", "objectives", "jobs",
    "series", "cycles", "reviews", "thread", "plans", "risk", "forecasts", "calibration", "live",
    "planning", "workshops", "portfolio", "surveys", "inspiration", "people", "assignments", "outcomes",
    "narratives", "annotations", "exports", "backups", "api", "monitoring", "reports", "dashboards",
    "messages", "connectors", "introductions",
]  # fmt: skip

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", pages.healthz, name="healthz"),
    *(subject(f"throughline.{name}.urls") for name in SUBJECTS),
    subject("throughline.vulnerabilities.service_urls"),
    subject("throughline.objectives.plan_urls"),
]

handler400 = "throughline.site.refusals.bad_request"
handler403 = "throughline.site.refusals.forbidden"
handler404 = "throughline.site.refusals.not_found"
handler500 = "throughline.site.refusals.broken"
