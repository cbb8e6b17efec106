"""A first SLA policy, so that "inside the SLA?" has an answer on day one; every organisation edits it."""

from __future__ import annotations

from typing import Any

from django.db import migrations

DAYS_BY_SEVERITY = {4: 7, 3: 30, 2: 90, 1: 180}


def add_policy(apps: Any, schema_editor: Any) -> None:
    policy = apps.get_model("vulnerabilities", "SlaPolicy")
    policy.objects.bulk_create(
        policy(severity=severity, days=days) for severity, days in DAYS_BY_SEVERITY.items()
    )


class Migration(migrations.Migration):
    dependencies = [("vulnerabilities", "0001_initial")]
    operations = [migrations.RunPython(add_policy, migrations.RunPython.noop)]
