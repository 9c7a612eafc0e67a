"""Lets a run remember that somebody expects news, whoever asked for it first; those that wait are told."""

from django.db import migrations, models


def tell_those_that_wait(apps, schema_editor):
    runs = apps.get_model('integrations', 'SyncRun').objects.using(schema_editor.connection.alias)
    waiting = runs.filter(state__in=['queued', 'running'], trigger__in=['manual', 'webhook'])
    waiting.filter(recordings_only=False).update(asks_zoom=True)


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0009_fields_that_somebody_reads'),
    ]

    operations = [
        migrations.AddField(
            model_name='syncrun',
            name='asks_zoom',
            field=models.BooleanField(default=False, help_text='Asks Zoom also about a webinar that is over: somebody expects news of it.'),
        ),
        migrations.RunPython(tell_those_that_wait, migrations.RunPython.noop, elidable=True),
    ]
