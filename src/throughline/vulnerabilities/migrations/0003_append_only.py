"""History is append-only: the database itself refuses to change or remove an event."""

from __future__ import annotations

from django.db import migrations

from throughline.site.append_only import refuse_changes


class Migration(migrations.Migration):
    dependencies = [("vulnerabilities", "0002_sla_policy")]
    operations = [refuse_changes("vulnerabilities_event")]
