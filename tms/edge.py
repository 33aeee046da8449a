"""What stands between browsers and us: host names and reverse proxies (SECURITY.md S22)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Network = IPv4Network | IPv6Network


class OnlyFromPeers:
    """Believes what a proxy says of address, scheme and host where the peer is one of ours.

    Anybody else could write these headers himself, and so be throttled under a new address each
    time; from him they are taken away.
    """

    HEADERS = ("FOR", "PROTO", "HOST", "PORT", "PREFIX")

    def __init__(self, app: Wsgi, peers: Sequence[Network]) -> None:
        self.app, self.peers = app, peers
        self.fixed: Wsgi = ProxyFix(app, x_for=1, x_proto=1, x_host=1)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if self._is_ours(environ.get("REMOTE_ADDR", "")):
            return self.fixed(environ, start)
        for name in self.HEADERS:
            environ.pop(f"HTTP_X_FORWARDED_{name}", None)
        return self.app(environ, start)

    def _is_ours(self, text: str) -> bool:
        try:
            address = ip_address(text)
        except ValueError:
            return False
        return any(address in network for network in self.peers)


def init_app(app: Flask) -> None:
    """Put it in front of the application."""
    peers = [ip_network(text) for text in app.config["TMS_PEERS"]]
    app.wsgi_app = OnlyFromPeers(app.wsgi_app, peers)  # type: ignore[method-assign, assignment]
