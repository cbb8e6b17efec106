"""Addresses of the API. Every operation looks for its token itself, so the sign-in gate lets them through."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.views.decorators.http import require_safe

from throughline.accounts.gate import public
from throughline.api.house import made


@require_safe
def _described(request: HttpRequest) -> HttpResponseRedirect:
    """The root holds nothing itself: whoever looks there looks for the description."""
    return HttpResponseRedirect(reverse("api:openapi-json"))


house = made()
_found, _app, _namespace = house.urls
_root = path("", _described, name="api-root")
_patterns = [_root if getattr(each, "name", "") == _root.name else each for each in _found]
for _each in _patterns:
    assert isinstance(_each, URLPattern)
    public(_each.callback)

urlpatterns: list[URLPattern | URLResolver] = [path("api/v1/", (_patterns, _app, _namespace))]
