"""Addresses of dashboards."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.dashboards import arranging_pages, pages, shared_pages, sharing_pages

urlpatterns: list[URLPattern] = [
    path("dashboards/", pages.dashboards, name="dashboards"),
    path("dashboards.json", pages.dashboards_json, name="dashboards-json"),
    path("dashboards/add", arranging_pages.add, name="dashboard-add"),
    path("dashboards/links/", sharing_pages.links, name="dashboard-links"),
    path("dashboards/<slug:slug>/", pages.dashboard, name="dashboard"),
    path("dashboards/<slug:slug>.json", pages.dashboard_json, name="dashboard-json"),
    path("dashboards/<slug:slug>.csv", pages.dashboard_csv, name="dashboard-csv"),
    path("dashboards/<slug:slug>/present/", pages.present, name="dashboard-present"),
    path("dashboards/<slug:slug>/settings", arranging_pages.settings, name="dashboard-settings"),
    path("dashboards/<slug:slug>/copy", arranging_pages.copy, name="dashboard-copy"),
    path("dashboards/<slug:slug>/remove", arranging_pages.remove, name="dashboard-remove"),
    path("dashboards/<slug:slug>/restore", arranging_pages.restore, name="dashboard-restore"),
    path("dashboards/<slug:slug>/share", sharing_pages.share, name="dashboard-share"),
    path("dashboards/<slug:slug>/links/<int:id>/revoke", sharing_pages.revoke, name="dashboard-revoke"),
    path("dashboards/<slug:slug>/tiles/<int:number>/", arranging_pages.tile, name="dashboard-tile"),
    path("dashboards/<slug:slug>/tiles/<int:number>.csv", pages.tile_csv, name="dashboard-tile-csv"),
    path(
        "dashboards/<slug:slug>/tiles/<int:number>/arrange",
        arranging_pages.arrange,
        name="dashboard-tile-arrange",
    ),
    path(
        "dashboards/<slug:slug>/tiles/<int:number>/remove",
        arranging_pages.remove_tile,
        name="dashboard-tile-remove",
    ),
    path(
        "dashboards/<slug:slug>/tiles/<int:number>/restore",
        arranging_pages.restore_tile,
        name="dashboard-tile-restore",
    ),
    path("shared/<str:token>/", shared_pages.shared, name="shared-dashboard"),
    path("shared/<str:token>/present/", shared_pages.shared_present, name="shared-present"),
]
