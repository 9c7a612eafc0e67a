"""`python -m core.healthcheck ADDRESS`: whether the web server answers, for images without curl.

Asks for a host that the app answers for, wherever it is asked from. Exits with 0 or 1.
"""

import os
import sys
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit


def answers(address: str, allowed_hosts: str) -> bool:
    parts = urlsplit(address)
    connection = HTTPConnection(parts.netloc, timeout=4)
    try:
        connection.request("GET", parts.path, headers={"Host": host_to_ask_for(allowed_hosts)})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def host_to_ask_for(allowed_hosts: str) -> str:
    """The first of Django's ALLOWED_HOSTS that is one: not "*", and of ".example.com" the domain."""
    hosts = (host.strip().lstrip(".") for host in allowed_hosts.split(","))
    return next((host for host in hosts if host not in {"", "*"}), "localhost")


if __name__ == "__main__":
    sys.exit(not answers(sys.argv[1], os.environ.get("ALLOWED_HOSTS", "")))
