"""The three lists of excluded domains (R13, R14, R15): adding and removing entries.

Entries are cleaned before they are stored. A list with a mistake in it is rejected as a whole, so that the
person can correct it.
"""

from collections.abc import Iterable
from functools import partial

from django.db.models import QuerySet

from contacts.models import Brand
from core.domains import NotADomainError, parse_domain, parse_many
from integrations.models import DomainExclusion, SettingChange, SkippedPerson, Webinar
from integrations.settings_changes.apply_change import Outcome, apply
from integrations.settings_changes.errors import BadDomainsError
from integrations.settings_changes.history import Actor, Scope, change_of, name_of

Kind = DomainExclusion.Kind


def clean_domains(typed: str | Iterable[str]) -> tuple[str, ...]:
    """The domains in what was typed or pasted, each once. Raises `BadDomainsError` naming every mistake."""
    parsed = parse_many(typed if isinstance(typed, str) else "\n".join(typed))
    problems = parsed.problems
    if not parsed.domains and not problems:
        problems = (_nothing_typed(),)
    if problems:
        raise BadDomainsError(problems)
    return parsed.domains


def _nothing_typed() -> NotADomainError:
    try:
        parse_domain("")
    except NotADomainError as problem:
        return problem
    raise AssertionError("an empty text is no domain")


def add_exclusions(brand: Brand, kind: str, domains: str | Iterable[str], actor: Actor | None) -> Outcome:
    """Put domains on one of the lists; those on it already stay. Raises `BadDomainsError`."""
    wanted = clean_domains(domains)
    return apply(brand, actor, partial(_add, brand, Kind(kind), wanted, actor), _touched(brand, kind))


def remove_exclusions(brand: Brand, kind: str, domains: str | Iterable[str], actor: Actor | None) -> Outcome:
    """Take domains off one of the lists; one that is not on it is no mistake. Raises `BadDomainsError`."""
    unwanted = clean_domains(domains)
    return apply(
        brand,
        actor,
        partial(_remove, brand, Kind(kind), unwanted, actor),
        _touched(brand, kind),
        partial(_excluded_by, brand, unwanted) if kind == Kind.CONTACT else None,
    )


def _touched(brand: Brand, kind: str) -> QuerySet[Webinar]:
    """People's domains turn no switch of any webinar."""
    webinars = Webinar.objects.filter(connection__brand=brand)
    return webinars.none() if kind == Kind.CONTACT else webinars


def _excluded_by(brand: Brand, domains: tuple[str, ...]) -> QuerySet[Webinar]:
    """Webinars with people whom these entries kept out: they may enter now."""
    reason = SkippedPerson.Reason.EXCLUDED_DOMAIN
    skipped = SkippedPerson.objects.filter(reason=reason, rule__in=domains)
    return Webinar.objects.filter(connection__brand=brand, pk__in=skipped.values("webinar"))


def _add(
    brand: Brand, kind: DomainExclusion.Kind, wanted: tuple[str, ...], actor: Actor | None
) -> list[SettingChange]:
    there = set(DomainExclusion.objects.filter(brand=brand, kind=kind).values_list("domain", flat=True))
    new = [domain for domain in wanted if domain not in there]
    DomainExclusion.objects.bulk_create(
        DomainExclusion(brand=brand, kind=kind, domain=domain, created_by_name=name_of(actor))
        for domain in new
    )
    return [_history(brand, actor, kind, old="", new=domain) for domain in new]


def _remove(
    brand: Brand, kind: DomainExclusion.Kind, unwanted: tuple[str, ...], actor: Actor | None
) -> list[SettingChange]:
    rows = DomainExclusion.objects.filter(brand=brand, kind=kind, domain__in=unwanted)
    gone = sorted(rows.values_list("domain", flat=True))
    rows.delete()
    return [_history(brand, actor, kind, old=domain, new="") for domain in gone]


def _history(
    brand: Brand, actor: Actor | None, kind: DomainExclusion.Kind, old: str, new: str
) -> SettingChange:
    return change_of(brand, actor, Scope.EXCLUSION, kind, old, new, target=old or new)
