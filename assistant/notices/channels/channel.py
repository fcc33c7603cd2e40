"""What a way of telling must be able to do. Pure."""

from __future__ import annotations

from typing import Protocol

from assistant.notices.messages import Addressed, Message


class NotSent(Exception):
    """The message did not get through, as far as we know. The reason is kept and shown: no address, no name in it."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Unknown(NotSent):
    """It broke off after it may have been taken: nobody can say whether it got through."""


class NotConfigured(RuntimeError):
    """A channel's settings do not fit together; the message names the setting, never its value."""


class Channel(Protocol):
    """One way of telling people outside the page. `name` stands in the deliveries: never rename one."""

    @property
    def name(self) -> str: ...

    @property
    def drops_repeats(self) -> bool:
        """Whether the receiver drops a repeat by its id, so that what may have got through can be told again."""
        ...

    def accepts(self, addressed: Addressed) -> bool:
        """Whether these can be told this way."""
        ...

    def send(self, message: Message) -> None:
        """Tell them, or raise `NotSent`. Takes seconds: never to be called inside a transaction."""
        ...
