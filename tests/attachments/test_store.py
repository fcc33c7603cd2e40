"""Files of a case, on both databases: kept whole, seen by few, every look recorded, nothing lost in a crash."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assistant.attachments import store
from assistant.attachments.models import Attachment, AttachmentPurpose
from assistant.attachments.vault import Damaged, Vault
from assistant.audit import AuditEvent, events_of, verify
from assistant.cases import actions
from assistant.cases.kinds import CaseKind
from assistant.cases.models import Case
from assistant.cases.states import CaseStatus
from assistant.db import Database
from assistant.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from assistant.settings import PROJECT_DIR
from assistant.staff.roles import CITIZEN, Actor, Role
from tests.attachments.conftest import COLLEAGUE, HOLDER, STRANGER, Attach, Open
from tests.attachments.samples import PDF, XLSX_MAIN, jpeg, office, png
from tests.cases.conftest import NOW

IDENTITY, EVIDENCE = AttachmentPurpose.IDENTITY, AttachmentPurpose.EVIDENCE
SUPPLEMENT, REPLY = AttachmentPurpose.SUPPLEMENT, AttachmentPurpose.REPLY
Staff = dict[str, Actor]


def files_in(vault: Vault) -> list[str]:
    return list(vault.names())


def fetched(database: Database, vault: Vault, attachment_id: int, actor: Actor) -> bytes:
    return database.write(lambda session: store.fetch(session, vault, attachment_id, actor, NOW)[1])


def events(database: Database, attachment_id: int) -> list[AuditEvent]:
    with database.reading() as session:
        return list(events_of(session, "attachment", attachment_id))


def test_attached_file_is_kept_encrypted_and_logged_without_words(
    database: Database, vault: Vault, staff: Staff, open_one: Open, attach_one: Attach
) -> None:
    case_id, content = open_one(), jpeg(400, 300)
    attachment = attach_one(case_id, content=content, file_name="王小明身份证.jpg")
    assert (attachment.case_id, attachment.purpose) == (case_id, IDENTITY)
    assert (attachment.file_name, attachment.media_type) == ("王小明身份证.jpg", "image/jpeg")
    assert attachment.size == len(content)
    assert attachment.sha256 == hashlib.sha256(content).hexdigest()
    assert attachment.uploaded_by is None
    assert files_in(vault) == [attachment.stored_as]
    assert fetched(database, vault, attachment.id, staff["reviewer"]) == content
    log = events(database, attachment.id)
    assert [event.action for event in log] == ["attach", "fetch"]
    assert log[0].actor_name == CITIZEN.name
    assert log[1].actor_id == staff["reviewer"].id
    assert log[0].data == {"case": case_id, "purpose": "identity", "sha256": attachment.sha256}
    with database.reading() as session:
        assert verify(session) is None


def test_refused_file_leaves_neither_file_nor_row(
    database: Database, vault: Vault, open_one: Open, attach_one: Attach
) -> None:
    case_id = open_one()
    with pytest.raises(Invalid):
        attach_one(case_id, content=b"<html>", file_name="身份证.jpg")
    assert files_in(vault) == []
    with database.reading() as session:
        assert store.list_of(session, case_id) == []


def test_five_files_a_case_and_purpose(vault: Vault, open_one: Open, attach_one: Attach) -> None:
    case_id = open_one()
    for number in range(5):
        attach_one(case_id, content=jpeg(number + 1, 1))
    with pytest.raises(Invalid, match="最多上传5个") as caught:
        attach_one(case_id, content=jpeg(99, 1))
    assert caught.value.details == {"field": "file"}
    attach_one(case_id, EVIDENCE)
    attach_one(open_one())
    assert len(files_in(vault)) == 7


def test_same_content_again_is_the_same_attachment(
    vault: Vault, open_one: Open, attach_one: Attach
) -> None:
    case_id = open_one()
    first = attach_one(case_id)
    again = attach_one(case_id, file_name="再传一次.jpg")
    other = attach_one(case_id, EVIDENCE)
    assert (again.id, again.file_name) == (first.id, "身份证.jpg")
    assert other.id != first.id
    assert len(files_in(vault)) == 2


def test_files_sent_at_once_are_counted_one_after_the_other(
    database: Database, vault: Vault, open_one: Open, attach_one: Attach
) -> None:
    case_id = open_one()
    start, refusals = threading.Barrier(8), []

    def send_one(number: int) -> None:
        start.wait()
        try:
            attach_one(case_id, content=jpeg(number + 1, 1))
        except Refused as refusal:
            refusals.append(refusal.code)

    threads = [threading.Thread(target=send_one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert len(store.list_of(session, case_id)) == 5
        assert refusals == ["invalid"] * 3
        assert store.orphans(session, vault) == []


def test_reply_material_may_be_an_office_file_the_rest_may_not(
    staff: Staff, claimed: int, attach_one: Attach
) -> None:
    holder = staff[HOLDER]
    kept = attach_one(claimed, REPLY, office(XLSX_MAIN), holder, "明细.xlsx")
    assert kept.file_name == "明细.xlsx"
    assert kept.media_type == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert kept.uploaded_by == holder.id
    with pytest.raises(Invalid, match="只能上传PDF、JPG、PNG"):
        attach_one(claimed, EVIDENCE, office(XLSX_MAIN), holder, "明细.xlsx")


def test_identity_proof_is_asked_for_applications_only(open_one: Open, attach_one: Attach) -> None:
    with pytest.raises(Invalid, match="身份证明"):
        attach_one(open_one(kind=CaseKind.COMPLAINT))


def every(staff: Staff) -> Staff:
    return {**staff, "citizen": CITIZEN}


@pytest.mark.parametrize("purpose", [IDENTITY, EVIDENCE, SUPPLEMENT, REPLY])
def test_who_may_attach(
    database: Database, staff: Staff, claimed: int, attach_one: Attach, purpose: AttachmentPurpose
) -> None:
    may = set()
    for number, (name, actor) in enumerate(every(staff).items()):
        try:
            attach_one(claimed, purpose, png(number + 1, 1), actor, "a.png")
        except Forbidden:
            continue
        except Invalid:  # the sixth: this one, too, was let in
            pass
        may.add(name)
    desk = {"citizen", "operator", "reviewer", HOLDER, COLLEAGUE}
    assert may == ({HOLDER} if purpose is REPLY else desk)


def test_material_for_the_reply_is_fixed_once_it_is_in_review(
    database: Database, staff: Staff, claimed: int, attach_one: Attach
) -> None:
    from assistant.disclosure.outcomes import Outcome

    holder = staff[HOLDER]
    database.write(
        lambda session: actions.draft_reply(
            session, holder, claimed, "同意公开。", NOW, Outcome.GRANTED
        )
    )
    with pytest.raises(Conflict, match="已经送审"):
        attach_one(claimed, REPLY, PDF, holder, "附件.pdf")
    database.write(
        lambda session: actions.return_draft(session, staff["reviewer"], claimed, "少附件", NOW)
    )
    assert attach_one(claimed, REPLY, PDF, holder, "附件.pdf").id


def test_ended_case_takes_no_more_files(
    staff: Staff, claimed: int, send: Callable[[int], None], attach_one: Attach
) -> None:
    send(claimed)
    with pytest.raises(Conflict, match="已经办结"):
        attach_one(claimed, EVIDENCE)


# Who sees a file: whoever handles the case its identity proof, whoever reads the case the rest.
SEES_IDENTITY = {HOLDER, "reviewer", "signer"}
SEES_REST = {
    *(HOLDER, COLLEAGUE),
    *("operator", "reviewer", "signer", "supervisor", "auditor"),
}


def who_may_fetch(database: Database, vault: Vault, staff: Staff, attachment_id: int) -> set[str]:
    may = set()
    for name, actor in every(staff).items():
        try:
            fetched(database, vault, attachment_id, actor)
        except Forbidden:
            continue
        may.add(name)
    return may


@pytest.mark.parametrize("purpose", [IDENTITY, EVIDENCE, SUPPLEMENT, REPLY])
def test_who_may_fetch(
    database: Database,
    vault: Vault,
    staff: Staff,
    claimed: int,
    attach_one: Attach,
    purpose: AttachmentPurpose,
) -> None:
    attachment = attach_one(claimed, purpose, PDF, staff[HOLDER], "a.pdf")
    may = who_may_fetch(database, vault, staff, attachment.id)
    assert may == (SEES_IDENTITY if purpose is IDENTITY else SEES_REST)
    looked = {event.actor_id for event in events(database, attachment.id)[1:]}
    assert looked == {staff[name].id for name in may}


def test_operator_sees_identity_proof_until_both_sides_have_confirmed(
    database: Database, vault: Vault, staff: Staff, open_one: Open, attach_one: Attach
) -> None:
    case_id = open_one()
    attachment = attach_one(case_id)
    assert who_may_fetch(database, vault, staff, attachment.id) == {
        "operator",
        "reviewer",
        "signer",
    }
    database.write(lambda session: actions.confirm(session, staff["operator"], case_id, NOW))
    assert who_may_fetch(database, vault, staff, attachment.id) == {"reviewer", "signer"}


def test_former_holder_no_longer_sees_identity_proof(
    database: Database, vault: Vault, staff: Staff, claimed: int, attach_one: Attach
) -> None:
    attachment = attach_one(claimed)
    database.write(lambda session: actions.release(session, staff[HOLDER], claimed, NOW))
    with pytest.raises(Forbidden):
        fetched(database, vault, attachment.id, staff[HOLDER])


def test_handler_of_another_office_sees_nothing(
    database: Database, vault: Vault, staff: Staff, claimed: int, attach_one: Attach
) -> None:
    attachment = attach_one(claimed, EVIDENCE)
    for name in (STRANGER, "reviewer_elsewhere"):
        with pytest.raises(Forbidden):
            fetched(database, vault, attachment.id, staff[name])


def for_citizen(database: Database, vault: Vault, case_id: int, attachment_id: int) -> bytes:
    return database.write(
        lambda session: store.fetch_for_citizen(session, vault, case_id, attachment_id, NOW)[1]
    )


def test_citizen_gets_what_came_with_their_reply_once_it_is_sent(
    database: Database,
    vault: Vault,
    staff: Staff,
    claimed: int,
    send: Callable[[int], None],
    open_one: Open,
    attach_one: Attach,
) -> None:
    holder, other = staff[HOLDER], open_one()
    reply = attach_one(claimed, REPLY, PDF, holder, "附件.pdf")
    papers = [attach_one(claimed, purpose).id for purpose in (IDENTITY, EVIDENCE, SUPPLEMENT)]
    with pytest.raises(NotFound):
        for_citizen(database, vault, claimed, reply.id)
    with database.reading() as session:
        assert store.list_for_citizen(session, claimed) == []
    send(claimed)
    assert for_citizen(database, vault, claimed, reply.id) == PDF
    assert events(database, reply.id)[-1].actor_name == CITIZEN.name
    with database.reading() as session:
        assert [one.id for one in store.list_for_citizen(session, claimed)] == [reply.id]
        assert store.list_for_citizen(session, other) == []
        assert store.list_for_citizen(session, 999) == []
    for case_id, attachment_id in [
        (other, reply.id),
        (claimed, 999),
        *((claimed, n) for n in papers),
    ]:
        with pytest.raises(NotFound) as caught:
            for_citizen(database, vault, case_id, attachment_id)
        assert caught.value.message == NotFound.message


def test_withdrawn_case_hands_nothing_out(
    database: Database, vault: Vault, staff: Staff, claimed: int, attach_one: Attach
) -> None:
    reply = attach_one(claimed, REPLY, PDF, staff[HOLDER], "附件.pdf")
    database.write(lambda session: actions.withdraw(session, CITIZEN, claimed, NOW))
    with pytest.raises(NotFound):
        for_citizen(database, vault, claimed, reply.id)


def erased(database: Database, vault: Vault, attachment_id: int, actor: Actor) -> Attachment:
    return database.write(lambda session: store.erase(session, vault, attachment_id, actor, NOW))


def test_only_the_administrator_erases(
    database: Database, vault: Vault, staff: Staff, claimed: int, attach_one: Attach
) -> None:
    attachment = attach_one(claimed)
    for name, actor in every(staff).items():
        if name != Role.ADMINISTRATOR.value:
            with pytest.raises(Forbidden):
                erased(database, vault, attachment.id, actor)
    assert files_in(vault) == [attachment.stored_as]


def test_erased_file_is_gone_its_row_stays_and_makes_room(
    database: Database, vault: Vault, staff: Staff, claimed: int, attach_one: Attach
) -> None:
    administrator = staff["administrator"]
    attachment = attach_one(claimed, file_name="王小明身份证.jpg")
    for _ in range(2):
        gone = erased(database, vault, attachment.id, administrator)
    assert (gone.erased_at, gone.file_name) == (NOW, "已删除的身份证明")
    assert files_in(vault) == []
    with pytest.raises(NotFound, match="已经按规定删除"):
        fetched(database, vault, attachment.id, staff["reviewer"])
    assert [event.action for event in events(database, attachment.id)] == ["attach", "erase"]
    again = attach_one(claimed)
    assert again.id != attachment.id
    with database.reading() as session:
        assert [one.erased_at is None for one in store.list_of(session, claimed)] == [False, True]
    with pytest.raises(NotFound):
        erased(database, vault, 999, administrator)


@pytest.mark.parametrize(
    "changes",
    [
        {"sha256": "0" * 64},
        {"purpose": EVIDENCE},
        {"media_type": "text/html"},
        {"stored_as": "../../../../etc/passwd"},
        {"stored_as": "0" * 48},
    ],
)
def test_tampered_row_opens_no_file(
    database: Database,
    vault: Vault,
    staff: Staff,
    claimed: int,
    attach_one: Attach,
    changes: dict[str, object],
) -> None:
    attachment = attach_one(claimed)
    database.write(
        lambda session: session.execute(
            update(Attachment).where(Attachment.id == attachment.id).values(**changes)
        )
    )
    with pytest.raises(Damaged):
        fetched(database, vault, attachment.id, staff["reviewer"])


def test_files_of_two_cases_cannot_be_exchanged(
    database: Database,
    vault: Vault,
    staff: Staff,
    claimed: int,
    open_one: Open,
    attach_one: Attach,
) -> None:
    other = open_one()
    mine, theirs = attach_one(claimed), attach_one(other)
    swap = {mine.id: "a" * 48, theirs.id: mine.stored_as}
    for attachment_id, stored_as in [*swap.items(), (mine.id, theirs.stored_as)]:
        database.write(
            lambda session, key=attachment_id, name=stored_as: session.execute(
                update(Attachment).where(Attachment.id == key).values(stored_as=name)
            )
        )
    for attachment_id in swap:
        with pytest.raises(Damaged):
            fetched(database, vault, attachment_id, staff["reviewer"])
    # A refused look has shown nothing, and is not told as one.
    assert [event.action for event in events(database, mine.id)] == ["attach"]


def test_damaged_file_is_refused_and_the_others_open(
    database: Database, vault: Vault, staff: Staff, claimed: int, attach_one: Attach
) -> None:
    broken, whole = attach_one(claimed), attach_one(claimed, EVIDENCE)
    path = vault.folder / broken.stored_as[:2] / broken.stored_as
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Damaged):
        fetched(database, vault, broken.id, staff["reviewer"])
    assert fetched(database, vault, whole.id, staff["reviewer"]) == jpeg()


def test_transaction_that_fails_leaves_an_orphan_that_is_found(
    database: Database, vault: Vault, open_one: Open, attach_one: Attach
) -> None:
    case_id = open_one()
    kept = attach_one(case_id)

    def attach_and_fail(session: Session) -> None:
        case = session.get_one(Case, case_id)
        store.attach(session, vault, case, EVIDENCE, "a.pdf", PDF, CITIZEN, NOW)
        raise Conflict

    with pytest.raises(Conflict):
        database.write(attach_and_fail)
    with database.reading() as session:
        assert [one.id for one in store.list_of(session, case_id)] == [kept.id]
        lost = store.orphans(session, vault)
        an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
        assert store.orphans(session, vault, an_hour_ago) == []
    assert len(lost) == 1
    assert lost[0] != kept.stored_as
    vault.erase(lost[0])
    assert files_in(vault) == [kept.stored_as]


KILLED = """
    import os, sys
    from pathlib import Path
    from assistant.attachments import store
    from assistant.attachments.models import AttachmentPurpose
    from assistant.attachments.vault import Vault
    from assistant.cases.models import Case
    from assistant.db import Database
    from assistant.staff.roles import CITIZEN
    import assistant.tables
    from tests.attachments.samples import PDF
    from tests.cases.conftest import NOW

    url, folder, case_id = sys.argv[1:]

    def work(session):
        case = session.get_one(Case, int(case_id))
        purpose = AttachmentPurpose.EVIDENCE
        store.attach(session, Vault(Path(folder), bytes(range(32))), case, purpose, "a.pdf", PDF, CITIZEN, NOW)
        os._exit(9)

    Database(url).write(work)
"""


def test_process_killed_between_file_and_row_leaves_an_orphan_and_no_row(
    database: Database, vault: Vault, staff: Staff, open_one: Open, attach_one: Attach
) -> None:
    case_id = open_one()
    arguments = [sys.executable, "-c", textwrap.dedent(KILLED)]
    done = subprocess.run(
        [*arguments, database.url, str(vault.folder), str(case_id)],
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 9, done.stderr
    with database.reading() as session:
        assert store.list_of(session, case_id) == []
        lost = store.orphans(session, vault)
        assert lost == files_in(vault)
        assert len(lost) == 1
        assert verify(session) is None
    after = attach_one(case_id)
    assert fetched(database, vault, after.id, staff["reviewer"]) == jpeg()


def test_erasure_cut_short_is_found_as_an_orphan(
    database: Database, vault: Vault, staff: Staff, claimed: int, attach_one: Attach
) -> None:
    attachment = attach_one(claimed)
    path = vault.folder / attachment.stored_as[:2] / attachment.stored_as
    content = path.read_bytes()
    erased(database, vault, attachment.id, staff["administrator"])
    path.write_bytes(content)
    with database.reading() as session:
        assert store.orphans(session, vault) == [attachment.stored_as]


def test_status_read_before_the_lock_does_not_decide(
    database: Database, vault: Vault, open_one: Open
) -> None:
    """The case a caller holds may be old: what it is now decides whether it takes files."""
    case_id = open_one()
    with database.reading() as session:
        old = session.get_one(Case, case_id)
    database.write(lambda session: actions.withdraw(session, CITIZEN, case_id, NOW))
    assert old.status is CaseStatus.SUBMITTED
    with pytest.raises(Conflict):
        database.write(
            lambda session: store.attach(session, vault, old, EVIDENCE, "a.pdf", PDF, CITIZEN, NOW)
        )
    with database.reading() as session:
        assert session.scalars(select(Attachment)).all() == []
