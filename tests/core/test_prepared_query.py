from datetime import UTC, datetime, timedelta

import pytest

from core.prepared_query import PreparedQuery
from integrations.models import WorkerHeartbeat

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NEVER = datetime(1900, 1, 1, tzinfo=UTC)


@pytest.fixture
def workers() -> list[str]:
    names = ["a", "b", "c"]
    WorkerHeartbeat.objects.bulk_create(
        WorkerHeartbeat(name=name, seen_at=NOON + timedelta(minutes=number))
        for number, name in enumerate(names)
    )
    return names


def test_each_run_has_its_own_values_though_the_query_is_built_once(
    workers: list[str], django_assert_num_queries
) -> None:
    built = []

    def build(name: str, moment: datetime):
        built.append(name)
        return WorkerHeartbeat.objects.filter(seen_at__gte=moment).exclude(name=name).values_list("name")

    query = PreparedQuery(build, name="example", moment=NEVER)
    with django_assert_num_queries(3):
        assert sorted(query.rows(name="a", moment=NOON)) == [("b",), ("c",)]
        assert query.rows(name="b", moment=NOON + timedelta(minutes=1)) == [("c",)]
        assert query.rows(name="", moment=NOON + timedelta(hours=1)) == []
    assert built == ["example"]


def test_a_value_is_never_read_as_sql(workers: list[str]) -> None:
    query = PreparedQuery(
        lambda name: WorkerHeartbeat.objects.filter(name=name).values_list("name"), name="example"
    )
    assert query.rows(name="' OR 1=1 --") == []
    assert query.rows(name="a%s") == []
