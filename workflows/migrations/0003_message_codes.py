from django.db import migrations

import core.message_field


class Migration(migrations.Migration):
    """Columns of another type: what they held in words cannot be told as codes."""

    dependencies = [("workflows", "0002_workflows")]

    operations = [
        migrations.RemoveField(model_name="registrationjob", name="error"),
        migrations.AddField(
            model_name="registrationjob",
            name="error",
            field=core.message_field.MessageField(
                help_text="Why the last attempt failed.", verbose_name="error"
            ),
        ),
        migrations.RemoveField(model_name="enrolment", name="error"),
        migrations.AddField(
            model_name="enrolment",
            name="error",
            field=core.message_field.MessageField(
                help_text="Why the last attempt failed.", verbose_name="error"
            ),
        ),
        migrations.RemoveField(model_name="enrolmentbatch", name="error"),
        migrations.AddField(
            model_name="enrolmentbatch",
            name="error",
            field=core.message_field.MessageField(
                help_text="Why the last attempt failed.", verbose_name="error"
            ),
        ),
        migrations.RemoveField(model_name="outgoingmessage", name="error"),
        migrations.AddField(
            model_name="outgoingmessage",
            name="error",
            field=core.message_field.MessageField(
                help_text="Why the last attempt failed.", verbose_name="error"
            ),
        ),
    ]
