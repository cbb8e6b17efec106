"""Addresses of the plan as a file."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.plans import pages

urlpatterns: list[URLPattern] = [
    path("plan/", pages.plan, name="plan"),
    path("plan.yaml", pages.plan_yaml, name="plan-yaml"),
    path("plan.json", pages.plan_json, name="plan-json"),
]
