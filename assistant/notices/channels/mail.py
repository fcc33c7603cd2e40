"""E-mail through the bureau's own SMTP server."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from assistant.notices.channels.channel import NotConfigured, NotSent, Unknown
from assistant.notices.messages import Addressed, Message, letter_of, subject_of
from assistant.settings import SHANGHAI

_SECONDS = 10.0
_IMPLICIT_TLS_PORT = 465
# What `Address` raises for what is none.
_UNREADABLE = (ValueError, IndexError, MessageError)


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in, and as whom. `internal`: a password may travel without TLS, within the house."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    internal: bool = False


class MailChannel:
    """One letter for each notice to a citizen who left an e-mail address."""

    name = "email"
    drops_repeats = False  # some mailboxes do, by the Message-ID; none has to

    def __init__(self, server: MailServer, place: str) -> None:
        self._server = server
        self._place = place
        self._from = _sender_of(server.sender)

    def accepts(self, addressed: Addressed) -> bool:
        return addressed.is_citizen and bool(addressed.email)

    def send(self, message: Message) -> None:
        letter = self._written(message)
        recipient = letter["To"].addresses[0].addr_spec
        try:
            with _connected(self._server) as connection:
                self._hand_over(connection, letter, recipient)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise NotSent(f"邮件服务器不收这个地址（SMTP {code}）") from None
        except smtplib.SMTPResponseException as error:
            raise NotSent(f"邮件服务器拒绝（SMTP {error.smtp_code}）") from None
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            raise NotSent(f"邮件没有发出（{type(error).__name__}）") from None

    def _hand_over(self, connection: smtplib.SMTP, letter: EmailMessage, recipient: str) -> None:
        try:
            connection.send_message(letter, self._from.addr_spec, [recipient])
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            if isinstance(error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused):
                raise
            raise Unknown(f"邮件交出时连接中断，不知道是否送到（{type(error).__name__}）") from None

    def _written(self, message: Message) -> EmailMessage:
        letter = EmailMessage(policy=SMTP)
        letter["From"] = self._from
        try:
            letter["To"] = Address(addr_spec=message.to.email or "")
        except _UNREADABLE:
            raise NotSent("电子邮箱的写法不能投递") from None
        letter["Subject"] = subject_of(message)
        letter["Date"] = format_datetime(message.sent_at.astimezone(SHANGHAI))
        letter["Message-ID"] = f"<{message.id}@{self._from.domain}>"
        letter["Auto-Submitted"] = "auto-generated"  # no holiday greetings in answer (RFC 3834)
        letter.set_content(letter_of(message, self._place), cte="base64")  # any server takes it
        return letter


def _sender_of(sender: str) -> Address:
    """`市林水局 <notice@example.gov.cn>` or the bare address."""
    name, address = parseaddr(sender)
    try:
        parsed = Address(display_name=name, addr_spec=address)
    except _UNREADABLE:
        parsed = Address()
    if not parsed.domain:
        raise NotConfigured("XUNDA_SMTP_SENDER 应是发件人的邮箱地址")
    return parsed


@contextlib.contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """An open connection, encrypted whenever the server offers it, and signed in where there is a password."""
    context = ssl.create_default_context()
    connection: smtplib.SMTP
    if server.port == _IMPLICIT_TLS_PORT:
        connection = smtplib.SMTP_SSL(server.host, server.port, timeout=_SECONDS, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=_SECONDS)
    try:
        _greet(connection, server, context)
        yield connection
        # The letter has been taken; how we part does not matter any more.
        with contextlib.suppress(smtplib.SMTPException, OSError):
            connection.quit()
    finally:
        connection.close()


def _greet(connection: smtplib.SMTP, server: MailServer, context: ssl.SSLContext) -> None:
    connection.ehlo()
    encrypted = server.port == _IMPLICIT_TLS_PORT
    if not encrypted and connection.has_extn("starttls"):
        connection.starttls(context=context)
        connection.ehlo()
        encrypted = True
    if not server.password:
        return
    if not encrypted and not server.internal:
        raise NotSent("邮件服务器不支持加密，没有发送口令")
    connection.login(server.user, server.password)
