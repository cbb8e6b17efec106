from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("objectives", "0003_plan")]

    operations = [
        migrations.AddField(
            model_name="version",
            name="acceptance",
            field=models.TextField(blank=True, max_length=2000),
        ),
        migrations.AddField(
            model_name="version",
            name="allowed_outside",
            field=models.FloatField(default=0.0),
        ),
        migrations.AddField(
            model_name="version",
            name="bound_high",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="version",
            name="bound_low",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="version",
            name="commitment",
            field=models.CharField(
                choices=[
                    ("committed", "Committed: all of it is expected"),
                    ("aspirational", "Aspirational: seven tenths are expected"),
                ],
                default="committed",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="version",
            name="how_measured",
            field=models.TextField(blank=True, max_length=2000),
        ),
        migrations.AddField(
            model_name="version",
            name="judge",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="version",
            name="kind",
            field=models.CharField(
                choices=[
                    ("move", "Move a figure"),
                    ("keep", "Keep a figure inside a bound"),
                    ("milestone", "Take weighted steps"),
                    ("binary", "Make a named event happen"),
                    ("baseline", "Measure it for the first time"),
                    ("forecast", "Move a forecast"),
                ],
                default="move",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="version",
            name="phases",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="version",
            name="scale",
            field=models.CharField(blank=True, max_length=12),
        ),
        migrations.AddField(
            model_name="version",
            name="steps",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="version",
            name="weight",
            field=models.FloatField(default=1.0),
        ),
        migrations.AddField(
            model_name="version",
            name="why",
            field=models.TextField(blank=True, max_length=2000),
        ),
        migrations.AddField(
            model_name="version",
            name="why_target",
            field=models.TextField(blank=True, max_length=2000),
        ),
        migrations.AlterField(
            model_name="version",
            name="baseline",
            field=models.FloatField(null=True),
        ),
        migrations.AlterField(
            model_name="version",
            name="metric",
            field=models.CharField(blank=True, max_length=2000),
        ),
        migrations.AlterField(
            model_name="version",
            name="target",
            field=models.FloatField(null=True),
        ),
        migrations.AlterField(
            model_name="version",
            name="target_text",
            field=models.CharField(blank=True, max_length=40),
        ),
    ]
