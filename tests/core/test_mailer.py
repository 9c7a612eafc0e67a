import pytest

from core.mailer import TIMEOUT, mailers

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("", {"host": "localhost", "port": 25}),
        ("smtp://mail.example.com:2525", {"host": "mail.example.com", "port": 2525}),
        (
            "smtp+tls://me%40acme.test:pass%2Fword@mail.example.com:587",
            {
                "host": "mail.example.com",
                "port": 587,
                "username": "me@acme.test",
                "password": "pass/word",
                "use_tls": True,
            },
        ),
        ("smtp+ssl://mail.example.com:465", {"host": "mail.example.com", "port": 465, "use_ssl": True}),
    ],
)
def test_an_address_says_which_mail_server_and_how(url, options):
    assert mailers(url) == {"default": {"BACKEND": SMTP, "OPTIONS": options | {"timeout": TIMEOUT}}}
