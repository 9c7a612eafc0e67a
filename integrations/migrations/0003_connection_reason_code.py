from django.db import migrations

import core.message_field


class Migration(migrations.Migration):
    """A column of another type: what it held in words cannot be told as a code."""

    dependencies = [("integrations", "0002_webhook_secret")]

    operations = [
        migrations.RemoveField(model_name="zoomconnection", name="state_reason"),
        migrations.AddField(
            model_name="zoomconnection",
            name="state_reason",
            field=core.message_field.MessageField(verbose_name="reason"),
        ),
    ]
