"""A correction says why, and nobody changes what was said of an outcome."""

from __future__ import annotations

from django.db import migrations, models

from throughline.site.append_only import refuse_changes


class Migration(migrations.Migration):
    dependencies = [("forecasts", "0002_initial")]

    operations = [
        migrations.AddField(
            model_name="resolution",
            name="reason",
            field=models.CharField(blank=True, max_length=500),
        ),
        refuse_changes("forecasts_resolution"),
    ]
