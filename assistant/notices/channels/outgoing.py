"""Calling an address somebody typed in: only where it may lead, once resolved, and not for longer than five seconds.

An address in the settings is still an address from outside. Without care it reaches what only this machine can
reach (SSRF): the database beside us, a cloud's metadata service. So the name is resolved once, every address it
has must be a public one, the connection goes to exactly that address, and no redirect is followed.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpx

from assistant.notices.channels.channel import NotSent

TOTAL_SECONDS = 5.0
RESPONSE_BYTES = 64 * 1024

IPAddress = IPv4Address | IPv6Address

# What `is_global` of this Python still takes for public, or what leads to an IPv4 address inside.
_DENIED = tuple(
    ip_network(network)
    for network in (
        "192.0.0.0/24",
        "192.88.99.0/24",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/23",
        "2002::/16",
        "fec0::/10",
    )
)


@dataclass(frozen=True, slots=True)
class _Target:
    """Where a request goes: the address as typed, and the one address its name was resolved to."""

    url: httpx.URL
    address: str


def is_public(address: IPAddress) -> bool:
    """Whether an address is anybody's on the internet: not ours, not the link's, not a tunnel into either."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return False
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    return not any(address in network for network in _DENIED if network.version == address.version)


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    internal_hosts: Collection[str] = (),
    seconds: float = TOTAL_SECONDS,
) -> None:
    """POST `body`; return when the other side said 2xx within `seconds` all in all, else raise `NotSent`.

    Only https, only public addresses; a host in `internal_hosts` may be called without TLS and at home. Of the
    response no more than `RESPONSE_BYTES` is read, and nothing kept.
    """
    target = _resolve(url, internal_hosts)
    try:
        status = asyncio.run(_post(target, body, headers, seconds))
    except (TimeoutError, httpx.TimeoutException):
        raise NotSent(f"对方{seconds:g}秒内没有答复") from None
    except (httpx.HTTPError, OSError) as error:
        raise NotSent(f"连接不上对方（{type(error).__name__}）") from None
    if not 200 <= status < 300:
        raise NotSent(f"对方答复 HTTP {status}")


def _resolve(url: str, internal_hosts: Collection[str]) -> _Target:
    try:
        typed = httpx.URL(url)
    except httpx.InvalidURL:
        raise NotSent("地址写得不对") from None
    internal = typed.host in internal_hosts
    host = typed.raw_host.decode("ascii")
    if not host or typed.scheme not in (("https", "http") if internal else ("https",)):
        raise NotSent("地址必须以 https:// 开头")
    addresses = _addresses_of(host, typed.port or (80 if typed.scheme == "http" else 443))
    if not internal and not all(map(is_public, addresses)):
        raise NotSent("这个地址指向内部网络，不能连接")
    return _Target(typed, str(addresses[0]))


def _addresses_of(host: str, port: int) -> list[IPAddress]:
    """Every address of a host, the one to connect to first."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotSent("找不到这个地址") from None
    # A link-local address comes with its interface behind a percent sign.
    return [ip_address(str(sockaddr[0]).partition("%")[0]) for *_, sockaddr in found]


async def _post(target: _Target, body: bytes, headers: Mapping[str, str], seconds: float) -> int:
    # httpx's own limits hold for each read: one byte every four seconds would never end.
    async with asyncio.timeout(seconds), _client(target.url) as client:
        request = client.build_request(
            "POST",
            target.url.copy_with(host=target.address),
            content=body,
            headers={**headers, "user-agent": "xunda", "host": target.url.netloc.decode("ascii")},
            # The certificate must be that of the name, though the connection goes to the number.
            extensions={"sni_hostname": target.url.raw_host.decode("ascii")},
        )
        response = await client.send(request, stream=True)
        try:
            await _read_some(response)
        finally:
            await response.aclose()
        return response.status_code


def _client(url: httpx.URL) -> httpx.AsyncClient:
    secure = ssl.create_default_context() if url.scheme == "https" else False
    return httpx.AsyncClient(
        verify=secure,
        trust_env=False,  # a proxy would resolve the name again
        follow_redirects=False,
        timeout=TOTAL_SECONDS,
    )


async def _read_some(response: httpx.Response) -> None:
    """Let the other side finish a short answer; of a long one, leave. Raw: nothing is unpacked."""
    seen = 0
    async for chunk in response.aiter_raw():
        seen += len(chunk)
        if seen > RESPONSE_BYTES:
            return
