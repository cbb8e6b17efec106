"""Metric latency at 100,000 and 1,000,000 records, beside the same questions to SQLite in the same run."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench._records import NOW, fill

SIZES = (100_000, 1_000_000)
REPEATS = 7

QUESTIONS = (
    ("count by severity", "count()", ("severity",)),
    ("count by service and month", "count()", ("service", "month")),
    ("mean repair by quarter", "mean(mitigated - identified)", ("quarter",)),
    ("median detection by team", "median(identified - introduced)", ("team",)),
    ("restricted mean by severity", "rmst(identified -> mitigated, 90 days)", ("severity",)),
    ("Kaplan-Meier median", "km_median(identified -> mitigated)", ()),
    ("period mean by quarter", "period_rmst(identified -> mitigated, 90 days)", ("quarter",)),
    ("average open by month", "average_open()", ("month",)),
    ("average latent by year, team", "average_latent()", ("team", "year")),
    ("within SLA by service", "sla(30 days)", ("service",)),
    ("share of an attribute", "share(reachable = 1)", ("severity",)),
)
# The same question in plain SQL on the truth, where SQL can put it at all.
PLAIN = {
    "count by severity": "SELECT severity, COUNT(*) FROM vulnerabilities_vulnerability "
    "WHERE state IN ('confirmed', 'accepted') GROUP BY 1",
    "count by service and month": "SELECT service_id, strftime('%Y-%m', identified_at), COUNT(*) "
    "FROM vulnerabilities_vulnerability WHERE state IN ('confirmed', 'accepted') GROUP BY 1, 2",
    "mean repair by quarter": "SELECT strftime('%Y', mitigated_at), (strftime('%m', mitigated_at) - 1) / 3, "
    "AVG(julianday(mitigated_at) - julianday(identified_at)) FROM vulnerabilities_vulnerability "
    "WHERE state IN ('confirmed', 'accepted') AND mitigated_at IS NOT NULL GROUP BY 1, 2",
    "within SLA by service": "SELECT service_id, AVG(mitigated_at IS NOT NULL AND "
    "julianday(mitigated_at) - julianday(identified_at) <= 30) FROM vulnerabilities_vulnerability "
    "WHERE state IN ('confirmed', 'accepted') AND identified_at < '2026-06-01' GROUP BY 1",
    "share of an attribute": "SELECT severity, AVG(json_extract(attributes, '$.reachable') = 1) "
    "FROM vulnerabilities_vulnerability WHERE state IN ('confirmed', 'accepted') GROUP BY 1",
}


def run() -> None:
    """Each size is filled and measured in processes of their own: the peak memory is that of measuring."""
    for size in SIZES:
        with tempfile.TemporaryDirectory(prefix="throughline-bench-") as folder:
            environment = {**os.environ, "THROUGHLINE_HOME": folder}
            for step in ("fill", "measure"):
                subprocess.run(
                    [sys.executable, "-m", "bench.metrics", step, str(size)], env=environment, check=True
                )


def measure(size: int) -> None:
    """Derive the read side of a home of `size` records, and time every question."""
    from throughline.site.home import open_home

    home = open_home()
    print(f"{size:,} records", flush=True)
    _derive(home)
    _explorer()
    print(f"  {'question':<32}{'wall ms':>9}{'CPU ms':>9}{'SQLite ms':>11}{'faster':>9}")
    for name, expression, by in QUESTIONS:
        _question(name, expression, by)
    print(f"  peak memory {_peak_mb():,.0f} MB", flush=True)


def _derive(home: Path) -> None:
    from throughline.measures.readside.columns import columns

    wall, cpu = _timed(lambda: columns().snapshot())
    files = sum(path.stat().st_size for path in (home / "columns").glob("*.duckdb")) / 1e6
    print(f"  read side derived in {wall / 1e3:.1f} s ({cpu / 1e3:.1f} s CPU), {files:.0f} MB on disk")
    wall, cpu = _median(lambda: columns().snapshot())
    print(f"  follow, nothing new: {wall:.1f} ms ({cpu:.1f} ms CPU); peak memory {_peak_mb():,.0f} MB")


def _explorer() -> None:
    """What the explorer asks for one page: its facets, and the rows behind a filter."""
    from django.http import QueryDict

    from throughline.accounts.access import EVERYTHING
    from throughline.measures.queries import schema
    from throughline.vulnerabilities.listing import explore, facets
    from throughline.vulnerabilities.selections import selection_of

    selection = selection_of(QueryDict("severity=high&at=identified&from=2025-03-01&to=2025-04-01"), now=NOW)
    explorer = explore(selection, schema=schema(), scope=EVERYTHING, now=NOW)
    wall, cpu = _median(lambda: facets(explorer))
    print(f"  facets of the explorer: {wall:.0f} ms ({cpu:.0f} ms CPU)")
    wall, cpu = _median(explorer.page)
    print(f"  rows of its first page: {wall:.0f} ms ({cpu:.0f} ms CPU)")


def _question(name: str, expression: str, by: tuple[str, ...]) -> None:
    from django.db import connection

    from throughline.accounts.access import EVERYTHING
    from throughline.engine.definitions import Definition
    from throughline.measures.queries import evaluate

    definition = Definition(measure=expression, by=by)
    wall, cpu = _median(lambda: evaluate(definition, scope=EVERYTHING, now=NOW))
    if name not in PLAIN:
        print(f"  {name:<32}{wall:>9.1f}{cpu:>9.1f}{'':>11}{'':>9}", flush=True)
        return

    def plain() -> object:
        with connection.cursor() as cursor:
            return cursor.execute(PLAIN[name]).fetchall()

    slow, _ = _median(plain)
    print(f"  {name:<32}{wall:>9.1f}{cpu:>9.1f}{slow:>11.1f}{slow / wall:>8.1f}x", flush=True)


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - wall) * 1e3, (time.process_time() - cpu) * 1e3


def _median(work: Callable[[], object]) -> tuple[float, float]:
    work()
    runs = [_timed(work) for _ in range(REPEATS)]
    return statistics.median(wall for wall, _ in runs), statistics.median(cpu for _, cpu in runs)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    if len(sys.argv) > 1:
        {"fill": fill, "measure": measure}[sys.argv[1]](int(sys.argv[2]))
    else:
        run()
