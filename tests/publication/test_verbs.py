"""Publishing: who may, who may not, four eyes, no word changed, nobody named; on both databases."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assistant.audit import AuditEvent, events_of, verify
from assistant.cases import actions
from assistant.cases.kinds import CaseKind
from assistant.cases.models import Case, ReplyDraft
from assistant.db import Database
from assistant.errors import Conflict, Forbidden, Invalid, NotFound
from assistant.publication import verbs
from assistant.publication.models import Publication, PublicationBasis, PublicationStatus
from assistant.staff.roles import CITIZEN, SYSTEM, Actor, Role

from .answered import NOW, OWN_NUMBER, REPLY, People
from .conftest import Make

LATER = NOW + timedelta(days=3)


def stored(database: Database, publication_id: int) -> Publication:
    with database.reading() as session:
        return session.get_one(Publication, publication_id)


def decide(
    database: Database,
    actor: Actor,
    publication_id: int,
    *,
    seen_hash: str | None = None,
    secrecy_reviewed: bool = True,
) -> Publication:
    seen = seen_hash or stored(database, publication_id).text_hash
    return database.write(
        lambda session: verbs.publish(
            session, actor, publication_id, seen, NOW, secrecy_reviewed=secrecy_reviewed
        )
    )


def withdraw(
    database: Database, actor: Actor, publication_id: int, reason: str = "内容已经过时。"
) -> Publication:
    return database.write(
        lambda session: verbs.withdraw(session, actor, publication_id, reason, LATER)
    )


def refuse(
    database: Database, actor: Actor, publication_id: int, reason: str = "涉及个人住址，请再遮盖。"
) -> Publication:
    return database.write(lambda session: verbs.refuse(session, actor, publication_id, reason, NOW))


# Proposing ------------------------------------------------------------------------------


def test_proposal_holds_the_masked_reply_and_every_span(
    database: Database, answer: Make, propose: Make, people: People
) -> None:
    case_id = answer()
    made = stored(database, propose(case_id))
    assert made.status is PublicationStatus.PROPOSED
    assert made.reply == (
        "王某某您好：您反映的东山村[门牌]门前水渠破损一事，已由李某某到现场处理，4月30日前修好。"
        "如有疑问请拨打0571-88001122。"
    )
    covered = [made.reply[start:end] for start, end, _ in made.masked["reply"]]  # type: ignore[misc]
    assert covered == ["某某", "[门牌]", "某某"]
    assert [kind for _, _, kind in made.masked["reply"]] == ["姓名", "住址", "姓名"]
    assert made.masked["title"] == made.masked["question"] == []
    assert (made.received_on, made.replied_on) == (date(2026, 4, 27), date(2026, 4, 27))
    assert (made.office_id, made.kind) == ("office.water_resources", "consultation")
    assert made.text_hash == verbs.publication_hash(made.title, made.question, made.reply)
    assert (made.case_id, made.proposed_by) == (case_id, people.handler.id)


@pytest.mark.parametrize("role", Role)
def test_proposing_is_for_handler_reviewer_and_publisher(
    role: Role, answer: Make, propose: Make, people: People
) -> None:
    case_id = answer()
    if role in (Role.HANDLER, Role.REVIEWER, Role.PUBLISHER):
        assert propose(case_id, actor=people.by_role[role])
    else:
        with pytest.raises(Forbidden):
            propose(case_id, actor=people.by_role[role])


@pytest.mark.parametrize("actor", [CITIZEN, SYSTEM], ids=["citizen", "system"])
def test_those_without_an_account_do_not_publish(
    actor: Actor, database: Database, answer: Make, propose: Make, publish: Make
) -> None:
    case_id = answer()
    with pytest.raises(Forbidden):
        propose(case_id, actor=actor)
    proposed = propose(case_id)
    with pytest.raises(Forbidden):
        decide(database, actor, proposed)
    with pytest.raises(Forbidden):
        refuse(database, actor, proposed)
    publish(proposed)
    with pytest.raises(Forbidden):
        withdraw(database, actor, proposed)


def test_handler_of_another_office_does_not_propose(
    answer: Make, propose: Make, people: People
) -> None:
    with pytest.raises(Forbidden, match="别的处室"):
        propose(answer(), actor=people.outsider)


def test_unanswered_case_is_not_published(
    database: Database, answer: Make, propose: Make, people: People
) -> None:
    case_id = answer()
    reviewer = people.by_role[Role.REVIEWER]
    database.write(
        lambda session: actions.reopen(session, reviewer, case_id, "水渠又坏了，重新处理", LATER)
    )
    with pytest.raises(Conflict, match="还没有答复"):
        propose(case_id)


def test_unknown_case_is_not_found(database: Database, people: People) -> None:
    with pytest.raises(NotFound):
        database.write(
            lambda session: verbs.propose(
                session,
                people.publisher,
                404,
                "题目",
                "问题",
                "答复",
                PublicationBasis.ANONYMISED,
                NOW,
            )
        )


@pytest.mark.parametrize("kind", CaseKind)
def test_report_and_application_are_never_published(
    kind: CaseKind, answer: Make, propose: Make
) -> None:
    if kind is CaseKind.DISCLOSURE:
        assert not kind.rule.may_be_published  # its own way to an answer is tested with the cases
        return
    case_id = answer(kind=kind)
    if kind is CaseKind.REPORT:
        with pytest.raises(Conflict, match="不在网站公开"):
            propose(case_id)
    else:
        assert propose(case_id)


CHANGES = {
    "another word": ("4月30日前修好", "5月30日前修好"),
    "left out": ("4月30日前修好。", ""),
    "added": ("王某某您好", "尊敬的王某某您好"),
    "cover taken off": ("[门牌]", "3组12号"),
    "another cover": ("4月30日前修好", "[电话号码]"),
    "punctuation": ("修好。", "修好！"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_changed_wording_is_refused(
    change: str, database: Database, answer: Make, propose: Make
) -> None:
    masked = stored(database, propose(answer())).reply
    old, new = CHANGES[change]
    assert old in masked
    with pytest.raises(Invalid) as refusal:
        propose(answer(), reply=masked.replace(old, new))
    assert refusal.value.details["field"] == "reply"


def test_reply_as_it_was_sent_is_refused(answer: Make, propose: Make) -> None:
    with pytest.raises(Invalid, match="只能再遮盖"):
        propose(answer(), reply=REPLY)


def test_line_ends_of_a_form_are_no_change(database: Database, answer: Make, propose: Make) -> None:
    case_id = answer(reply="您好：\n水渠已经修好。\n农水处")
    made = stored(database, propose(case_id, reply="您好：\r\n水渠已经修好。\r\n农水处\r\n"))
    assert made.reply == "您好：\n水渠已经修好。\n农水处"


def test_editor_may_cover_more(database: Database, answer: Make, propose: Make) -> None:
    case_id = answer(reply="北坡的三亩茶园已经确权，红砖房不在范围内。")
    made = stored(
        database,
        propose(
            case_id,
            reply="北坡的〔遮〕三亩茶园〔/遮〕已经确权，红砖房不在范围内。",
            question="〔遮〕北坡〔/遮〕的红砖房旁",
            also=("红砖房",),
        ),
    )
    assert made.reply == "北坡的[已遮盖]已经确权，[已遮盖]不在范围内。"
    assert made.question == "[已遮盖]的[已遮盖]旁"
    assert [kind for _, _, kind in made.masked["question"]] == ["编辑遮盖的内容"] * 2


@pytest.mark.parametrize("field", ["title", "question"])
@pytest.mark.parametrize(
    "words",
    [
        "王小明的水渠",
        "小明家的水渠",
        "请打13800001234",
        "东山村3组12号的水渠",
        "请李大山来修",
        "wangxm88 的邮件",
    ],
)
def test_own_words_of_the_editor_name_nobody(
    field: str, words: str, answer: Make, propose: Make
) -> None:
    with pytest.raises(Invalid, match="个人信息") as refusal:
        propose(answer(), **{field: words})
    assert refusal.value.details["field"] == field
    assert not any(part in refusal.value.message for part in ("小明", "1234", "大山"))


@pytest.mark.parametrize(
    ("field", "words"),
    [("title", ""), ("title", "水" * 81), ("question", "？"), ("question", "〔遮〕水渠")],
)
def test_own_words_of_the_editor_fit(field: str, words: str, answer: Make, propose: Make) -> None:
    with pytest.raises(Invalid) as refusal:
        propose(answer(), **{field: words})
    assert refusal.value.details["field"] == field


def test_receipt_number_of_the_case_is_covered(
    database: Database, answer: Make, propose: Make
) -> None:
    case_id = answer(reply="您的来信已经办结。")
    with database.reading() as session:
        number = session.get_one(Case, case_id).receipt_no
    with pytest.raises(Invalid):
        propose(case_id, question=f"受理编号{number.lower()}什么时候办结")


def test_consent_is_the_citizens_to_give(database: Database, answer: Make, propose: Make) -> None:
    with pytest.raises(Conflict, match="没有同意公开"):
        propose(answer(), basis=PublicationBasis.CONSENT)
    agreed = propose(answer(consent=True), basis=PublicationBasis.CONSENT)
    assert stored(database, agreed).basis is PublicationBasis.CONSENT


def test_consent_shows_the_matter_and_not_the_person(answer: Make, propose: Make) -> None:
    case_id = answer(consent=True)
    with pytest.raises(Invalid):
        propose(case_id, basis=PublicationBasis.CONSENT, question="王小明问水渠何时修好")


def test_consent_taken_back_stops_the_publication(
    database: Database, answer: Make, propose: Make, people: People
) -> None:
    case_id = answer(consent=True)
    proposed = propose(case_id, basis=PublicationBasis.CONSENT)

    def take_back(session: Session) -> None:
        session.get_one(Case, case_id).details = {"consent_publication": "no"}

    database.write(take_back)
    with pytest.raises(Conflict, match="没有同意公开"):
        decide(database, people.publisher, proposed)


@pytest.mark.parametrize("until", ["proposed", "published"])
def test_one_live_publication_per_case(
    until: str, database: Database, answer: Make, propose: Make, people: People
) -> None:
    case_id = answer()
    first = propose(case_id)
    if until == "published":
        decide(database, people.publisher, first)
    with pytest.raises(Conflict, match="已经"):
        propose(case_id)


@pytest.mark.parametrize("end", ["refused", "withdrawn"])
def test_after_its_end_another_may_follow(
    end: str,
    database: Database,
    answer: Make,
    propose: Make,
    publish: Make,
    people: People,
) -> None:
    case_id = answer()
    first = propose(case_id)
    if end == "refused":
        refuse(database, people.publisher, first)
    else:
        publish(first)
        withdraw(database, people.publisher, first)
    assert propose(case_id) != first


# Deciding -------------------------------------------------------------------------------


def test_published_by_a_second_person_with_the_secrecy_review_on_record(
    database: Database, answer: Make, propose: Make, people: People
) -> None:
    case_id = answer()
    proposed = propose(case_id)
    decide(database, people.publisher, proposed)
    made = stored(database, proposed)
    assert made.status is PublicationStatus.PUBLISHED
    assert (made.decided_by, made.published_at) == (people.publisher.id, NOW)
    with database.reading() as session:
        log = events_of(session, "publication", proposed)
        assert [event.action for event in log] == ["propose", "publish"]
        assert log[1].data == {
            "case": case_id,
            "draft": made.draft_id,
            "text_hash": made.text_hash,
            "secrecy_reviewed": True,
        }
        assert verify(session) is None


@pytest.mark.parametrize("role", Role)
def test_deciding_is_for_the_publisher(
    role: Role, database: Database, answer: Make, propose: Make, people: People
) -> None:
    first, second = propose(answer()), propose(answer())
    if role is Role.PUBLISHER:
        assert decide(database, people.by_role[role], first)
        assert refuse(database, people.by_role[role], second)
        return
    with pytest.raises(Forbidden):
        decide(database, people.by_role[role], first)
    with pytest.raises(Forbidden):
        refuse(database, people.by_role[role], second)


def test_nobody_decides_on_their_own_proposal(
    database: Database, answer: Make, propose: Make, people: People
) -> None:
    proposed = propose(answer(), actor=people.publisher)
    with pytest.raises(Forbidden, match="自己提出"):
        decide(database, people.publisher, proposed)
    with pytest.raises(Forbidden, match="自己提出"):
        refuse(database, people.publisher, proposed)
    assert decide(database, people.second_publisher, proposed)


def test_database_holds_the_second_person_too(
    database: Database, answer: Make, propose: Make, people: People
) -> None:
    made = stored(database, propose(answer()))
    names = [column.name for column in Publication.__table__.columns if column.name != "id"]
    values = {name: getattr(made, name) for name in names}

    def forge(session: Session, decided_by: int | None) -> None:
        decided = {"status": PublicationStatus.PUBLISHED, "decided_by": decided_by}
        session.execute(insert(Publication).values(**(values | decided)))

    database.write(lambda session: forge(session, people.publisher.id))
    with pytest.raises(IntegrityError, match="second_person"):
        database.write(lambda session: forge(session, made.proposed_by))


def test_wording_not_seen_is_not_published(
    database: Database, answer: Make, propose: Make, people: People
) -> None:
    proposed = propose(answer())
    with pytest.raises(Conflict, match="变化"):
        decide(database, people.publisher, proposed, seen_hash="0" * 64)

    def tamper(session: Session) -> None:
        session.get_one(Publication, proposed).reply = "另一个答复"

    database.write(tamper)
    with pytest.raises(Conflict, match="变化"):
        decide(database, people.publisher, proposed)


def test_without_secrecy_review_nothing_is_published(
    database: Database, answer: Make, propose: Make, people: People
) -> None:
    proposed = propose(answer())
    with pytest.raises(Invalid, match="保密审查"):
        decide(database, people.publisher, proposed, secrecy_reviewed=False)
    assert stored(database, proposed).status is PublicationStatus.PROPOSED


def test_reopened_case_is_not_published(
    database: Database, answer: Make, propose: Make, people: People
) -> None:
    case_id = answer()
    proposed = propose(case_id)
    reviewer = people.by_role[Role.REVIEWER]
    database.write(
        lambda session: actions.reopen(session, reviewer, case_id, "水渠又坏了，重新处理", LATER)
    )
    with pytest.raises(Conflict, match="还没有答复"):
        decide(database, people.publisher, proposed)


def test_earlier_reply_is_not_published_after_a_later_one(
    database: Database, answer: Make, propose: Make, people: People
) -> None:
    case_id = answer()
    proposed = propose(case_id)

    def answer_again(session: Session) -> None:
        reply = session.scalars(select(ReplyDraft).where(ReplyDraft.case_id == case_id)).one()
        names = [column.name for column in ReplyDraft.__table__.columns if column.name != "id"]
        session.add(ReplyDraft(**{name: getattr(reply, name) for name in names}))

    database.write(answer_again)
    with pytest.raises(Conflict, match="新的答复"):
        decide(database, people.publisher, proposed)


def test_refusal_keeps_its_reason_out_of_the_log(
    database: Database, answer: Make, propose: Make, people: People
) -> None:
    proposed = propose(answer())
    refuse(database, people.publisher, proposed, "涉及张三的住址")
    made = stored(database, proposed)
    assert (made.status, made.reason) == (PublicationStatus.REFUSED, "涉及张三的住址")
    assert made.published_at is None
    with database.reading() as session:
        last = events_of(session, "publication", proposed)[-1]
        assert last.action == "refuse"
        assert set(last.data) == {"case", "draft", "text_hash", "reason_hash"}


def test_decision_is_taken_once(
    database: Database, answer: Make, propose: Make, publish: Make, people: People
) -> None:
    proposed = propose(answer())
    publish(proposed)
    with pytest.raises(Conflict):
        decide(database, people.second_publisher, proposed)
    with pytest.raises(Conflict):
        refuse(database, people.second_publisher, proposed)
    with pytest.raises(NotFound):
        decide(database, people.publisher, 404, seen_hash="0")


def test_two_who_decide_at_once_have_one_winner(
    database: Database, answer: Make, propose: Make, people: People
) -> None:
    proposed = propose(answer())
    seen = stored(database, proposed).text_hash
    together = threading.Barrier(8)
    told: list[str] = []

    def act(number: int) -> None:
        actor = people.publisher if number % 2 else people.second_publisher
        together.wait()
        try:
            database.write(
                lambda session: (
                    verbs.publish(session, actor, proposed, seen, NOW, secrecy_reviewed=True)
                    if number < 4
                    else verbs.refuse(session, actor, proposed, "请再遮盖。", NOW)
                )
            )
            told.append("won")
        except Conflict:
            told.append("lost")

    threads = [threading.Thread(target=act, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["lost"] * 7 + ["won"]
    with database.reading() as session:
        assert len(events_of(session, "publication", proposed)) == 2


def test_two_who_propose_at_once_have_one_winner(
    database: Database, answer: Make, propose: Make
) -> None:
    case_id = answer()
    together = threading.Barrier(6)
    told: list[str] = []

    def act() -> None:
        together.wait()
        try:
            propose(case_id)
            told.append("won")
        except Conflict:
            told.append("lost")

    threads = [threading.Thread(target=act) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["lost"] * 5 + ["won"]


# Withdrawing ----------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_withdrawing_is_for_publisher_supervisor_and_administrator(
    role: Role,
    database: Database,
    answer: Make,
    propose: Make,
    publish: Make,
    people: People,
) -> None:
    shown = publish(propose(answer()))
    if role not in (Role.PUBLISHER, Role.SUPERVISOR, Role.ADMINISTRATOR):
        with pytest.raises(Forbidden):
            withdraw(database, people.by_role[role], shown)
        return
    withdraw(database, people.by_role[role], shown)
    gone = stored(database, shown)
    assert gone.status is PublicationStatus.WITHDRAWN
    assert (gone.withdrawn_by, gone.withdrawn_at) == (people.by_role[role].id, LATER)
    assert gone.reason == "内容已经过时。"
    with pytest.raises(Conflict):
        withdraw(database, people.by_role[role], shown)


def test_only_what_is_published_is_withdrawn(
    database: Database, answer: Make, propose: Make, people: People
) -> None:
    with pytest.raises(Conflict, match="待公开审查"):
        withdraw(database, people.publisher, propose(answer()))


@pytest.mark.parametrize("reason", ["", "漏遮了王小明的名字", "里面有13800001234"])
def test_reason_of_a_withdrawal_is_public_and_names_nobody(
    reason: str,
    database: Database,
    answer: Make,
    propose: Make,
    publish: Make,
    people: People,
) -> None:
    shown = publish(propose(answer()))
    with pytest.raises(Invalid) as refusal:
        withdraw(database, people.publisher, shown, reason)
    assert refusal.value.details["field"] == "reason"


def test_log_holds_no_words(
    database: Database, answer: Make, propose: Make, publish: Make, people: People
) -> None:
    shown = publish(propose(answer()))
    withdraw(database, people.publisher, shown)
    with database.reading() as session:
        log = session.scalars(
            select(AuditEvent).where(AuditEvent.subject_kind == "publication")
        ).all()
        assert [event.action for event in log] == ["propose", "publish", "withdraw"]
        said = repr([event.data for event in log])
    assert not any("\u4e00" <= character <= "\u9fff" for character in said)
    assert OWN_NUMBER not in said
