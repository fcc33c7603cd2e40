"""The verbs of a case. Each takes `session`, `actor` and `now`, ends in `move`, and never commits.

    opening     a case begins
    desk        confirm, register, accept, assign, return, decline, transfer, merge, remind, supervise
    handling    claim, draft, review, approve, sign, send, deliver, close, rate, reopen, withdraw, archive
    applying    what only an application for information has: supplement, consultation, fee, extension, contest
    clockwork   what the worker does: overdue, silence, idle claims, recomputation
    moving      the one way a case moves

They raise `NotFound`, `Invalid`, `Forbidden` (not this person) and `Conflict` (not from this state, or somebody
was faster); after any of these nothing of the verb is to be kept.
"""

from assistant.cases.actions.applying import (
    ask_supplement,
    charge_fee,
    consult,
    decide_contest,
    extend,
    lapse,
    receive_fee,
    receive_opinion,
    receive_supplement,
    record_contest,
)
from assistant.cases.actions.clockwork import CHORES, Chore, recompute, recompute_all, run_chore
from assistant.cases.actions.desk import (
    accept,
    assign,
    confirm,
    decline,
    merge,
    reassign,
    register,
    remind,
    return_case,
    supervise,
    transfer,
    unmerge,
)
from assistant.cases.actions.handling import (
    approve,
    archive,
    claim,
    close,
    deliver,
    draft_reply,
    rate,
    release,
    reopen,
    return_draft,
    review,
    send,
    sign,
    withdraw,
)
from assistant.cases.actions.opening import open_case

__all__ = [
    "CHORES",
    "Chore",
    "accept",
    "approve",
    "archive",
    "ask_supplement",
    "assign",
    "charge_fee",
    "claim",
    "close",
    "confirm",
    "consult",
    "decide_contest",
    "decline",
    "deliver",
    "draft_reply",
    "extend",
    "lapse",
    "merge",
    "open_case",
    "rate",
    "reassign",
    "receive_fee",
    "receive_opinion",
    "receive_supplement",
    "recompute",
    "recompute_all",
    "record_contest",
    "register",
    "release",
    "remind",
    "reopen",
    "return_case",
    "return_draft",
    "review",
    "run_chore",
    "send",
    "sign",
    "supervise",
    "transfer",
    "unmerge",
    "withdraw",
]
