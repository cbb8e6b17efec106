"""Every address of the site by name, as the resolver knows them; those of the API are in tests/api."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, get_resolver


def patterns(resolver=None) -> Iterator[URLPattern]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield entry
        elif entry.namespace != "api":
            yield from patterns(entry)


def names() -> list[str]:
    return sorted({str(pattern.name) for pattern in patterns()})
