"""Batches written in two connections: each once, and an error ends both."""

import threading
from collections import Counter

import pytest
from django.db import OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from contacts.models import Contact
from integrations.sync.steps.two_writers import write_in_two

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer"),
]


def test_two_batches_are_written_at_once():
    in_both = threading.Barrier(2, timeout=20)
    write_in_two("ab", lambda _batch: in_both.wait())


def test_each_batch_is_written_once_and_seen_by_all():
    written: Counter[int] = Counter()

    def write(number: int) -> None:
        Contact.objects.count()
        written[number] += 1

    write_in_two(range(40), write)
    assert written == Counter(range(40))


@pytest.mark.parametrize("by_whom", ["the caller", "the other"])
def test_where_one_fails_the_other_ends_after_the_batch_that_it_is_at(by_whom):
    caller, in_both = threading.current_thread(), threading.Barrier(2, timeout=20)
    finished = []

    def write(batch: int) -> None:
        in_both.wait()
        if (threading.current_thread() is caller) == (by_whom == "the caller"):
            raise ValueError(batch)
        finished.append(batch)

    with pytest.raises(ValueError, match=r"[01]"):
        write_in_two(_slowly(range(10)), write)
    assert len(finished) == 1


def _slowly(batches):
    """The third comes when whoever failed has said so."""
    for number in batches:
        if number == 2:
            threading.Event().wait(0.2)
        yield number


def test_an_error_of_the_batches_themselves_is_raised():
    def batches():
        yield 1
        raise ValueError("half an answer")

    with pytest.raises(ValueError, match="half"):
        write_in_two(batches(), lambda _batch: None)


def test_without_a_second_connection_the_caller_writes_all(monkeypatch):
    caller, connect = threading.current_thread(), BaseDatabaseWrapper.connect
    asked, threads = threading.Event(), []

    def refuse(wrapper):
        if threading.current_thread() is caller:
            return connect(wrapper)
        asked.set()
        raise OperationalError("sorry, too many clients already")

    def write(_batch: int) -> None:
        assert asked.wait(20)
        threads.append(threading.current_thread())

    monkeypatch.setattr(BaseDatabaseWrapper, "connect", refuse)
    write_in_two(range(4), write)
    assert threads == [caller] * 4


def test_within_a_transaction_the_caller_writes_alone():
    threads = set()
    with transaction.atomic():
        write_in_two(range(4), lambda _batch: threads.add(threading.current_thread()))
    assert threads == {threading.current_thread()}
