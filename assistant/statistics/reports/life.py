"""The life of a report up to its signature, and its corrections: every verb leaves its entry in the log.

A draft's numbers are the figures of the moment it was last touched; what people reworded and entered stays. Any
change voids the signature. Whoever had a hand in it does not sign it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant import audit
from assistant.audit import Scalar
from assistant.cases.actions.moving import staff_id
from assistant.cases.intake import NOTE_MAX, checked_text, text_hash
from assistant.cases.workdays import OFFICIAL, Calendar
from assistant.errors import Conflict, Forbidden, Invalid, NotFound
from assistant.staff.roles import Actor, Role
from assistant.statistics.models import Report
from assistant.statistics.periods import Year
from assistant.statistics.reports.building import NO_EDITS, Edits, Publisher, build
from assistant.statistics.reports.checks import Violation, check
from assistant.statistics.reports.kinds import (
    ReportKind,
    ReportPeriod,
    ReportStatus,
    period_of,
    previous_of,
    require_period,
)
from assistant.statistics.reports.reading import newest_data, newest_published
from assistant.statistics.reports.tables import Value, hash_of
from assistant.statistics.reports.template import CURRENT, load_template

DRAFTERS = frozenset({Role.PUBLISHER, Role.SUPERVISOR})
SIGNERS = frozenset({Role.SIGNER, Role.SUPERVISOR})
TEXT_MAX = 5000
COUNT_MAX = 1_000_000_000
SUBJECT = "report"
# The steps that shape what a report says.
_HANDS = frozenset({"draft", "redraft", "edit", "enter", "correct"})


def draft(
    session: Session,
    actor: Actor,
    kind: ReportKind,
    period: ReportPeriod,
    publisher: Publisher,
    now: datetime,
    calendar: Calendar = OFFICIAL,
) -> Report:
    """The first version of a period's report, from the figures as they are.

    `Conflict` where there is one already. Reads the days' counts: gather first.
    """
    _require_drafter(actor)
    require_period(kind, period)
    audit.hold(session)
    known = session.scalar(
        select(Report.id).where(Report.kind == kind.value, Report.period == period.key).limit(1)
    )
    if known is not None:
        raise Conflict(f"{period.label}的{kind.label}已经起草过了。")
    report = Report(kind=kind.value, period=period.key, version=1, template=CURRENT[kind])
    session.add(report)
    _rewrite(session, report, NO_EDITS, actor, publisher, now, calendar)
    log_step(session, report, "draft", actor, now)
    return report


def redraft(
    session: Session,
    actor: Actor,
    report_id: int,
    publisher: Publisher,
    now: datetime,
    calendar: Calendar = OFFICIAL,
) -> Report:
    """The figures anew; reworded texts and entered counts stay."""
    _require_drafter(actor)
    report = load_open(session, report_id)
    edits = Edits.read(report.edits)
    _rewrite(session, report, edits, actor, publisher, now, calendar)
    log_step(session, report, "redraft", actor, now)
    return report


def edit_text(
    session: Session,
    actor: Actor,
    report_id: int,
    part: str,
    text: str,
    seen_hash: str,
    publisher: Publisher,
    now: datetime,
    calendar: Calendar = OFFICIAL,
) -> Report:
    """Reword one part; an empty text gives the part back to the figures. Voids the signature.

    `seen_hash` is the data's hash the editor had before them: `Conflict` where it has changed since.
    """
    _require_drafter(actor)
    report = load_open(session, report_id, seen_hash)
    if part not in load_template(report.template).parts:
        raise Invalid("没有这一部分。", field="part")
    edits = Edits.read(report.edits)
    texts = {key: kept for key, kept in edits.texts.items() if key != part}
    words = checked_text(text, TEXT_MAX, "text") if text.strip() else ""
    if words:
        texts[part] = words
    _rewrite(session, report, Edits(texts, edits.counts), actor, publisher, now, calendar)
    log_step(session, report, "edit", actor, now, {"part": part, "text_hash": text_hash(words)})
    return report


def enter_counts(
    session: Session,
    actor: Actor,
    report_id: int,
    counts: Mapping[str, Value],
    seen_hash: str,
    publisher: Publisher,
    now: datetime,
    calendar: Calendar = OFFICIAL,
) -> Report:
    """Enter counts by `table.row.column`; None takes an entry back. Voids the signature."""
    _require_drafter(actor)
    report = load_open(session, report_id, seen_hash)
    edits = Edits.read(report.edits)
    merged = {**edits.counts, **{key: _checked(report, key, n) for key, n in counts.items()}}
    kept = {key: number for key, number in merged.items() if number is not None}
    _rewrite(session, report, Edits(edits.texts, kept), actor, publisher, now, calendar)
    log_step(session, report, "enter", actor, now, {"counts": len(counts)})
    return report


def sign_off(
    session: Session, actor: Actor, report_id: int, seen_hash: str, now: datetime
) -> Report:
    """Sign what was seen; never what one had a hand in, and nothing that does not add up.

    `Conflict` whose details hold the `violations` where something is wrong.
    """
    if actor.role not in SIGNERS:
        raise Forbidden("统计报告由签发人或者督办签发。")
    report = load_open(session, report_id, seen_hash)
    if staff_id(actor) == report.drafted_by or actor.id in _hands(session, report):
        raise Forbidden("不能签发自己起草或者修改过的报告，请由另一个人签发。")
    if report.status == ReportStatus.SIGNED:
        raise Conflict("这份报告已经签发。")
    require_sound(session, report)
    report.status = ReportStatus.SIGNED.value
    report.signed_by, report.signed_at = actor.id, now
    report.signed_hash = report.data_hash
    session.flush()
    log_step(session, report, "sign", actor, now)
    return report


def correct(
    session: Session,
    actor: Actor,
    report_id: int,
    note: str,
    publisher: Publisher,
    now: datetime,
    calendar: Calendar = OFFICIAL,
) -> Report:
    """Begin a new version of a published report; the note says why, and is published with it.

    The texts and entered counts are carried over, the numbers are the figures of today.
    """
    _require_drafter(actor)
    words = checked_text(note, NOTE_MAX, "note")
    audit.hold(session)
    old = session.get(Report, report_id, populate_existing=True)
    if old is None:
        raise NotFound
    kind, period = ReportKind(old.kind), period_of(old.period)
    newest = newest_published(session, kind, period)
    if newest is None or newest.id != old.id:
        raise Conflict("只能更正已经公布的最新一版。")
    last = session.scalar(
        select(func.max(Report.version)).where(Report.kind == old.kind, Report.period == old.period)
    )
    if last != old.version:
        raise Conflict("这份报告已经在更正，请在更正稿上修改。")
    report = Report(
        kind=old.kind,
        period=old.period,
        version=old.version + 1,
        template=old.template,
        note=words,
    )
    session.add(report)
    edits = Edits.read(old.edits)
    _rewrite(session, report, edits, actor, publisher, now, calendar)
    log_step(session, report, "correct", actor, now, {"corrects": old.id, "note": text_hash(words)})
    return report


def violations_of(session: Session, report: Report) -> list[Violation]:
    """What keeps it from being signed, with the published reports before and within it looked at."""
    kind, period = ReportKind(report.kind), period_of(report.period)
    quarters = []
    if isinstance(period, Year):
        found = (newest_data(session, ReportKind.QUARTERLY, one) for one in period.quarters)
        quarters = [data for data in found if data is not None]
    return check(report.data, newest_data(session, kind, previous_of(period)), quarters)


def require_sound(session: Session, report: Report) -> None:
    """`Conflict` with the first faults in words, and all of them as `violations`."""
    if wrong := violations_of(session, report):
        sentences = [one.sentence for one in wrong]
        more = f"（共{len(sentences)}处）" if len(sentences) > 3 else ""
        raise Conflict("还不能签发：" + "".join(sentences[:3]) + more, violations=sentences)


def load_open(session: Session, report_id: int, seen_hash: str | None = None) -> Report:
    """A report that is not yet published, with the log's end held; `Conflict` where it is, or was changed."""
    audit.hold(session)
    report = session.get(Report, report_id, populate_existing=True)
    if report is None:
        raise NotFound
    if report.status == ReportStatus.PUBLISHED:
        raise Conflict("这份报告已经公布，不能再改；有错请另出更正版。")
    if seen_hash is not None and seen_hash != report.data_hash:
        raise Conflict("您看到的内容已经变化，请刷新后再看。")
    return report


def log_step(
    session: Session,
    report: Report,
    action: str,
    actor: Actor,
    now: datetime,
    data: Mapping[str, Scalar] | None = None,
) -> None:
    """The entry every step leaves."""
    known: dict[str, Scalar] = {
        "kind": report.kind,
        "period": report.period,
        "version": report.version,
        "data_hash": report.data_hash,
    }
    audit.append(session, SUBJECT, report.id, action, actor, now, {**known, **(data or {})})


def _rewrite(
    session: Session,
    report: Report,
    edits: Edits,
    actor: Actor,
    publisher: Publisher,
    now: datetime,
    calendar: Calendar,
) -> None:
    """Build it again; nobody's signature stands under what it says now."""
    with session.no_autoflush:
        report.data = build(
            session,
            ReportKind(report.kind),
            period_of(report.period),
            publisher,
            edits,
            calendar,
            report.template,
        )
    report.data_hash, report.edits = hash_of(report.data), edits.stored()
    report.status = ReportStatus.DRAFT.value
    report.signed_by = report.signed_at = report.signed_hash = None
    report.drafted_by, report.drafted_at = staff_id(actor), now
    session.flush()


def _checked(report: Report, key: str, number: Value) -> Value:
    known = load_template(report.template).counts
    if key not in known:
        raise Invalid("没有这一格。", field=key)
    if number is None:
        return None
    form, row, column = known[key]
    whole = round(number, form.decimals) if form.decimals else int(number)
    if not 0 <= number <= COUNT_MAX or whole != number:
        digits = f"最多{form.decimals}位小数" if form.decimals else "不带小数"
        raise Invalid(f"{row.label}（{column.label}）应填不小于零的数，{digits}。", field=key)
    return int(number) if number == int(number) else whole


def _hands(session: Session, report: Report) -> set[int | None]:
    """Those who shaped this version."""
    entries: Sequence[audit.AuditEvent] = audit.events_of(session, SUBJECT, report.id)
    return {entry.actor_id for entry in entries if entry.action in _HANDS}


def _require_drafter(actor: Actor) -> None:
    if actor.role not in DRAFTERS:
        raise Forbidden("统计报告由公开发布人或者督办起草、修改。")
