"""Where an address from the settings may lead, and what a receiver can do to us (trust.md F13)."""

from __future__ import annotations

import socket
import time
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from assistant.notices.channels import NotSent
from assistant.notices.channels.outgoing import RESPONSE_BYTES, is_public, post
from tests.notices.conftest import LOOPBACK
from tests.notices.servers import answer, drip, flood, hang, receiving, write_certificate


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "100.100.100.200",  # a cloud's metadata service
        "169.254.169.254",  # another's
        "192.0.0.192",  # and another's
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ],
)
def test_address_inside_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["114.114.114.114", "8.8.8.8", "2400:3200::1"])
def test_address_outside_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "169.254.169.254",
        "user@127.0.0.1",
        "example.com@127.0.0.1",
        "１２７.0.0.1",
    ],
)
def test_no_spelling_of_this_machine_is_called(host: str) -> None:
    with receiving() as receiver:
        with pytest.raises(NotSent, match=r"内部网络|写得不对"):
            post(f"https://{host}:{receiver.port}/", b"{}", {})
        assert receiver.received == []


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:25/",
        "//127.0.0.1/",
        "",
        "https://",
        "https://exa mple/",
        "https://[::1",
        "https://example.com:port/",
    ],
)
def test_only_whole_https_addresses_are_called(url: str) -> None:
    with pytest.raises(NotSent, match=r"https|写得不对|找不到"):
        post(url, b"{}", {}, internal_hosts=("",))


def test_name_with_one_address_inside_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    def mixed(*_: object, **__: object) -> list[Any]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))
            for address in ("114.114.114.114", "127.0.0.1")
        ]

    monkeypatch.setattr(socket, "getaddrinfo", mixed)
    with pytest.raises(NotSent, match="内部网络"):
        post("https://rebinding.example/", b"{}", {})


def test_host_named_as_internal_is_called() -> None:
    with receiving() as receiver:
        post(receiver.url, b"{}", {"webhook-id": "1"}, LOOPBACK)
        assert [one.body for one in receiver.received] == [b"{}"]


def test_name_is_resolved_once_and_the_certificate_is_the_names(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    asked: list[str] = []
    resolve = socket.getaddrinfo

    def counted(host: Any, *rest: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        asked.append(name)
        return resolve("127.0.0.1" if name == "localhost" else name, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", counted)
    with receiving(certificate=certificate) as receiver:
        post(f"https://localhost:{receiver.port}/hook", b"{}", {}, ("localhost",))
        assert receiver.received[0].headers["host"] == f"localhost:{receiver.port}"
    assert asked.count("localhost") == 1


def test_certificate_of_another_name_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = write_certificate(tmp_path / "wrong.pem", "other.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(wrong))
    with receiving(certificate=wrong) as receiver:
        with pytest.raises(NotSent, match="连接不上"):
            post(f"https://localhost:{receiver.port}/", b"{}", {}, ("localhost",))
        assert receiver.received == []


def test_certificate_nobody_vouches_for_is_refused(certificate: Path) -> None:
    with receiving(certificate=certificate) as receiver:
        with pytest.raises(NotSent, match="连接不上"):
            post(f"https://localhost:{receiver.port}/", b"{}", {}, ("localhost",))
        assert receiver.received == []


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirect_is_a_failure_and_not_followed(status: int) -> None:
    with receiving() as inner, receiving(answer(status, Location=inner.url)) as outer:
        with pytest.raises(NotSent, match=str(status)):
            post(outer.url, b"{}", {}, LOOPBACK)
        assert len(outer.received) == 1
        assert inner.received == []


@pytest.mark.parametrize("status", [400, 404, 410, 429, 500, 503])
def test_refusal_is_a_failure(status: int) -> None:
    with receiving(answer(status)) as receiver, pytest.raises(NotSent, match=f"HTTP {status}"):
        post(receiver.url, b"{}", {}, LOOPBACK)


def test_gigabyte_in_answer_is_left_unread() -> None:
    with receiving(flood) as receiver:
        started = time.monotonic()
        post(receiver.url, b"{}", {}, LOOPBACK)
        assert time.monotonic() - started < 3
        assert receiver.flooded < 100 * RESPONSE_BYTES


@pytest.mark.parametrize("behaviour", [hang, drip])
def test_receiver_that_never_finishes_is_left(behaviour: Any) -> None:
    with receiving(behaviour) as receiver:
        started = time.monotonic()
        with pytest.raises(NotSent, match="没有答复"):
            post(receiver.url, b"{}", {}, LOOPBACK, seconds=0.5)
        assert 0.4 < time.monotonic() - started < 3


def test_nobody_there_is_a_failure() -> None:
    with receiving() as receiver:
        url = receiver.url
    with pytest.raises(NotSent, match="连接不上"):
        post(url, b"{}", {}, LOOPBACK)


def test_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as proxy, receiving() as receiver:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        post(receiver.url, b"{}", {}, LOOPBACK)
        assert (len(proxy.received), len(receiver.received)) == (0, 1)
