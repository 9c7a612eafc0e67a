"""Who may enter the CRM, and why not: the order of the checks is the order of the reasons."""

import re

from zoom_simulator.policy import Policy

LOCAL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+")
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")


def normal(email: str) -> str:
    """Trimmed, in lower case, the domain in its ASCII form (what is no address: only trimmed and lowered)."""
    text = email.replace("\0", "").strip().lower()
    local, at, domain = text.rpartition("@")
    try:
        return local + at + ascii_domain(domain) if at else text
    except UnicodeError:
        return text


def ascii_domain(domain: str) -> str:
    return domain.encode("idna").decode() if not domain.isascii() else domain


def is_valid(email: str) -> bool:
    """Of a normalised address. Plain on purpose: scenarios keep to addresses that are clearly one or the
    other."""
    local, _, domain = email.rpartition("@")
    labels = domain.split(".")
    return bool(
        len(local) <= 64
        and LOCAL.fullmatch(local)
        and not (local.startswith(".") or local.endswith(".") or ".." in local)
        and len(labels) > 1
        and all(LABEL.fullmatch(label) for label in labels)
    )


def is_listed(email: str, domains: list[str]) -> bool:
    """A listed domain covers its subdomains."""
    domain = email.rpartition("@")[2]
    listed = [ascii_domain(domain.strip().lower().lstrip("*").lstrip("@.")) for domain in domains]
    return any(domain == row or domain.endswith("." + row) for row in listed)


def reason_against(email: str, policy: Policy) -> str:
    """Of a normalised address; the empty string if the person may enter."""
    if not email:
        return "no_email"
    if email in map(normal, policy.deleted):
        return "deleted_contact"
    if not is_valid(email):
        return "invalid_email"
    if email in map(normal, policy.account_users):
        return "account_user"
    if is_listed(email, policy.exclude_contacts):
        return "excluded_domain"
    secondary = [
        normal(secondary_email)
        for contact in policy.existing_contacts
        for secondary_email in contact.secondary_emails
    ]
    return "secondary_email" if email in secondary else ""


def split(display_name: str) -> tuple[str, str]:
    """First and last name. Plain on purpose: scenarios have names, devices and addresses."""
    words = [word for word in display_name.partition(" (")[0].split() if any(map(str.isalnum, word))]
    if (
        "@" in display_name
        or "iphone" in display_name.lower()
        or not all(word[0].isalpha() for word in words)
    ):
        return "", ""
    return words[0] if words else "", " ".join(words[1:])
