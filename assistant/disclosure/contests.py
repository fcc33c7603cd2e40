"""Reconsideration and litigation against a reply, by the columns of the annual report's Table 4. Pure."""

from __future__ import annotations

from assistant.labels import Labelled


class ContestKind(Labelled):
    RECONSIDERATION = "reconsideration", "行政复议"
    LITIGATION_DIRECT = "litigation_direct", "未经复议直接起诉"
    LITIGATION_AFTER = "litigation_after", "复议后起诉"


class ContestResult(Labelled):
    UPHELD = "upheld", "结果维持"
    CORRECTED = "corrected", "结果纠正"
    OTHER = "other", "其他结果"
    PENDING = "pending", "尚未审结"
