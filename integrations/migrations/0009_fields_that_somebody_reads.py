"""Drops what nobody reads, and keeps who excluded a domain by name, as the history of settings does."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, NullIf


def keep_names(apps, schema_editor):
    exclusions = apps.get_model('integrations', 'DomainExclusion').objects.using(schema_editor.connection.alias)
    users = apps.get_model(settings.AUTH_USER_MODEL).objects.filter(pk=OuterRef('created_by'))
    name = Coalesce(NullIf('name', Value('')), 'email', output_field=models.CharField())
    exclusions.exclude(created_by=None).update(created_by_name=Subquery(users.annotate(shown=name).values('shown')))


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0008_registrants_are_found_by_zoom_id'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='domainexclusion',
            name='created_by_name',
            field=models.CharField(blank=True, default='', help_text='Kept when the user is deleted.', max_length=254, verbose_name='by'),
            preserve_default=False,
        ),
        migrations.RunPython(keep_names, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField(model_name='domainexclusion', name='created_by'),
        migrations.RemoveField(model_name='webhookdelivery', name='handled_at'),
        migrations.RemoveField(model_name='webinar', name='time_zone'),
        migrations.RemoveField(model_name='webinarsession', name='participants_total'),
        migrations.RemoveField(model_name='zoomconnection', name='owner_zoom_id'),
    ]
