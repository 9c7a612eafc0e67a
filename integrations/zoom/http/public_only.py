"""Connections to public addresses only, for requests whose address someone outside has chosen."""

import socket
from ipaddress import ip_address

from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from integrations.zoom.http.deadline import DeadlineAdapter, TimedConnection, TimedSecureConnection


class InsideNetworkError(Exception):
    """A name resolved to an address that is not public."""


def _public(connected: socket.socket) -> socket.socket:
    """Looks at the address that was connected to, not at the name: a name may change its mind in between."""
    if is_public(connected.getpeername()[0]):
        return connected
    connected.close()
    raise InsideNetworkError


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet's."""
    parsed = ip_address(address.partition("%")[0])
    return (getattr(parsed, "ipv4_mapped", None) or parsed).is_global


class _PublicConnection(TimedConnection):
    def _new_conn(self) -> socket.socket:
        return _public(super()._new_conn())


class _PublicSecureConnection(TimedSecureConnection):
    def _new_conn(self) -> socket.socket:
        return _public(super()._new_conn())


class _PublicPool(HTTPConnectionPool):
    ConnectionCls = _PublicConnection


class _PublicSecurePool(HTTPSConnectionPool):
    ConnectionCls = _PublicSecureConnection


class PublicOnlyAdapter(DeadlineAdapter):
    """Connects to public addresses only. Through a proxy it is the proxy that decides."""

    direct_pools = {"http": _PublicPool, "https": _PublicSecurePool}
