"""Text messages through a gateway that takes signed JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Collection

from standardwebhooks import Webhook

from assistant.notices.channels.outgoing import post
from assistant.notices.channels.signing import signed_headers
from assistant.notices.messages import Addressed, Message, short_text_of

# The only numbers of ours that can read; a landline rings at best.
_MOBILE = re.compile(r"1[3-9]\d{9}")


class SmsChannel:
    """Posts `{"id", "to", "text"}` to the gateway, with the headers of Standard Webhooks; 2xx means taken."""

    name = "sms"
    drops_repeats = True

    def __init__(
        self, url: str, key: Webhook, place: str, internal_hosts: Collection[str] = ()
    ) -> None:
        self._url = url
        self._key = key
        self._place = place
        self._internal_hosts = internal_hosts

    def accepts(self, addressed: Addressed) -> bool:
        return addressed.is_citizen and bool(_MOBILE.fullmatch(addressed.phone or ""))

    def send(self, message: Message) -> None:
        told = {
            "id": message.id,
            "to": message.to.phone,
            "text": short_text_of(message, self._place),
        }
        body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        headers = signed_headers(self._key, message.id, message.sent_at, body)
        post(self._url, body, headers, self._internal_hosts)
