"""Addresses of connectors."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.connectors import hook_pages, mapping_pages, pages, ticket_pages

urlpatterns: list[URLPattern] = [
    path("connectors/", pages.connectors, name="connectors"),
    path("connectors.json", pages.connectors_json, name="connectors-json"),
    path("connectors/new/<slug:kind>/", pages.new, name="connector-new"),
    path("connectors/<int:id>/", pages.connector, name="connector"),
    path("connectors/<int:id>.json", pages.connector_json, name="connector-json"),
    path("connectors/<int:id>.csv", pages.connector_csv, name="connector-csv"),
    path("connectors/<int:id>/check/", pages.check, name="connector-check"),
    path("connectors/<int:id>/hook/", hook_pages.hook, name="connector-hook"),
    path("connectors/<int:id>/hook/secret/", hook_pages.hook_secret, name="connector-hook-secret"),
    path("connectors/<int:id>/mapping/", mapping_pages.mapping, name="connector-mapping"),
    path("connectors/<int:id>/sync/", pages.sync, name="connector-sync"),
    path("connectors/<int:id>/switch/", pages.switch, name="connector-switch"),
    path("connectors/<int:id>/remove/", pages.remove, name="connector-remove"),
    path("connectors/syncs/<int:id>/", pages.sync_page, name="sync"),
    path("connectors/syncs/<int:id>.json", pages.sync_json, name="sync-json"),
    path("vulnerabilities/<int:id>/ticket/", ticket_pages.ticket, name="vulnerability-ticket"),
    path("connectors/quarantine/<int:id>/", pages.decide, name="quarantine-decide"),
]
