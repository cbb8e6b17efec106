"""Metric latency at 1 and 10 million records, beside plain SQL in DuckDB and SQLite in the same run."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import duckdb
from bench._records import NOW, fill

SIZES = (1_000_000, 10_000_000)
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
# The same questions in plain SQL, where SQL can put them: to SQLite on the truth itself, to DuckDB on a
# table of the same records with timestamps. Neither knows of "as known at", intervals or warnings.
REAL = "WHERE state IN ('confirmed', 'accepted')"
SQLITE = {
    "count by severity": f"SELECT severity, COUNT(*) FROM vulnerabilities_vulnerability {REAL} GROUP BY 1",
    "count by service and month": "SELECT service_id, strftime('%Y-%m', identified_at), COUNT(*) "
    f"FROM vulnerabilities_vulnerability {REAL} GROUP BY 1, 2",
    "mean repair by quarter": "SELECT strftime('%Y', mitigated_at), (strftime('%m', mitigated_at) - 1) / 3, "
    "AVG(julianday(mitigated_at) - julianday(identified_at)) FROM vulnerabilities_vulnerability "
    f"{REAL} AND mitigated_at IS NOT NULL GROUP BY 1, 2",
    "within SLA by service": "SELECT service_id, AVG(mitigated_at IS NOT NULL AND "
    "julianday(mitigated_at) - julianday(identified_at) <= 30) FROM vulnerabilities_vulnerability "
    f"{REAL} AND identified_at < '2026-06-01' GROUP BY 1",
    "share of an attribute": "SELECT severity, AVG(json_extract(attributes, '$.reachable') = 1) "
    f"FROM vulnerabilities_vulnerability {REAL} GROUP BY 1",
}
DUCKDB = {
    "count by severity": f"SELECT severity, COUNT(*) FROM record {REAL} GROUP BY 1",
    "count by service and month": "SELECT service, date_trunc('month', identified), COUNT(*) "
    f"FROM record {REAL} GROUP BY 1, 2",
    "mean repair by quarter": "SELECT date_trunc('quarter', mitigated), AVG(epoch(mitigated - identified)) "
    f"FROM record {REAL} AND mitigated IS NOT NULL GROUP BY 1",
    "median detection by team": "SELECT team, MEDIAN(epoch(identified - introduced)) "
    f"FROM record {REAL} GROUP BY 1",
    "within SLA by service": "SELECT service, AVG((mitigated IS NOT NULL "
    f"AND mitigated <= identified + INTERVAL 30 DAY)::INT) FROM record {REAL} "
    "AND identified < TIMESTAMP '2026-06-01' GROUP BY 1",
    "share of an attribute": f"SELECT severity, AVG((reachable = 1)::INT) FROM record {REAL} GROUP BY 1",
}
INSTANT = "make_timestamp((%s * 86400e6)::BIGINT)"
TABLE = ", ".join(
    ["severity", "state", "service", "team", "{reachable} AS reachable"]
    + [f"{INSTANT % name} AS {name}" for name in ("introduced", "identified", "mitigated")]
)


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
    peer = _peer(home)
    print(
        f"  {'question':<30}{'wall ms':>8}{'CPU ms':>8}{'DuckDB ms':>11}{'CPU ms':>8}{'SQLite ms':>11}"
        f"{'to DuckDB':>11}{'to SQLite':>11}"
    )
    for name, expression, by in QUESTIONS:
        _question(name, expression, by, peer)
    print(f"  peak memory {_peak_mb():,.0f} MB", flush=True)


def _derive(home: Path) -> None:
    from throughline.measures.readside.columns import columns

    wall, cpu = _timed(lambda: columns().snapshot())
    files = sum(path.stat().st_size for path in (home / "columns").glob("*.duckdb")) / 1e6
    print(f"  read side derived in {wall / 1e3:.1f} s ({cpu / 1e3:.1f} s CPU), {files:.0f} MB on disk")
    wall, cpu = _median(lambda: columns().snapshot())
    print(f"  follow, nothing new: {wall:.1f} ms ({cpu:.1f} ms CPU); peak memory {_peak_mb():,.0f} MB")


def _instants() -> Iterator[datetime]:
    """Instants a microsecond apart: what was answered of one is kept, and nobody asks twice at the same."""
    return (NOW + timedelta(microseconds=n) for n in count())


def _explorer() -> None:
    """What the explorer asks for one page: its facets, and the rows behind a filter."""
    from django.http import QueryDict

    from throughline.accounts.access import EVERYTHING
    from throughline.measures.queries import schema
    from throughline.vulnerabilities.listing import Explorer, explore, facets
    from throughline.vulnerabilities.selections import selection_of

    asked, instants = QueryDict("severity=high&at=identified&from=2025-03-01&to=2025-04-01"), _instants()

    def explorer() -> Explorer:
        now = next(instants)
        return explore(selection_of(asked, now=now), schema=schema(), scope=EVERYTHING, now=now)

    wall, cpu = _median(lambda: facets(explorer()))
    print(f"  facets of the explorer: {wall:.0f} ms ({cpu:.0f} ms CPU)")
    wall, cpu = _median(lambda: explorer().page())
    print(f"  rows of its first page: {wall:.0f} ms ({cpu:.0f} ms CPU)")


def _peer(home: Path) -> duckdb.DuckDBPyConnection:
    """DuckDB by itself with a table of the same records, as somebody would make it who has only that."""
    from throughline.vulnerabilities.models import Attribute

    base = next((home / "columns").glob("*.duckdb"))
    reachable = f"attr_{Attribute.objects.get(name='reachable').pk}"
    peer = duckdb.connect(str(home / "peer.duckdb"))
    peer.execute(f"ATTACH '{base}' AS base (READ_ONLY)")
    peer.execute(f"CREATE TABLE record AS SELECT {TABLE.format(reachable=reachable)} FROM base.versions")
    peer.execute("DETACH base")
    return peer


def _question(name: str, expression: str, by: tuple[str, ...], peer: duckdb.DuckDBPyConnection) -> None:
    from django.db import connection

    from throughline.accounts.access import EVERYTHING
    from throughline.engine.definitions import Definition
    from throughline.measures.queries import evaluate

    definition, instants = Definition(measure=expression, by=by), _instants()
    wall, cpu = _median(lambda: evaluate(definition, scope=EVERYTHING, now=next(instants)))
    line = f"  {name:<30}{wall:>8.0f}{cpu:>8.0f}"
    if name in DUCKDB:
        fast, fast_cpu = _median(lambda: peer.execute(DUCKDB[name]).fetchall())
        line += f"{fast:>11.0f}{fast_cpu:>8.0f}"
    if name in SQLITE:

        def plain() -> object:
            with connection.cursor() as cursor:
                return cursor.execute(SQLITE[name]).fetchall()

        slow, _ = _timed(plain)
        line += f"{slow:>11.0f}{wall / fast:>10.1f}x{wall / slow:>10.3f}x"
    elif name in DUCKDB:
        line += f"{'':>11}{wall / fast:>10.1f}x"
    print(line, flush=True)


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
