from django.db import migrations, models


class Migration(migrations.Migration):
    """So that a process of the version before can still publish while the new one takes over."""

    dependencies = [("workflows", "0007_registrationjob_sent_date")]

    operations = [
        migrations.AlterField(
            model_name="publishedtrigger",
            name="about",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text=(
                    "“webinar:93112345678” or “event:7”, a row for each; blank: whatever a change is about."
                ),
                max_length=40,
            ),
        ),
    ]
