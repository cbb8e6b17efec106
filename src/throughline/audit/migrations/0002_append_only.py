"""Audit entries can be added and read, never changed or removed: the database itself refuses."""

from __future__ import annotations

from django.db import migrations

from throughline.site.append_only import refuse_changes


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [refuse_changes("audit_entry")]
