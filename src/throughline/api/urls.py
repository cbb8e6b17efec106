"""Addresses of the API. Every operation looks for its token itself, so the sign-in gate lets them through."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from throughline.accounts.gate import public
from throughline.api.house import made

house = made()
_patterns, _app, _namespace = house.urls
for _each in _patterns:
    assert isinstance(_each, URLPattern)
    public(_each.callback)

urlpatterns: list[URLPattern | URLResolver] = [path("api/v1/", (_patterns, _app, _namespace))]
