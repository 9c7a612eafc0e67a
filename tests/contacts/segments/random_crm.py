"""Random contacts with what they did, and random definitions that ask for it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from contacts.models import PropertyDefinition

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
WEBINARS = (81_000_000_001, 82_000_000_002)
TEXTS = ("", "Anna", "ÄRZTIN", "ärztin", "Öz 100%", "a_b", "BERG", "bergström", "Ω")
PLANS = ("free", "größer")
TOPICS = ("a", "b", "ä")
PARTS = (*TEXTS[1:], "a", "Ä", "%", "_", "berg", "z ", "ÖM")

texts = st.sampled_from(TEXTS)
parts = st.sampled_from(PARTS)
days = st.sampled_from((-9, -8, -7, -2, -1, 0, 1, 6, 8))
moments = st.builds(
    lambda day, hours: NOW + timedelta(days=day, hours=hours), days, st.sampled_from((-1, 0, 1))
)
maybe_moments = st.none() | moments
numbers = st.sampled_from((0, 1, 2, 2.5, 50, 100))


def define_properties() -> None:
    kinds = {"city": "text", "age": "number", "birthday": "date", "seen": "date_time", "vip": "yes_no"}
    for name, kind in kinds.items():
        PropertyDefinition.objects.get_or_create(name=name, defaults={"label": name, "kind": kind})
    for name, kind, values in (("plan", "choice", PLANS), ("topics", "choices", TOPICS)):
        choices = [{"value": value, "label": value.upper()} for value in values]
        defaults = {"label": name, "kind": kind, "choices": choices}
        PropertyDefinition.objects.get_or_create(name=name, defaults=defaults)


def optional(**strategies: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=strategies)


def people() -> st.SearchStrategy[list[dict[str, Any]]]:
    participation = st.fixed_dictionaries(
        {
            "event": st.integers(0, 2),
            "state": st.sampled_from(("registered", "attended", "cancelled", "no_show")),
            "registered_at": maybe_moments,
            "role": st.sampled_from(("attendee", "attendee", "host", "panelist")),
            "seconds": st.sampled_from((0, 1, 50, 100)),
            "percent": st.none() | numbers,
        }
    )
    person = st.fixed_dictionaries(
        {
            "first_name": texts,
            "last_name": texts,
            "source": st.sampled_from(("zoom", "import", "manual")),
            "created_at": moments,
            "zoom_webinar_registration_count": st.integers(0, 2),
            "zoom_webinar_attendance_count": st.integers(0, 2),
            "zoom_webinar_attendance_average_duration": st.none() | numbers,
            "properties": optional(
                city=texts,
                age=numbers | st.sampled_from(("2", "2.5", "", "old")),
                birthday=moments.map(lambda moment: moment.date().isoformat()),
                seen=moments.map(lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%SZ")),
                vip=st.booleans(),
                plan=st.sampled_from(PLANS),
                topics=st.lists(st.sampled_from(TOPICS), min_size=1, unique=True),
            ),
            "participations": st.lists(participation, max_size=3, unique_by=lambda row: row["event"]),
            "calls": st.sets(st.integers(0, 2)),
        }
    )
    return st.lists(person.map(_as_counted), min_size=1, max_size=4)


def _as_counted(person: dict[str, Any]) -> dict[str, Any]:
    """Contacts count only what is there."""
    rows = person["participations"]
    counts = {
        "zoom_webinar_registration_count": sum(row["registered_at"] is not None for row in rows),
        "zoom_webinar_attendance_count": sum(row["state"] == "attended" for row in rows),
    }
    return person | {name: min(person[name], most) for name, most in counts.items()}


def events() -> st.SearchStrategy[list[dict[str, Any]]]:
    event = st.fixed_dictionaries(
        {
            "name": texts,
            "zoom_webinar_id": st.sampled_from(WEBINARS),
            "starts_at": maybe_moments,
            "call": st.none()
            | st.fixed_dictionaries(
                {
                    "title": texts,
                    "starts_at": moments,
                    "recording_url": st.sampled_from(("", "https://zoom.us/rec/Ä")),
                    "is_available": st.booleans(),
                }
            ),
        }
    )
    return st.lists(event, min_size=3, max_size=3)


def _operator(*names: str, value: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"is": st.sampled_from(names), "value": value})


KNOWN = st.fixed_dictionaries({"is": st.sampled_from(("known", "unknown"))})
times = moments.map(lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%SZ"))
text_tests = st.one_of(
    _operator("equals", "not_equals", "contains", "not_contains", "starts_with", "ends_with", value=parts),
    _operator("in", "not_in", value=st.lists(parts, max_size=3)),
    KNOWN,
)
number_tests = st.one_of(
    _operator("equals", "not_equals", "less", "at_most", "more", "at_least", value=numbers),
    _operator("between", value=st.lists(numbers, min_size=2, max_size=2)),
    KNOWN,
)
time_tests = st.one_of(
    _operator("before", "after", value=times),
    _operator("between", value=st.lists(times, min_size=2, max_size=2)),
    _operator("last_days", "next_days", value=st.sampled_from((0, 1, 1.5, 7, 8))),
    KNOWN,
)


def choices_among(*values: str | bool) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        _operator("equals", "not_equals", value=st.sampled_from(values)),
        _operator("in", "not_in", value=st.lists(st.sampled_from(values), max_size=2)),
        KNOWN,
    )


webinar_ids = st.sampled_from((*WEBINARS, str(WEBINARS[0]), "810 0000-0001", 83_000_000_003))
webinar_tests = st.one_of(
    _operator("equals", "not_equals", value=webinar_ids),
    _operator("in", "not_in", value=st.lists(webinar_ids, max_size=2)),
    _operator(
        "starts_with", "contains", "not_contains", value=st.sampled_from(("81", "82", 81, "0000 0001"))
    ),
    KNOWN,
)


def _condition(name: str, **keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"filter": st.just(name), **keys}, optional={"did": st.booleans()})


def _with_test(
    keys: dict[str, Any], tests: st.SearchStrategy[dict[str, Any]]
) -> st.SearchStrategy[dict[str, Any]]:
    return tests.map(lambda test: {**keys, **test})


def _properties() -> st.SearchStrategy[dict[str, Any]]:
    kinds = {
        "first_name": text_tests,
        "last_name": text_tests,
        "city": text_tests,
        "source": choices_among("zoom", "import"),
        "created_at": time_tests,
        "zoom_webinar_registration_count": number_tests,
        "zoom_webinar_attendance_average_duration": number_tests,
        "age": number_tests,
        "birthday": time_tests,
        "seen": time_tests,
        "vip": choices_among(True, False),
        "plan": choices_among(*PLANS, "gone"),
        "topics": choices_among(*TOPICS, "gone"),
    }
    return st.one_of(
        _with_test({"filter": "property", "property": name}, tests) for name, tests in kinds.items()
    )


def conditions(event_ids: list[int], segment_ids: list[int]) -> st.SearchStrategy[dict[str, Any]]:
    meant = optional(
        webinar_ids=st.lists(webinar_ids, max_size=2),
        event_ids=st.lists(st.sampled_from(event_ids), max_size=2),
        name=text_tests,
        starts=time_tests,
    )
    about_events = [
        _condition(name, events=meant)
        for name in ("event_registered", "event_cancelled", "event_attended", "event_no_show")
    ]
    duration = st.tuples(
        _condition("attendance_duration", measure=st.sampled_from(("seconds", "percent")), events=meant),
        number_tests,
    ).map(lambda both: {**both[0], **both[1]})
    by_rows = {
        "zoom_recording": optional(topic=text_tests, starts=time_tests, url=text_tests),
        "zoom_attendance": optional(
            seconds=number_tests, percent=number_tests, webinar_id=webinar_tests, webinar_name=text_tests
        ),
        "zoom_registration": optional(webinar_id=webinar_tests, webinar_name=text_tests),
    }
    rows = [
        st.tuples(_condition(name), tests).map(lambda both: {**both[0], **both[1]})
        for name, tests in by_rows.items()
    ]
    segments = [_condition("segment", id=st.sampled_from(segment_ids))] if segment_ids else []
    return st.one_of(_properties(), *about_events, duration, *rows, *segments)


def nodes(leaves: st.SearchStrategy[dict[str, Any]], levels: int = 4) -> st.SearchStrategy[dict[str, Any]]:
    if levels == 1:
        return leaves
    inner = nodes(leaves, levels - 1)
    groups = st.lists(inner, max_size=3)
    return st.one_of(
        leaves,
        st.fixed_dictionaries({"all": groups}),
        st.fixed_dictionaries({"any": groups}),
        st.fixed_dictionaries({"not": inner}),
    )
