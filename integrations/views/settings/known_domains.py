"""The email domains that are known here, with how much an exclusion of each would touch.

Hosts' domains count webinars, registrants' domains count people.
"""

from collections import Counter
from typing import NamedTuple

from django.core.cache import cache
from django.db.models import Count

from contacts.models import Brand
from integrations.models import DomainExclusion, Registrant, Webinar
from integrations.settings.effective import exclusions

MOST = 200
MOST_KEPT = 5000
KEPT_FOR = 300  # seconds: counting the registrants' domains reads all of them


class KnownDomain(NamedTuple):
    domain: str
    touched: int  # webinars of these hosts, or people


def known_domains(brand: Brand, kind: str, search: str = "") -> list[KnownDomain]:
    """Those that no entry of the list covers yet, the most frequent first; at most MOST."""
    counted = _of_people(brand) if kind == DomainExclusion.Kind.CONTACT else _of_hosts(brand)
    covered = exclusions(brand)[kind]
    wanted = [
        KnownDomain(domain, count)
        for domain, count in counted.items()
        if domain and domain not in covered and search.lower() in domain
    ]
    return sorted(wanted, key=lambda known: (-known.touched, known.domain))[:MOST]


def _of_hosts(brand: Brand) -> dict[str, int]:
    hosts = Webinar.objects.filter(connection=brand.connection).values_list("host_email")
    counted: Counter[str] = Counter()
    for email, webinars in hosts.annotate(webinars=Count("pk")):
        counted[email.rpartition("@")[2]] += webinars
    return counted


def _of_people(brand: Brand) -> dict[str, int]:
    key = f"known-domains:{brand.pk}"
    counts: dict[str, int] | None = cache.get(key)
    if counts is None:
        counts = dict(_counted_people(brand))
        cache.set(key, counts, KEPT_FOR)
    return counts


def _counted_people(brand: Brand) -> list[tuple[str, int]]:
    """Counted here, because a database sorts all rows to count distinct addresses for each domain."""
    registrants = Registrant.objects.filter(webinar__connection=brand.connection, email__contains="@")
    emails = registrants.order_by().values_list("email", flat=True).distinct()
    return Counter(email.rpartition("@")[2] for email in emails).most_common(MOST_KEPT)
