from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workflows", "0006_registrationjob_starts_after")]

    operations = [
        migrations.AddField(
            model_name="registrationjob",
            name="sent_date",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The occurrence ID that this call named; blank: none.",
                max_length=100,
            ),
        ),
    ]
