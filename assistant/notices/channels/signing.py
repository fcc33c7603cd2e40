"""Standard Webhooks: the three headers by which a receiver knows the sender, the moment, and a repeat."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime

from pydantic import SecretStr
from standardwebhooks import Webhook

from assistant.notices.channels.channel import NotConfigured

_PREFIX = "whsec_"
# The standard asks for 24 to 64 bytes.
_LEAST, _MOST = 24, 64


def checked_key(secret: SecretStr, setting: str) -> Webhook:
    """What signs with `secret`; `NotConfigured` names the setting when that is no `whsec_…` of fitting length."""
    wrong = NotConfigured(f"{setting} 应以 whsec_ 开头，后面是 24 至 64 字节随机数的 base64")
    text = secret.get_secret_value()
    if not text.startswith(_PREFIX):
        raise wrong
    try:
        key = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        raise wrong from None
    if not _LEAST <= len(key) <= _MOST:
        raise wrong
    return Webhook(key)


def signed_headers(key: Webhook, message_id: str, sent_at: datetime, body: bytes) -> dict[str, str]:
    """webhook-id, webhook-timestamp and webhook-signature (v1, HMAC-SHA256) of `body`."""
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(sent_at.timestamp())),
        "webhook-signature": key.sign(message_id, sent_at.astimezone(UTC), body.decode()),
    }
