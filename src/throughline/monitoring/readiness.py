"""Whether work can be sent here: sentences on what is missing, none where all is there."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator

from django.conf import settings
from django.db import connection

from throughline.jobs.worker import is_at_work
from throughline.site.home import schema_mark

log = logging.getLogger(__name__)
LEAST_FREE = 100 * 1024**2


def missing() -> Iterator[str]:
    """What keeps the server from doing its work."""
    for check, sentence in CHECKS:
        try:
            holds = check()
        except Exception:
            log.exception("not ready: %s", sentence)
            holds = False
        if not holds:
            yield sentence


def _database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM django_migrations")
        return bool(cursor.fetchone()[0])


def _tables_fit() -> bool:
    if connection.vendor != "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA user_version")
        return bool(cursor.fetchone()[0] == schema_mark())


def _disk_has_room() -> bool:
    return shutil.disk_usage(settings.HOME).free >= LEAST_FREE


CHECKS: tuple[tuple[Callable[[], bool], str], ...] = (
    (_database_answers, "The database does not answer."),
    (_tables_fit, "The tables are not those of this version: restart the server."),
    (is_at_work, "No thread does background work: restart the server."),
    (_disk_has_room, "The disk of the data folder is full: make room."),
)
