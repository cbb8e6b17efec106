"""Ready is who can do its work: database, tables, background work, disk."""

from __future__ import annotations

import shutil
from collections import namedtuple

import pytest
from django.db import connection
from django.test import Client

from throughline.jobs.worker import Worker

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def at_work(transactional_db):
    worker = Worker()
    worker.start()
    yield worker
    worker.stop(5)


def test_a_server_that_can_do_its_work_is_ready_until_its_worker_ends(at_work, monkeypatch):
    assert Client().get("/readyz").text == "ok\n"

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA user_version")
        mark = cursor.fetchone()[0]
        cursor.execute("PRAGMA user_version = 1")
        assert lacking() == "The tables are not those of this version: restart the server."
        cursor.execute(f"PRAGMA user_version = {mark}")

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda path: Usage(10**9, 10**9, 1000))
        assert lacking() == "The disk of the data folder is full: make room."

    at_work.stop(5)
    assert lacking() == "No thread does background work: restart the server."


def lacking() -> str:
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_ready"
    return answer.json()["detail"]


def test_a_database_that_is_away_is_told_without_a_word_of_the_inside(db, monkeypatch, caplog):
    def away(*_: object) -> None:
        raise OSError("disk I/O error at /srv/secret")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", away)
        said = lacking()
    assert said.startswith("The database does not answer. The tables are not")
    assert "/srv/secret" not in said
    assert "/srv/secret" in caplog.text
