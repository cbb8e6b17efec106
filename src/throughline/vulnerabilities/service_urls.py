"""Addresses of the service catalogue."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.vulnerabilities import catalogue_pages, policy_pages
from throughline.vulnerabilities import service_pages as pages

urlpatterns: list[URLPattern] = [
    path("services/", pages.services, name="services"),
    path("services.json", pages.services_json, name="services-json"),
    path("services.csv", pages.services_csv, name="services-csv"),
    path("services/policy/", policy_pages.policy, name="sla-policy"),
    path("services/catalogue/", catalogue_pages.catalogue, name="services-catalogue"),
    path("services/add/", pages.add, name="service-add"),
    path("services/<int:id>/", pages.service, name="service"),
]
