"""Rate limits: narrow for one session or account, wide for an address that a village may share."""

from __future__ import annotations

import math
import time

from fastapi import Request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from assistant.errors import TooMany


class Limits:
    """The limits of config.yml, counted in this process."""

    def __init__(self, rules: dict[str, str]) -> None:
        self._rules: dict[str, RateLimitItem] = {name: parse(rule) for name, rule in rules.items()}
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def check(self, rule: str, key: str) -> None:
        """Count one use of `rule` by `key`; `TooMany` with the seconds to wait when there are none left."""
        item = self._rules[rule]
        if self._limiter.hit(item, key):
            return
        reset = self._limiter.get_window_stats(item, key).reset_time
        raise TooMany(retry_after=max(1, math.ceil(reset - time.time())))


def address(request: Request) -> str:
    """The client's address as the server sees it (uvicorn applies trusted proxies' headers)."""
    return request.client.host if request.client else "unknown"
