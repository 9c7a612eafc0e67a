"""Lets a running run remember whose wish the run after it serves; until now it was that of the running one."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F


def keep_whose_it_was(apps, schema_editor):
    runs = apps.get_model('integrations', 'SyncRun').objects.using(schema_editor.connection.alias)
    joined = runs.filter(state='running', run_again=True)
    joined.update(again_trigger=F('trigger'), again_requested_by=F('requested_by'))


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0010_runs_that_ask_zoom'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='syncrun',
            name='again_requested_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='syncrun',
            name='again_trigger',
            field=models.CharField(blank=True, choices=[('schedule', 'Schedule'), ('manual', 'Sync now'), ('catch_up', 'Catch-up after a change of settings'), ('webhook', 'Message from Zoom'), ('command', 'Command line')], help_text='Whose wish the run after it serves.', max_length=20),
        ),
        migrations.AlterField(
            model_name='syncrun',
            name='asks_zoom',
            field=models.BooleanField(default=False, help_text='Asks Zoom also about a webinar that is over, or about all users: somebody expects news of them.'),
        ),
        migrations.RunPython(keep_whose_it_was, migrations.RunPython.noop, elidable=True),
    ]
