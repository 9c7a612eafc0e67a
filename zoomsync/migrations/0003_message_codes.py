from django.db import migrations

import core.message_field


class Migration(migrations.Migration):
    """Columns of another type: what they held in words cannot be told as codes."""

    dependencies = [("zoomsync", "0002_profile")]

    operations = [
        migrations.RemoveField(model_name="callbackdelivery", name="error"),
        migrations.AddField(
            model_name="callbackdelivery",
            name="error",
            field=core.message_field.MessageField(
                help_text="Why the last attempt failed.", verbose_name="error"
            ),
        ),
        migrations.RemoveField(model_name="callbacktry", name="problem"),
        migrations.AddField(
            model_name="callbacktry",
            name="problem",
            field=core.message_field.MessageField(
                help_text="Why there was no answer.", verbose_name="problem"
            ),
        ),
    ]
