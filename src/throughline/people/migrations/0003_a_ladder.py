"""Begin with a ladder of our own, so that a goal can name a rung from the first day."""

from typing import Any

from django.db import migrations, models

from throughline.people.ladder import ours


def begin(apps: Any, schema_editor: Any) -> None:
    rung, kind = apps.get_model("people", "Rung"), apps.get_model("people", "WorkKind")
    ladder = ours(list(kind.objects.values_list("key", flat=True)))
    for position, step in enumerate(ladder.steps, 1):
        said = {name: getattr(step, name) for name in ("track", "level", "title", "text")}
        said |= {"kinds": list(step.kinds), "source": ladder.name, "position": position}
        rung.objects.get_or_create(key=step.key, defaults=said)


class Migration(migrations.Migration):
    dependencies = [("people", "0002_kinds_of_work")]

    operations = [
        migrations.AddField("rung", "position", models.PositiveIntegerField(default=0)),
        migrations.AlterModelOptions("rung", {"ordering": ["source", "position", "id"]}),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
