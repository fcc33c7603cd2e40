"""Events of every case to a program of the bureau's choice, by Standard Webhooks."""

from __future__ import annotations

import json
from collections.abc import Collection

from standardwebhooks import Webhook

from assistant.notices.channels.outgoing import post
from assistant.notices.channels.signing import signed_headers
from assistant.notices.messages import Addressed, Message, event_of


class WebhookChannel:
    """Posts each citizen's notice as a signed event: receipt number, kind, status, instant."""

    name = "webhook"
    drops_repeats = True

    def __init__(self, url: str, key: Webhook, internal_hosts: Collection[str] = ()) -> None:
        self._url = url
        self._key = key
        self._internal_hosts = internal_hosts

    def accepts(self, addressed: Addressed) -> bool:
        return addressed.is_citizen

    def send(self, message: Message) -> None:
        body = json.dumps(event_of(message), ensure_ascii=False, separators=(",", ":")).encode()
        headers = signed_headers(self._key, message.id, message.sent_at, body)
        post(self._url, body, headers, self._internal_hosts)
