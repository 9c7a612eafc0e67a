from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workflows", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(
                fields=["workflow"],
                condition=models.Q(("outcome", "stopped"), ("state", "failed"), _connector="OR"),
                name="enrolment_not_done",
            ),
        ),
    ]
