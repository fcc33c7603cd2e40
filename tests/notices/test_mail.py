"""Letters through a real SMTP server on this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.notices.channels import MailChannel, MailServer, NotSent
from tests.notices.conftest import a_message
from tests.notices.servers import MailSink, taking_mail

PLACE = "https://xunda.example.gov.cn/track"


def channel(sink: MailSink, host: str = "127.0.0.1", **given: object) -> MailChannel:
    sender = "市林水局 <notice@example.gov.cn>"
    return MailChannel(MailServer(host, sink.port, sender, **given), PLACE)  # type: ignore[arg-type]


def test_letter_says_number_news_and_place_and_no_more() -> None:
    with taking_mail() as sink:
        channel(sink).send(a_message())
        (mail,) = sink.mails
    assert (mail.sender, mail.recipients) == ("notice@example.gov.cn", ["wang@example.com"])
    assert mail.letter["To"] == "wang@example.com"
    assert mail.letter["From"] == "市林水局 <notice@example.gov.cn>"
    assert mail.letter["Auto-Submitted"] == "auto-generated"
    assert "20260427-0001" in mail.letter["Subject"]
    text = mail.letter.get_content()
    for part in ("20260427-0001", "已经答复", PLACE, "查询码"):
        assert part in text
    assert "13800001234" not in str(mail.letter)


def test_repeat_is_known_by_its_message_id() -> None:
    with taking_mail() as sink:
        for number in ("msg_1", "msg_1", "msg_2"):
            channel(sink).send(a_message(id=number))
        ids = [mail.letter["Message-ID"] for mail in sink.mails]
    assert ids == [f"<{number}@example.gov.cn>" for number in ("msg_1", "msg_1", "msg_2")]


def test_offered_encryption_is_used(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with taking_mail(certificate=certificate) as sink:
        channel(sink, "localhost", user="xunda", password="secret").send(a_message())
        (mail,) = sink.mails
    assert (mail.encrypted, mail.signed_in) == (True, True)


def test_server_nobody_vouches_for_gets_nothing(certificate: Path) -> None:
    with taking_mail(certificate=certificate) as sink:
        with pytest.raises(NotSent, match="没有发出"):
            channel(sink, "localhost").send(a_message())
        assert sink.mails == []


def test_password_does_not_travel_in_the_clear() -> None:
    with taking_mail() as sink:
        with pytest.raises(NotSent, match="不支持加密"):
            channel(sink, user="xunda", password="secret").send(a_message())
        assert sink.mails == []


def test_password_may_travel_within_the_house() -> None:
    with taking_mail() as sink:
        channel(sink, user="xunda", password="secret", internal=True).send(a_message())
        assert sink.mails[0].signed_in


def test_refused_address_is_not_named() -> None:
    with taking_mail(refuse=True) as sink:
        with pytest.raises(NotSent, match="550") as refused:
            channel(sink).send(a_message())
        assert sink.mails == []
    assert "wang" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_nobody_there_is_a_failure() -> None:
    with taking_mail() as sink:
        gone = channel(sink)
    with pytest.raises(NotSent, match="没有发出"):
        gone.send(a_message())


@pytest.mark.parametrize(
    "email",
    [
        "a,b@example.com",
        "a;b@example.com",
        "<a@example.com",
        "a@example.com>",
        "a@example.com\r\nBcc: b@example.com",
        "王@example.com",
        "a@例子.com",
        "@",
        "",
    ],
)
def test_odd_address_reaches_nobody(email: str) -> None:
    with taking_mail() as sink:
        with pytest.raises(NotSent):
            channel(sink).send(a_message(email=email))
        assert sink.mails == []


def test_password_is_not_printed() -> None:
    assert "secret" not in repr(MailServer("h", 25, "a@b.cn", "xunda", "secret"))
