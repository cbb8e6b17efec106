from datetime import date, timedelta
from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.utils.text import slugify


def place_key_results(apps: Any, schema_editor: Any) -> None:
    """Give each key result a key, and its objective's text a place in the cycle of its due day."""
    KeyResult, Version = (apps.get_model("objectives", name) for name in ("KeyResult", "Version"))
    for key_result in KeyResult.objects.order_by("id"):
        version = Version.objects.filter(key_result=key_result).order_by("-number").first()
        title = (version.title or version.metric) if version else ""
        key_result.key = f"{slugify(title)[:60].strip('-') or 'key-result'}-{key_result.pk}"
        if key_result.objective_text and version:
            key_result.objective = _objective(apps, key_result, version)
        key_result.save()


def _objective(apps: Any, key_result: Any, version: Any) -> Any:
    Cycle, Objective = (apps.get_model("objectives", name) for name in ("Cycle", "Objective"))
    day = (version.due - timedelta(microseconds=1)).date()
    quarter = (day.month - 1) // 3
    start = date(day.year, 3 * quarter + 1, 1)
    end = date(day.year + (quarter == 3), (3 * quarter + 3) % 12 + 1, 1) - timedelta(days=1)
    title = f"{day.year}-Q{quarter + 1}"
    made = {"title": title, "start": start, "end": end, "state": "set"}
    stamps = {"created_at": key_result.created_at, "set_at": key_result.created_at}
    cycle, _ = Cycle.objects.get_or_create(key=slugify(title), defaults={**made, **stamps})
    found = Objective.objects.filter(cycle=cycle, title__iexact=key_result.objective_text).first()
    if found is not None:
        return found
    count = Objective.objects.count() + 1
    return Objective.objects.create(
        key=f"{slugify(key_result.objective_text)[:60].strip('-') or 'objective'}-{count}",
        title=key_result.objective_text,
        cycle=cycle,
        position=count,
        created_at=key_result.created_at,
    )


class Migration(migrations.Migration):
    dependencies = [("objectives", "0004_kinds_of_key_result")]

    operations = [
        migrations.AddField(
            model_name="keyresult",
            name="carried_from",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="carried_to",
                to="objectives.keyresult",
            ),
        ),
        migrations.AddField(
            model_name="keyresult",
            name="dropped_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="keyresult",
            name="dropped_reason",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="keyresult",
            name="key",
            field=models.SlugField(max_length=80, null=True),
        ),
        migrations.AddField(
            model_name="keyresult",
            name="position",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="keyresult",
            name="sketch",
            field=models.JSONField(null=True),
        ),
        # What was a text becomes an objective of the cycle in which the key result ends.
        migrations.RenameField(model_name="keyresult", old_name="objective", new_name="objective_text"),
        migrations.AddField(
            model_name="keyresult",
            name="objective",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="key_results",
                to="objectives.objective",
            ),
        ),
        migrations.RunPython(place_key_results, migrations.RunPython.noop),
        migrations.RemoveField(model_name="keyresult", name="objective_text"),
        migrations.AlterField(
            model_name="keyresult",
            name="key",
            field=models.SlugField(max_length=80, unique=True),
        ),
    ]
