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
        if not self._limiter.hit(item, key):
            raise self._too_many(item, key)

    def require_left(self, rule: str, key: str) -> None:
        """`TooMany` when `key` has no use of `rule` left; counts nothing."""
        item = self._rules[rule]
        if not self._limiter.test(item, key):
            raise self._too_many(item, key)

    def _too_many(self, item: RateLimitItem, key: str) -> TooMany:
        reset = self._limiter.get_window_stats(item, key).reset_time
        return TooMany(retry_after=max(1, math.ceil(reset - time.time())))


def address(request: Request) -> str:
    """The client's address as the server sees it (uvicorn applies trusted proxies' headers)."""
    return request.client.host if request.client else "unknown"
