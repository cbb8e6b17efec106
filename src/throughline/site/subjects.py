"""The addresses of a subject, asked only where one of them begins like what is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from django.urls import URLPattern, URLResolver, include
from django.urls.exceptions import Resolver404
from django.urls.resolvers import ResolverMatch, RoutePattern


class Subject(URLResolver):
    """Most of what finding an address costs is trying those of subjects that it is not of."""

    def resolve(self, path: str) -> ResolverMatch:
        if self._begins and path.partition("/")[0] not in self._begins:
            raise Resolver404({"tried": [], "path": path})
        return super().resolve(path)

    @cached_property
    def _begins(self) -> frozenset[str]:
        """What its addresses have before the first slash; nothing where one may begin with anything."""
        found = list(first_parts(self.url_patterns))
        return frozenset() if None in found else frozenset(part for part in found if part is not None)


def first_parts(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[str | None]:
    """What each address has before its first slash, None where that varies.

    >>> from django.urls import path
    >>> [*first_parts([path("risks/<int:key>", print), path("risks.csv", print), path("<slug:of>/x", print)])]
    ['risks', 'risks.csv', None]
    """
    for each in patterns:
        first, slash, _ = str(each.pattern).partition("/")
        if isinstance(each, URLResolver) and not slash:
            # What stands before those inside is a part of their first, or nothing.
            yield from [None] if first else first_parts(each.url_patterns)
        else:
            varies = not isinstance(each.pattern, RoutePattern) or "<" in first
            yield None if varies else first


def subject(module: str) -> Subject:
    """The addresses that a module lists, each written in full."""
    listed, app, namespace = include(module)
    return Subject(RoutePattern("", is_endpoint=False), listed, None, app_name=app, namespace=namespace)
