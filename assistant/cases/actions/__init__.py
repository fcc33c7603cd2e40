"""The verbs of a case. Each takes `session`, `actor` and `now`, ends in `move`, and never commits.

    opening     a case begins
    desk        confirm, register, accept, assign, return, decline, transfer, merge, remind, supervise
    handling    claim, draft, review, approve, sign, send
    ending      deliver, close, rate, reopen, withdraw, archive
    applying    what only an application for information has: supplement, consultation, fee, extension, lapse
    contesting  reconsideration and suit
    clockwork   what the worker does: overdue, silence, idle claims, recomputation
    moving      the one way a case moves

They raise `NotFound`, `Invalid`, `Forbidden` (not this person) and `Conflict` (not from this state, or somebody
was faster); after any of these nothing of the verb is to be kept.
"""

from assistant.cases.actions.applying import (
    ask_supplement,
    charge_fee,
    consult,
    extend,
    lapse,
    receive_fee,
    receive_opinion,
    receive_supplement,
)
from assistant.cases.actions.clockwork import (
    CHORES,
    Chore,
    ask_recompute,
    recompute,
    recompute_all,
    run_chore,
)
from assistant.cases.actions.contesting import decide_contest, record_contest
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
from assistant.cases.actions.ending import (
    archive,
    close,
    deliver,
    rate,
    reopen,
    withdraw,
)
from assistant.cases.actions.handling import (
    approve,
    claim,
    draft_reply,
    release,
    return_draft,
    review,
    send,
    sign,
)
from assistant.cases.actions.opening import open_case

__all__ = [
    "CHORES",
    "Chore",
    "accept",
    "approve",
    "archive",
    "ask_recompute",
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
