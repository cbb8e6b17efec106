"""How many requests each address had, with which answers, in which time: kept in memory, since the start."""

from __future__ import annotations

import bisect
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping

from django.http import HttpRequest, HttpResponse

from throughline.monitoring.exposition import Family, Sample

# Seconds; a page is meant to take a tenth of one.
BOUNDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Requests:
    """Counts by route, never by address, so that there are as many series as the program has routes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: Counter[tuple[str, str, str]] = Counter()
        self._buckets: dict[str, list[int]] = {}
        self._seconds: Counter[str] = Counter()

    def count(self, route: str, method: str, status: int, *, seconds: float) -> None:
        """One answer more."""
        with self._lock:
            self._answers[route, method, str(status)] += 1
            buckets = self._buckets.setdefault(route, [0] * (len(BOUNDS) + 1))
            buckets[bisect.bisect_left(BOUNDS, seconds)] += 1
            self._seconds[route] += seconds  # type: ignore[assignment]

    def families(self) -> list[Family]:
        """What was counted so far."""
        with self._lock:
            answers = sorted(self._answers.items())
            buckets = {route: list(found) for route, found in sorted(self._buckets.items())}
            seconds: Mapping[str, float] = dict(self._seconds)
        counted = [
            Sample(count, {"route": route, "method": method, "status": status})
            for (route, method, status), count in answers
        ]
        took = [each for route, found in buckets.items() for each in _histogram(route, found, seconds[route])]
        return [
            Family("throughline_http_requests_total", "counter", "Answers since the start.", counted),
            Family(
                "throughline_http_request_duration_seconds",
                "histogram",
                "Time until an answer began, in seconds.",
                took,
            ),
        ]


def _histogram(route: str, buckets: list[int], seconds: float) -> list[Sample]:
    samples, total = [], 0
    for bound, count in zip((*map(str, BOUNDS), "+Inf"), buckets, strict=True):
        total += count
        samples.append(Sample(total, {"route": route, "le": bound}, "_bucket"))
    return [*samples, Sample(seconds, {"route": route}, "_sum"), Sample(total, {"route": route}, "_count")]


REQUESTS = Requests()


class CountRequests:
    """Outermost middleware but for the headers: counts every answer that Django gives."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        method = request.method if request.method in METHODS else "OTHER"
        seconds = time.perf_counter() - began
        REQUESTS.count(_route(request), str(method), response.status_code, seconds=seconds)
        return response


def _route(request: HttpRequest) -> str:
    """The name of the route; what leads nowhere is one series, whatever a stranger tries."""
    match = request.resolver_match
    if match is not None:
        return match.view_name
    return "static" if request.path.startswith("/static/") else "none"
