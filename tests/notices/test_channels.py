"""What leaves the house on each way: signed, short, and without a word a citizen wrote."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr
from standardwebhooks import Webhook, WebhookVerificationError

from assistant.notices import NoticeKind
from assistant.notices.channels import (
    NotConfigured,
    NotSent,
    SmsChannel,
    WebhookChannel,
    channels_from,
)
from assistant.notices.channels.signing import checked_key
from assistant.notices.messages import Addressed, message_id, tracking_place
from assistant.settings import Settings
from tests.cases.conftest import NOW
from tests.notices.conftest import KEY, LOOPBACK, MAIL, SMS, WEBHOOK, a_message
from tests.notices.servers import WHSEC, hang, receiving

NOBODY = Addressed(True)
STAFF = Addressed(False, "a@b.cn", "13800001234")


@pytest.mark.parametrize("channel", [MAIL, SMS, WEBHOOK])
def test_staff_are_not_told_outside_the_page(channel: object) -> None:
    assert not channel.accepts(STAFF)  # type: ignore[attr-defined]


def test_each_way_needs_its_own_address() -> None:
    both = Addressed(True, "a@b.cn", "13800001234")
    assert [one.accepts(both) for one in (MAIL, SMS, WEBHOOK)] == [True, True, True]
    assert [one.accepts(NOBODY) for one in (MAIL, SMS, WEBHOOK)] == [False, False, True]


@pytest.mark.parametrize("phone", ["0571-88001234", "88001234", "12800001234", "138000012345", ""])
def test_only_mobiles_get_a_text_message(phone: str) -> None:
    assert not SMS.accepts(Addressed(True, None, phone))


def test_webhook_is_signed_as_the_standard_says() -> None:
    message = replace(a_message(), sent_at=datetime.now(UTC))
    with receiving() as receiver:
        WebhookChannel(receiver.url, KEY, LOOPBACK).send(message)
        (got,) = receiver.received
    event = Webhook(WHSEC).verify(got.body, got.headers)
    assert got.id == "msg_1"
    assert event == {
        "type": "case.replied",
        "timestamp": NOW.isoformat(),
        "data": {
            "receipt_no": "20260427-0001",
            "kind": "replied",
            "status": "sent",
            "at": NOW.isoformat(),
        },
    }
    with pytest.raises(WebhookVerificationError):
        Webhook(WHSEC).verify(got.body + b" ", got.headers)
    other = Webhook(b"another key of thirty-two bytes!")
    with pytest.raises(WebhookVerificationError):
        other.verify(got.body, got.headers)


def test_old_recording_of_a_webhook_does_not_verify() -> None:
    with receiving() as receiver:
        WebhookChannel(receiver.url, KEY, LOOPBACK).send(a_message())  # sent_at long ago
        (got,) = receiver.received
    with pytest.raises(WebhookVerificationError, match="old"):
        Webhook(WHSEC).verify(got.body, got.headers)


def test_webhook_leaves_a_hanging_receiver_after_five_seconds() -> None:
    with receiving(hang) as receiver:
        started = time.monotonic()
        with pytest.raises(NotSent, match="5秒"):
            WebhookChannel(receiver.url, KEY, LOOPBACK).send(a_message())
        assert 4.5 < time.monotonic() - started < 8


def test_webhook_names_nobody() -> None:
    with receiving() as receiver:
        WebhookChannel(receiver.url, KEY, LOOPBACK).send(a_message())
        (got,) = receiver.received
    sent = got.body.decode() + str(got.headers)
    assert "13800001234" not in sent
    assert "wang@example.com" not in sent


@pytest.mark.parametrize(
    "kind",
    [NoticeKind.REPLIED, NoticeKind.SUPPLEMENT_ASKED, NoticeKind.FEE_ASKED],
)
def test_text_message_says_number_news_and_place(kind: NoticeKind) -> None:
    message = replace(a_message(), kind=kind, sent_at=datetime.now(UTC))
    with receiving() as receiver:
        place = tracking_place("https://xunda.example.gov.cn/")
        SmsChannel(receiver.url, KEY, place, LOOPBACK).send(message)
        (got,) = receiver.received
    told = Webhook(WHSEC).verify(got.body, got.headers)
    assert (told["id"], told["to"]) == ("msg_1", "13800001234")
    for part in ("20260427-0001", kind.label, "https://xunda.example.gov.cn/track", "查询码"):
        assert part in told["text"]
    assert len(told["text"]) <= 140  # two messages of seventy characters


def test_place_has_a_name_where_no_address_is_set() -> None:
    assert "查进度" in tracking_place("")


def test_id_depends_on_nothing_but_the_notice_and_the_way() -> None:
    assert message_id("k", NOW, "email") == message_id("k", NOW, "email")
    assert len({message_id(*given) for given in [("k", NOW, "email"), ("k", NOW, "sms")]}) == 2
    assert message_id("k", NOW, "email") != message_id("l", NOW, "email")


def test_nothing_is_told_outside_by_default() -> None:
    assert channels_from(Settings()) == []


def test_each_way_is_there_once_it_is_set() -> None:
    settings = Settings(
        smtp_host="mail.example.gov.cn",
        smtp_sender="市林水局 <notice@example.gov.cn>",
        sms_url="https://sms.example.gov.cn/send",
        sms_secret=SecretStr(WHSEC),
        webhook_url="https://example.gov.cn/hook",
        webhook_secret=SecretStr(WHSEC),
    )
    assert [one.name for one in channels_from(settings)] == ["email", "sms", "webhook"]
    assert WHSEC not in repr(settings)
    assert WHSEC not in json.dumps(settings.model_dump(mode="json"))


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"webhook_url": "https://a.cn/"}, "XUNDA_WEBHOOK_SECRET"),
        ({"webhook_url": "https://a.cn/", "webhook_secret": "hunter2"}, "XUNDA_WEBHOOK_SECRET"),
        ({"sms_url": "https://a.cn/", "sms_secret": "whsec_aHVudGVyMg=="}, "XUNDA_SMS_SECRET"),
        ({"sms_url": "https://a.cn/", "sms_secret": "whsec_hunter2!"}, "XUNDA_SMS_SECRET"),
        ({"smtp_host": "mail.a.cn"}, "XUNDA_SMTP_SENDER"),
        ({"smtp_host": "mail.a.cn", "smtp_sender": "no address"}, "XUNDA_SMTP_SENDER"),
        ({"smtp_host": "mail.a.cn", "smtp_sender": "notice@"}, "XUNDA_SMTP_SENDER"),
    ],
)
def test_settings_that_do_not_fit_are_named_without_their_value(
    given: dict[str, str], named: str
) -> None:
    with pytest.raises(NotConfigured, match=named) as refused:
        channels_from(Settings.model_validate(given))
    assert "hunter2" not in str(refused.value)


def test_key_is_checked_at_its_length() -> None:
    with pytest.raises(NotConfigured):
        checked_key(SecretStr("whsec_" + "QUFB" * 7), "X")  # 21 bytes
    checked_key(SecretStr("whsec_" + "QUFB" * 8), "X")  # 24
