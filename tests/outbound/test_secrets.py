"""What is kept sealed: not in the database, not in messages, and sealed anew with another key."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection
from tests.organisation import NOW

from throughline.audit.models import Entry
from throughline.engine.refusals import Refused
from throughline.outbound import keys, secrets
from throughline.outbound.models import Secret

VALUE = "https://hooks.example.org/services/T000/B000/very-secret"


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path) -> Path:
    settings.THROUGHLINE_SECRET_KEY_FILE = tmp_path / "sealing.key"
    return settings.THROUGHLINE_SECRET_KEY_FILE


def test_a_secret_is_read_again_and_never_the_same_twice(db, key_file):
    first, second = (secrets.keep("webhook", VALUE, now=NOW) for _ in range(2))
    assert secrets.read(Secret.objects.get(pk=first.pk)) == secrets.read(second) == VALUE
    assert bytes(first.sealed) != bytes(second.sealed)
    assert key_file.stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db(transaction=True)
def test_a_copy_of_the_database_holds_nothing_of_a_secret_nor_of_the_key(key_file, tmp_path):
    secrets.keep("webhook", VALUE, now=NOW)
    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copied = sqlite3.connect(tmp_path / "copy.sqlite3")
    connection.connection.backup(copied)
    copied.close()
    content = (tmp_path / "copy.sqlite3").read_bytes()
    assert b"webhook" in content
    assert b"very-secret" not in content
    assert keys.known()[0].line().encode() not in content


def test_a_value_cannot_be_put_in_the_place_of_another(db):
    first, second = (secrets.keep("webhook", value, now=NOW) for value in (VALUE, "other"))
    Secret.objects.filter(pk=second.pk).update(sealed=bytes(first.sealed))
    with pytest.raises(Refused, match="was changed"):
        secrets.read(Secret.objects.get(pk=second.pk))


def test_without_its_key_a_secret_is_named_and_not_read(db, key_file):
    kept = secrets.keep("webhook", VALUE, now=NOW)
    key_file.unlink()
    with pytest.raises(
        Refused, match=r"that sealed a secret \(webhook\) is not in .*sealing\.key: put the file back"
    ):
        secrets.read(kept)
    again = secrets.keep("webhook", VALUE, now=NOW)
    assert [opens for _, opens in secrets.each()] == [False, True]
    assert secrets.read(again) == VALUE


def test_a_new_key_seals_everything_and_the_old_one_is_gone(db, key_file):
    kept = [secrets.keep("webhook", value, now=NOW) for value in (VALUE, "two")]
    before = keys.known()
    assert secrets.rotate(actor="Ada", now=NOW) == 2
    assert len(keys.known()) == 1
    assert keys.known() != before
    assert [secrets.read(Secret.objects.get(pk=each.pk)) for each in kept] == [VALUE, "two"]
    assert key_file.stat().st_mode & 0o777 == 0o600
    entry = Entry.objects.latest("id")
    assert (entry.action, entry.detail) == ("secrets sealed anew", {"secrets": 2})


def test_a_rotation_that_cannot_open_one_changes_nothing(db, key_file):
    secrets.keep("webhook", VALUE, now=NOW)
    lost = key_file.read_text()
    key_file.unlink()
    kept = secrets.keep("webhook", "two", now=NOW)
    with pytest.raises(Refused, match="is not in"):
        secrets.rotate(actor="Ada", now=NOW)
    assert secrets.read(Secret.objects.get(pk=kept.pk)) == "two"
    key_file.write_text(lost + key_file.read_text())
    assert secrets.rotate(actor="Ada", now=NOW) == 2


def test_a_rotation_killed_before_its_end_leaves_what_can_be_read(db, monkeypatch):
    kept = secrets.keep("webhook", VALUE, now=NOW)

    def killed(*args, **fields):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(secrets.audit, "record", killed)
        with pytest.raises(KeyboardInterrupt):
            secrets.rotate(actor="Ada", now=NOW)
    assert len(keys.known()) == 2
    assert secrets.read(Secret.objects.get(pk=kept.pk)) == VALUE
    secrets.rotate(actor="Ada", now=NOW)
    assert len(keys.known()) == 1


def test_a_file_that_holds_no_key_is_named_without_what_it_holds(db, key_file):
    key_file.write_text("a1:almost-a-key\n")
    with pytest.raises(Refused, match="is no key") as refused:
        secrets.keep("webhook", VALUE, now=NOW)
    assert "almost" not in str(refused.value)


def test_the_command_lists_what_is_sealed_without_the_values_and_changes_the_key(db, monkeypatch, key_file):
    from throughline.cli import secrets as commands

    monkeypatch.setattr(commands, "open_home", lambda home: home)
    monkeypatch.setattr(commands, "there", lambda home: home)
    secrets.keep("webhook", VALUE, now=NOW)
    listed = CliRunner().invoke(commands.command, ["list", "--json"])
    assert json.loads(listed.output)["secrets"][0]["purpose"] == "webhook"
    assert "very-secret" not in listed.output
    assert json.loads(CliRunner().invoke(commands.command, ["rotate", "--json"]).output) == {"sealed": 1}
    key_file.unlink()
    without = CliRunner().invoke(commands.command, ["list"])
    assert (without.exit_code, "CANNOT BE OPENED" in without.output) == (1, True)
