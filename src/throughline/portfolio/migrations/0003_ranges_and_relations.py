from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0002_initial")]

    operations = [
        migrations.RenameField(model_name="candidate", old_name="reach", new_name="reach_low"),
        migrations.AddField("candidate", "reach_high", models.FloatField(null=True)),
        migrations.AddField("candidate", "delay_fades", models.FloatField(null=True)),
        migrations.AddField("rules", "relations", models.JSONField(default=list)),
        migrations.AddField("rules", "weights", models.JSONField(default=dict)),
        migrations.AddField("rules", "person_weeks", models.FloatField(default=10.0)),
    ]
