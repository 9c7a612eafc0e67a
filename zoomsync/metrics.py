"""`/metrics` for Prometheus: how much waits, what is wrong, and how much of Zoom's limits is used.

All of it is read from the database when asked, in a constant number of queries over indexes, so that every
web process answers the same. Callers bring `METRICS_TOKEN` as a bearer token. Where it is not set, only this
machine may read: a request that a proxy passed on comes from elsewhere, whatever its address says.
"""

import hmac
import time
from collections.abc import Iterator
from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from core.jobs.metrics import job_metrics
from integrations.models import (
    AuditEntry,
    RateLimitBucket,
    WebhookDelivery,
    WorkerHeartbeat,
    ZoomConnection,
)
from workflows.models import Enrolment, EnrolmentState

_NOTED_BY_PROXIES = (
    "Forwarded",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Real-Ip",
)


@login_not_required
@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    if not _may_read(request):
        return HttpResponse(
            status=401, headers={"WWW-Authenticate": "Bearer"}
        )  # the same with and without token
    registry = CollectorRegistry()
    registry.register(_FromDatabase())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _may_read(request: HttpRequest) -> bool:
    if not settings.METRICS_TOKEN:
        return is_local(request)
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(token.encode(), settings.METRICS_TOKEN.encode())


def is_local(request: HttpRequest) -> bool:
    """Whether the caller is on this machine. A proxy here notes for whom it asks."""
    if any(name in request.headers for name in _NOTED_BY_PROXIES):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


class _FromDatabase(Collector):
    def collect(self) -> Iterator[Metric]:
        yield from job_metrics()
        yield _deliveries()
        yield _connections()
        yield _warnings()
        yield from _zoom_calls()
        yield _workers()
        yield from _enrolments()

    def describe(self) -> list[Metric]:
        """Nothing is asked of the database before someone reads."""
        return []


def _deliveries() -> Metric:
    # The newest key counts them all, also those that were forgotten since, without reading the table.
    newest = WebhookDelivery.objects.aggregate(newest=Max("pk"))["newest"]
    return CounterMetricFamily("zoomsync_deliveries", "Webhook events so far.", value=newest or 0)


def _connections() -> Metric:
    metric = GaugeMetricFamily("zoomsync_connections", "Zoom accounts by their state.", labels=["state"])
    counts = dict(ZoomConnection.objects.order_by().values_list("state").annotate(Count("pk")))
    for state in ZoomConnection.State.values:
        metric.add_metric([state], counts.get(state, 0))
    return metric


def _warnings() -> Metric:
    metric = GaugeMetricFamily(
        "zoomsync_audit_open", "Errors and warnings that need attention.", labels=["brand", "severity"]
    )
    rows = AuditEntry.objects.open().needing_attention().order_by().values_list("brand__slug", "severity")
    for brand, severity, count in rows.annotate(Count("pk")):
        metric.add_metric([brand, severity], count)
    return metric


def _zoom_calls() -> Iterator[Metric]:
    calls = GaugeMetricFamily(
        "zoomsync_zoom_calls_today",
        "Calls of the current UTC day that Zoom limits.",
        labels=["brand", "label"],
    )
    blocked = GaugeMetricFamily(
        "zoomsync_zoom_blocked_seconds", "How long Zoom still wants us to wait.", labels=["brand", "label"]
    )
    today, now = timezone.now().date(), time.time()
    for bucket in RateLimitBucket.objects.select_related("connection__brand").order_by("pk"):
        labels = [bucket.connection.brand.slug, bucket.label]
        calls.add_metric(labels, bucket.day_count if bucket.day == today else 0)
        blocked.add_metric(labels, max(0.0, bucket.blocked_until - now))
    yield calls
    yield blocked


def _workers() -> Metric:
    alive = WorkerHeartbeat.objects.alive().count()
    return GaugeMetricFamily("zoomsync_workers", "Workers heard of in the last minute.", value=alive)


def _enrolments() -> Iterator[Metric]:
    newest = Enrolment.objects.aggregate(newest=Max("pk"))["newest"]
    yield CounterMetricFamily(
        "zoomsync_enrolments", "Contacts enrolled in workflows so far.", value=newest or 0
    )
    waiting = Enrolment.objects.filter(state=EnrolmentState.WAITING).count()
    yield GaugeMetricFamily("zoomsync_enrolments_waiting", "Enrolments that wait at a step.", value=waiting)
    not_done = GaugeMetricFamily(
        "zoomsync_enrolments_not_done",
        "Contacts who stopped at a step of a workflow, or at which it failed: a person may try again.",
        labels=["workflow"],
    )
    rows = Enrolment.objects.retryable().order_by().values_list("workflow")
    for workflow, count in rows.annotate(Count("pk")):
        not_done.add_metric([str(workflow)], count)
    yield not_done
