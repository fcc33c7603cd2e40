"""Refusals. Each names the refused act, says so to the citizen in Chinese, and knows its status."""

from __future__ import annotations


class Refused(Exception):
    """A request that cannot be carried out; `message` is fit to be shown, `status` is HTTP's word for it."""

    status = 400
    code = "refused"
    message = "这项操作现在不能进行。"

    def __init__(self, message: str | None = None, **details: object) -> None:
        self.message = message or self.message
        self.details = details
        super().__init__(self.message)


class Invalid(Refused):
    """Input that cannot be taken as it is; `details` may name the field."""

    status, code = 422, "invalid"
    message = "填写的内容有误，请检查后再提交。"


class NotFound(Refused):
    status, code = 404, "not_found"
    message = "没有找到您要查的内容，请核对后再试。"


class Forbidden(Refused):
    status, code = 403, "forbidden"
    message = "您没有进行这项操作的权限。"


class NotSignedIn(Refused):
    status, code = 401, "not_signed_in"
    message = "请先登录。"


class Conflict(Refused):
    """Somebody else was first, or the step does not follow from the present state."""

    status, code = 409, "conflict"
    message = "这件事刚刚被别人处理过，请刷新后再看。"


class Expired(Refused):
    status, code = 403, "expired_form"
    message = "页面停留太久，表单已经过期。您填写的内容还在，请重新提交一次。"


class TooMany(Refused):
    """Over a rate limit; `details["retry_after"]` is in seconds."""

    status, code = 429, "too_many_requests"
    message = "操作太频繁了，请稍等一会儿再试。急事请拨打 12345。"


class Unavailable(Refused):
    """Nothing was saved, and the citizen must know it."""

    status, code = 503, "unavailable"
    message = "系统暂时不能保存您的内容，请稍后再试，或拨打 12345。"
