from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workflows", "0005_enrolmentbatch_spec_text")]

    operations = [
        migrations.AddField(
            model_name="registrationjob",
            name="starts_after",
            field=models.DateTimeField(
                blank=True, help_text="Only a date of a series that begins later counts.", null=True
            ),
        ),
    ]
