"""The whole way of a case: offices, waiting, reviews, signature, letters, publication, deliveries, local rules"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from assistant.audit import DROP_NO_REPLACE, NO_REPLACE

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in NO_REPLACE[op.get_bind().dialect.name]:
        op.execute(statement)
    op.create_table(
        "serial",
        sa.Column("series", sa.String(length=32), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", "year", name=op.f("pk_serial")),
    )
    op.create_table(
        "holiday_notice",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("imported_by", sa.Integer(), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["imported_by"], ["account.id"], name=op.f("fk_holiday_notice_imported_by_account")
        ),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_holiday_notice")),
    )
    op.create_table(
        "local_limit",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["account.id"], name=op.f("fk_local_limit_changed_by_account")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_local_limit")),
    )
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "identity",
                "evidence",
                "supplement",
                "reply",
                name="attachmentpurpose",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=128), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("stored_as", sa.String(length=64), nullable=False),
        sa.Column("uploaded_by", sa.Integer(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_attachment_case_id_case_file")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by"], ["account.id"], name=op.f("fk_attachment_uploaded_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("stored_as", name=op.f("uq_attachment_stored_as")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_case_id"), ["case_id"], unique=False)

    op.create_table(
        "calendar_day",
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["year"], ["holiday_notice.year"], name=op.f("fk_calendar_day_year_holiday_notice")
        ),
        sa.PrimaryKeyConstraint("date", name=op.f("pk_calendar_day")),
    )
    with op.batch_alter_table("calendar_day", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_day_year"), ["year"], unique=False)

    op.create_table(
        "case_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "open",
                "confirm",
                "register",
                "accept",
                "decline",
                "assign",
                "reassign",
                "return",
                "transfer",
                "claim",
                "release",
                "ask_supplement",
                "receive_supplement",
                "consult",
                "receive_opinion",
                "charge_fee",
                "receive_fee",
                "lapse",
                "extend",
                "draft",
                "countersign",
                "secrecy_review",
                "legality_review",
                "approve",
                "return_draft",
                "sign",
                "send",
                "deliver",
                "close",
                "reopen",
                "withdraw",
                "archive",
                "merge",
                "unmerge",
                "remind",
                "supervise",
                "rate",
                "contest",
                "overdue",
                "recompute",
                name="caseaction",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("for_citizen", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["account.id"], name=op.f("fk_case_note_author_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_case_note_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_note")),
    )
    with op.batch_alter_table("case_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_note_case_id"), ["case_id"], unique=False)

    op.create_table(
        "case_rating",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_case_rating_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_rating")),
    )
    op.create_table(
        "consultation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column(
            "party",
            sa.Enum(
                "third_party",
                "co_maker",
                "other_agency",
                name="partykind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column(
            "opinion",
            sa.Enum(
                "agrees",
                "objects_with_reason",
                "objects",
                "silent",
                name="opinion",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_consultation_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation")),
    )
    with op.batch_alter_table("consultation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consultation_case_id"), ["case_id"], unique=False)

    op.create_table(
        "contest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "reconsideration",
                "litigation_direct",
                "litigation_after",
                name="contestkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=True),
        sa.Column(
            "result",
            sa.Enum(
                "upheld",
                "corrected",
                "other",
                "pending",
                name="contestresult",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_contest_case_id_case_file")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["account.id"], name=op.f("fk_contest_recorded_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest")),
    )
    with op.batch_alter_table("contest", schema=None) as batch_op:
        batch_op.create_index("ix_contest_case", ["case_id", "id"], unique=False)

    op.create_table(
        "fee_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("by_pages", sa.Boolean(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("notified_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_fee_notice_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_notice")),
    )
    with op.batch_alter_table("fee_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fee_notice_case_id"), ["case_id"], unique=False)

    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=True),
        sa.Column("addressee", sa.String(length=100), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["account.id"], name=op.f("fk_letter_author_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_letter_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("number", name=op.f("uq_letter_number")),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index("ix_letter_case", ["case_id", "id"], unique=False)

    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_delivery_notice_id_notice")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("notice_id", "channel", name="uq_delivery_notice_channel"),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index("ix_delivery_due", ["done_at", "dead_at", "next_at"], unique=False)

    op.create_table(
        "draft_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "open",
                "confirm",
                "register",
                "accept",
                "decline",
                "assign",
                "reassign",
                "return",
                "transfer",
                "claim",
                "release",
                "ask_supplement",
                "receive_supplement",
                "consult",
                "receive_opinion",
                "charge_fee",
                "receive_fee",
                "lapse",
                "extend",
                "draft",
                "countersign",
                "secrecy_review",
                "legality_review",
                "approve",
                "return_draft",
                "sign",
                "send",
                "deliver",
                "close",
                "reopen",
                "withdraw",
                "archive",
                "merge",
                "unmerge",
                "remind",
                "supervise",
                "rate",
                "contest",
                "overdue",
                "recompute",
                name="caseaction",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["reply_draft.id"], name=op.f("fk_draft_review_draft_id_reply_draft")
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["account.id"], name=op.f("fk_draft_review_reviewer_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_review")),
    )
    with op.batch_alter_table("draft_review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_review_draft_id"), ["draft_id"], unique=False)

    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "proposed",
                "refused",
                "published",
                "withdrawn",
                name="publicationstatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "basis",
            sa.Enum("consent", "anonymised", name="publicationbasis", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("masked", sa.JSON(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("replied_on", sa.Date(), nullable=False),
        sa.Column("office_id", sa.String(length=64), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("decided_by <> proposed_by", name=op.f("ck_publication_second_person")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_publication_case_id_case_file")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_publication_decided_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["reply_draft.id"], name=op.f("fk_publication_draft_id_reply_draft")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["account.id"], name=op.f("fk_publication_proposed_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["account.id"], name=op.f("fk_publication_withdrawn_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
    )
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_publication_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_publication_status", ["status", "published_at"], unique=False)

    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.add_column(sa.Column("counted_on", sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f("ix_case_file_counted_on"), ["counted_on"], unique=False)
        batch_op.add_column(
            sa.Column(
                "resolution",
                sa.Enum(
                    "answered",
                    "declined",
                    "transferred",
                    "withdrawn",
                    name="resolution",
                    native_enum=False,
                    length=32,
                ),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("amber_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("red_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("waiting_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("overdue_for", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("delivered_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("touched_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("supervised", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("reopened", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("register_no", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("external_no", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("external_due_on", sa.Date(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_case_file_merged_into_id"), ["merged_into_id"], unique=False
        )
        batch_op.create_index(
            "ix_case_file_office", ["office_id", "status", "due_on"], unique=False
        )
        batch_op.create_unique_constraint(batch_op.f("uq_case_file_external_no"), ["external_no"])
        batch_op.create_unique_constraint(batch_op.f("uq_case_file_register_no"), ["register_no"])
        batch_op.create_foreign_key(
            batch_op.f("fk_case_file_merged_into_id_case_file"),
            "case_file",
            ["merged_into_id"],
            ["id"],
        )

    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("account_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("read_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.alter_column("case_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_index("ix_notice_account", ["account_id", "read_at", "id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_notice_account_id_account"), "account", ["account_id"], ["id"]
        )

    with op.batch_alter_table("reply_draft", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "outcome",
                sa.Enum(
                    "granted",
                    "partial",
                    "denied_state_secret",
                    "denied_law_forbids",
                    "denied_security_stability",
                    "denied_third_party",
                    "denied_internal_affairs",
                    "denied_process",
                    "denied_enforcement_file",
                    "denied_admin_query",
                    "unable_not_held",
                    "unable_needs_creation",
                    "unable_still_unclear",
                    "unprocessed_petition",
                    "unprocessed_repeat",
                    "unprocessed_publication",
                    "unprocessed_excessive",
                    "unprocessed_reissue",
                    "other_correction_lapsed",
                    "other_fee_lapsed",
                    "other_other",
                    name="outcome",
                    native_enum=False,
                    length=32,
                ),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("signed_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("signed_hash", sa.String(length=64), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_reply_draft_signed_by_account"), "account", ["signed_by"], ["id"]
        )
        batch_op.create_check_constraint("signed_by_another", "signed_by <> drafter_id")

    # What the first release had answered has a resolution from now on; its clocks were last touched when it came.
    op.execute(
        "UPDATE case_file SET resolution = 'answered' WHERE status = 'sent' AND kind <> 'disclosure'"
    )
    op.execute("UPDATE case_file SET touched_at = received_at, counted_on = clock_from_on")
    # The outcome used to be chosen at sending; it belongs to the wording that was sent.
    op.execute(
        "UPDATE reply_draft SET outcome = (SELECT outcome FROM case_file WHERE case_file.id = reply_draft.case_id) "
        "WHERE sent_at IS NOT NULL"
    )


def downgrade() -> None:
    for statement in DROP_NO_REPLACE[op.get_bind().dialect.name]:
        op.execute(statement)

    with op.batch_alter_table("reply_draft", schema=None) as batch_op:
        batch_op.drop_constraint("signed_by_another", type_="check")
        batch_op.drop_constraint(batch_op.f("fk_reply_draft_signed_by_account"), type_="foreignkey")
        batch_op.drop_column("signed_hash")
        batch_op.drop_column("signed_at")
        batch_op.drop_column("signed_by")
        batch_op.drop_column("outcome")

    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_notice_account_id_account"), type_="foreignkey")
        batch_op.drop_index("ix_notice_account")
        batch_op.alter_column("case_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("read_at")
        batch_op.drop_column("account_id")

    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_case_file_merged_into_id_case_file"), type_="foreignkey"
        )
        batch_op.drop_constraint(batch_op.f("uq_case_file_register_no"), type_="unique")
        batch_op.drop_constraint(batch_op.f("uq_case_file_external_no"), type_="unique")
        batch_op.drop_index("ix_case_file_office")
        batch_op.drop_index(batch_op.f("ix_case_file_merged_into_id"))
        batch_op.drop_index(batch_op.f("ix_case_file_counted_on"))
        batch_op.drop_column("counted_on")
        batch_op.drop_column("external_due_on")
        batch_op.drop_column("external_no")
        batch_op.drop_column("register_no")
        batch_op.drop_column("merged_into_id")
        batch_op.drop_column("reopened")
        batch_op.drop_column("supervised")
        batch_op.drop_column("touched_at")
        batch_op.drop_column("closed_at")
        batch_op.drop_column("delivered_on")
        batch_op.drop_column("overdue_for")
        batch_op.drop_column("waiting_until")
        batch_op.drop_column("red_on")
        batch_op.drop_column("amber_on")
        batch_op.drop_column("resolution")

    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.drop_index("ix_publication_status")
        batch_op.drop_index(batch_op.f("ix_publication_case_id"))

    op.drop_table("publication")
    with op.batch_alter_table("draft_review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draft_review_draft_id"))

    op.drop_table("draft_review")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_delivery_due")

    op.drop_table("delivery")
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_index("ix_letter_case")

    op.drop_table("letter")
    with op.batch_alter_table("fee_notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fee_notice_case_id"))

    op.drop_table("fee_notice")
    with op.batch_alter_table("contest", schema=None) as batch_op:
        batch_op.drop_index("ix_contest_case")

    op.drop_table("contest")
    with op.batch_alter_table("consultation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consultation_case_id"))

    op.drop_table("consultation")
    op.drop_table("case_rating")
    with op.batch_alter_table("case_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_note_case_id"))

    op.drop_table("case_note")
    with op.batch_alter_table("calendar_day", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calendar_day_year"))

    op.drop_table("calendar_day")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachment_case_id"))

    op.drop_table("attachment")
    op.drop_table("local_limit")
    op.drop_table("holiday_notice")
    op.drop_table("serial")
