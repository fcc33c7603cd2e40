"""The ways of telling people outside the page. Each is there only when its settings are."""

from __future__ import annotations

from assistant.notices.channels.channel import Channel, NotConfigured, NotSent
from assistant.notices.channels.mail import MailChannel, MailServer
from assistant.notices.channels.signing import checked_key
from assistant.notices.channels.sms import SmsChannel
from assistant.notices.channels.webhook import WebhookChannel
from assistant.notices.messages import tracking_place
from assistant.settings import Settings

__all__ = [
    "Channel",
    "MailChannel",
    "MailServer",
    "NotConfigured",
    "NotSent",
    "SmsChannel",
    "WebhookChannel",
    "channels_from",
]


def channels_from(settings: Settings) -> list[Channel]:
    """The channels that are configured; none by default. `NotConfigured` where settings do not fit together."""
    place = tracking_place(settings.site_url)
    internal = frozenset(settings.internal_hosts)
    channels: list[Channel] = []
    if settings.smtp_host:
        server = MailServer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            sender=settings.smtp_sender,
            user=settings.smtp_user,
            password=settings.smtp_password.get_secret_value(),
            internal=settings.smtp_host in internal,
        )
        channels.append(MailChannel(server, place))
    if settings.sms_url:
        key = checked_key(settings.sms_secret, "XUNDA_SMS_SECRET")
        channels.append(SmsChannel(settings.sms_url, key, place, internal))
    if settings.webhook_url:
        key = checked_key(settings.webhook_secret, "XUNDA_WEBHOOK_SECRET")
        channels.append(WebhookChannel(settings.webhook_url, key, internal))
    return channels
