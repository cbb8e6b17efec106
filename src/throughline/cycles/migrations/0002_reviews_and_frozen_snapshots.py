"""An answer may be about an objective, and a snapshot never changes."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from throughline.site.append_only import refuse_changes


class Migration(migrations.Migration):
    dependencies = [("cycles", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="answer",
            name="objective",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="answers",
                to="objectives.objective",
            ),
        ),
        migrations.AlterField(
            model_name="answer",
            name="key_result",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="answers",
                to="objectives.keyresult",
            ),
        ),
        refuse_changes("cycles_snapshot"),
    ]
