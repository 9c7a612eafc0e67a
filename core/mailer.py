"""Django's mail settings from one address: smtp+tls://user:password@mail.example.com:587."""

from typing import Any

import environ

_OPTIONS = {
    "EMAIL_HOST": "host",
    "EMAIL_PORT": "port",
    "EMAIL_HOST_USER": "username",
    "EMAIL_HOST_PASSWORD": "password",
    "EMAIL_USE_TLS": "use_tls",
    "EMAIL_USE_SSL": "use_ssl",
}
# Seconds: a mail server that hangs must not hold a worker for long.
TIMEOUT = 20


def mailers(url: str) -> dict[str, dict[str, Any]]:
    """What the setting MAILERS takes. Without an address the default mailer is the server on this machine."""
    facts = environ.Env.email_url_config(url or "smtp://localhost:25")
    options = {name: facts[key] for key, name in _OPTIONS.items() if facts.get(key)}
    if facts["EMAIL_BACKEND"].endswith("smtp.EmailBackend"):
        options["timeout"] = TIMEOUT
    return {"default": {"BACKEND": facts["EMAIL_BACKEND"], "OPTIONS": options}}
