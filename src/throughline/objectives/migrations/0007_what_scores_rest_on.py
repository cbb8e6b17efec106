from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("objectives", "0006_initiatives")]

    operations = [
        migrations.AddField("measurement", "facts", models.JSONField(default=dict)),
        migrations.AddField("measurement", "outlook", models.JSONField(default=dict)),
    ]
