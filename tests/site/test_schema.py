"""What is known of the migrations without Django is what Django knows."""

from __future__ import annotations

from django.db.migrations.loader import MigrationLoader

from throughline.site import schema


def test_the_migrations_that_are_read_from_the_folders_are_those_that_django_finds():
    found = MigrationLoader(None).disk_migrations
    assert schema.known() == {key for key in found if key[0] not in schema.DJANGOS}
