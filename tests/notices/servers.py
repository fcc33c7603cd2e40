"""Real servers to tell things to: an HTTP receiver that can misbehave, an SMTP sink, and a certificate for both."""

from __future__ import annotations

import base64
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import BaseServer, StreamRequestHandler, ThreadingTCPServer
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

WHSEC = "whsec_" + base64.b64encode(bytes(range(32))).decode()


@dataclass
class Received:
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


Behaviour = Callable[["Receiver", BaseHTTPRequestHandler], None]


def answer(status: int, **headers: str) -> Behaviour:
    """Answers with a status and nothing more."""

    def act(_: Receiver, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return act


def hang(receiver: Receiver, handler: BaseHTTPRequestHandler) -> None:
    """Says nothing until the test is over."""
    receiver.over.wait(30)


def drip(receiver: Receiver, handler: BaseHTTPRequestHandler) -> None:
    """Answers one letter at a time, for ever."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not receiver.over.wait(0.05):
        handler.wfile.write(b"a")


def flood(receiver: Receiver, handler: BaseHTTPRequestHandler) -> None:
    """Answers with a gigabyte, and counts what got away."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(10**9))
    handler.end_headers()
    block = b"x" * 65536
    for _ in range(10**9 // len(block)):
        handler.wfile.write(block)
        receiver.flooded += len(block)


@dataclass
class Receiver:
    """An HTTP server on this machine that keeps what it was told."""

    behaviour: Behaviour
    received: list[Received] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    flooded: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def ids(self) -> list[str]:
        return [one.id for one in self.received]


@contextmanager
def receiving(
    behaviour: Behaviour | None = None, certificate: Path | None = None
) -> Iterator[Receiver]:
    receiver = Receiver(behaviour or answer(204))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length)
            if len(body) < length:
                return  # who was speaking has died in the middle: nothing was said
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.received.append(Received(headers, body))
            receiver.behaviour(receiver, self)

        def log_message(self, *_: object) -> None:
            pass

    with _serving(_QuietHTTP(("127.0.0.1", 0), Handler), certificate) as port:
        receiver.port = port
        yield receiver
        receiver.over.set()


@dataclass
class Mail:
    """What an SMTP client handed in."""

    sender: str
    recipients: list[str]
    letter: EmailMessage
    encrypted: bool
    signed_in: bool


@dataclass
class MailSink:
    mails: list[Mail] = field(default_factory=list)
    refuse: bool = False
    starttls: ssl.SSLContext | None = None
    port: int = 0


@contextmanager
def taking_mail(refuse: bool = False, certificate: Path | None = None) -> Iterator[MailSink]:
    """An SMTP server on this machine; offers STARTTLS where it has a certificate."""
    sink = MailSink(refuse=refuse, starttls=_context(certificate) if certificate else None)

    class Handler(_SmtpHandler):
        pass

    Handler.sink = sink
    with _serving(_QuietTCP(("127.0.0.1", 0), Handler), None) as port:
        sink.port = port
        yield sink


class _SmtpHandler(StreamRequestHandler):
    sink: MailSink
    encrypted = signed_in = False

    def handle(self) -> None:
        self.sender, self.recipients = "", []
        self.reply("220 sink")
        while line := self.rfile.readline().decode().strip():
            verb = line.split()[0].upper()
            if verb == "QUIT":
                self.reply("221 bye")
                return
            getattr(self, f"on_{verb.lower()}")(line)

    def finish(self) -> None:
        super().finish()
        self.connection.close()  # after STARTTLS another than the server's own

    def on_ehlo(self, _: str) -> None:
        offered = ["sink"]
        if self.sink.starttls and not self.encrypted:
            offered.append("STARTTLS")
        offered.append("AUTH PLAIN")
        for word in offered[:-1]:
            self.reply(f"250-{word}")
        self.reply(f"250 {offered[-1]}")

    def on_starttls(self, _: str) -> None:
        assert self.sink.starttls is not None
        self.reply("220 go on")
        self.connection = self.sink.starttls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb", self.rbufsize)  # type: ignore[assignment]
        self.wfile = self.connection.makefile("wb", 0)  # type: ignore[assignment]
        self.encrypted = True

    def on_auth(self, _: str) -> None:
        self.signed_in = True
        self.reply("235 welcome")

    def on_mail(self, line: str) -> None:
        self.sender = line.split("<")[1].split(">")[0]
        self.reply("250 ok")

    def on_rcpt(self, line: str) -> None:
        self.recipients.append(line.split("<")[1].split(">")[0])
        self.reply("550 no such box" if self.sink.refuse else "250 ok")

    def on_data(self, _: str) -> None:
        self.reply("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return  # who was writing has died in the middle: no letter was handed in
            lines.append(line)
        letter = message_from_bytes(b"".join(lines), policy=SMTP)
        self.sink.mails.append(
            Mail(self.sender, self.recipients, letter, self.encrypted, self.signed_in)  # type: ignore[arg-type]
        )
        self.reply("250 taken")

    def on_rset(self, _: str) -> None:
        self.reply("250 ok")

    def reply(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class _Quiet:
    """The other side hanging up is what these tests are about, and no news."""

    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


class _QuietHTTP(_Quiet, ThreadingHTTPServer):
    pass


class _QuietTCP(_Quiet, ThreadingTCPServer):
    allow_reuse_address = True


@contextmanager
def _serving(server: BaseServer, certificate: Path | None) -> Iterator[int]:
    if certificate is not None:
        server.socket = _context(certificate).wrap_socket(server.socket, server_side=True)  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]  # type: ignore[misc]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def write_certificate(file: Path, host: str = "localhost") -> Path:
    """A self-signed certificate for `host` with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file


def wait_until(holds: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for what another thread or process does; fails the test when it does not."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
