"""An address is found where it is listed, though only those subjects are asked that begin like it."""

from __future__ import annotations

import pytest
from django.urls import Resolver404, URLResolver, include, path, re_path, reverse
from django.urls.resolvers import RegexPattern
from tests.rules.access import ROWS

from throughline.site import urls
from throughline.site.subjects import Subject, first_parts

# As Django finds them: every list of every subject is tried in its order.
PLAIN = URLResolver(
    RegexPattern(r"^/"),
    [
        each if not isinstance(each, Subject) else path("", include(each.urlconf_name))
        for each in urls.urlpatterns
    ],
)
QUICK = URLResolver(RegexPattern(r"^/"), urls.urlpatterns)


class Anything(dict):
    """Of each thing some number."""

    def __missing__(self, name: str) -> str:
        return "7"


def found(resolver: URLResolver, address: str) -> object:
    try:
        match = resolver.resolve(address)
    except Resolver404:
        return None
    return match.func, match.args, match.kwargs, match.url_name, match.route, match.namespaces


def test_every_address_and_whatever_is_like_one_leads_where_it_leads_without():
    about = Anything()
    addresses = {
        reverse(name, kwargs={key: str(value).format_map(about) for key, value in row.kwargs.items()})
        for name, row in ROWS.items()
    }
    assert len(addresses) > 200
    for address in addresses:
        assert found(QUICK, address) == found(PLAIN, address) is not None, address
        for like in (address + "/", address + "x", address[:-1], "/x" + address, address.replace("/", "//")):
            assert found(QUICK, like) == found(PLAIN, like), like


def test_a_subject_is_passed_over_only_where_none_of_its_addresses_could_begin_like_it():
    inside = [path("b", print), re_path("^c", print)]
    assert [*first_parts([path("risks/<int:key>", print), path("", print)])] == ["risks", ""]
    assert [*first_parts([path("a/", include(inside)), path("", include(inside))])] == ["a", "b", None]
    assert [*first_parts([path("a", include(inside)), path("<slug:name>/x", print)])] == [None, None]


@pytest.mark.parametrize(("listed", "address"), [("<slug:name>/x", "/any/x"), ("risks", "/risks")])
def test_an_address_may_begin_with_anything(listed, address):
    several = [path("other/<int:key>", print), path(listed, print, name="it")]
    quick = URLResolver(RegexPattern(r"^/"), [Subject(RegexPattern(""), several)])
    assert quick.resolve(address).url_name == "it"
