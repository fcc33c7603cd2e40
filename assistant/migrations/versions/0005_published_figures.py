"""Published figures: the days' counts, figures from before, reports and their files"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from assistant.statistics.frozen import DROP_FUNCTIONS, FREEZE

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("office_id", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("applicant", sa.String(length=32), nullable=False),
        sa.Column("result", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_day")),
    )
    op.create_index(
        "ix_case_day_figures",
        "case_day",
        [
            "measure",
            "day",
            "month",
            "kind",
            "office_id",
            "channel",
            "applicant",
            "result",
            "value",
            "count",
        ],
        unique=False,
    )
    op.create_table(
        "gathered",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gathered")),
    )
    op.create_table(
        "message_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("record_id", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_day")),
    )
    op.create_index(
        "ix_message_day_figures",
        "message_day",
        ["day", "month", "outcome", "channel", "record_id", "count"],
        unique=False,
    )
    op.create_table(
        "opening_figure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("row", sa.String(length=64), nullable=False),
        sa.Column("applicant", sa.String(length=32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["account.id"], name=op.f("fk_opening_figure_entered_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_figure")),
    )
    op.create_index(op.f("ix_opening_figure_on"), "opening_figure", ["on"], unique=False)
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("template", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("data_hash", sa.String(length=64), nullable=False),
        sa.Column("edits", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("drafted_by", sa.Integer(), nullable=True),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.Integer(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_hash", sa.String(length=64), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("signed_by <> drafted_by", name=op.f("ck_report_second_person")),
        sa.ForeignKeyConstraint(
            ["drafted_by"], ["account.id"], name=op.f("fk_report_drafted_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["signed_by"], ["account.id"], name=op.f("fk_report_signed_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("kind", "period", "version", name="uq_report_version"),
        sa.UniqueConstraint("number", name=op.f("uq_report_number")),
    )
    op.create_index(op.f("ix_report_published_at"), "report", ["published_at"], unique=False)
    op.create_table(
        "counted_case",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("followed", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_file.id"], name=op.f("fk_counted_case_case_id_case_file")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_counted_case")),
    )
    op.create_table(
        "report_file",
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_file_report_id_report")
        ),
        sa.PrimaryKeyConstraint("report_id", "format", name=op.f("pk_report_file")),
    )
    op.drop_index("ix_message_figures", table_name="message")
    op.create_index("ix_message_asked_at", "message", ["asked_at"], unique=False)
    op.create_index("ix_message_helpful", "message", ["helpful", "asked_at"], unique=False)
    for statements in FREEZE[op.get_bind().dialect.name].values():
        for statement in statements:
            op.execute(statement)


def downgrade() -> None:
    op.drop_index("ix_message_helpful", table_name="message")
    op.drop_index("ix_message_asked_at", table_name="message")
    op.create_index(
        "ix_message_figures", "message", ["asked_at", "outcome", "helpful"], unique=False
    )
    op.drop_table("report_file")
    op.drop_table("counted_case")
    op.drop_index(op.f("ix_report_published_at"), table_name="report")
    op.drop_table("report")
    op.drop_index(op.f("ix_opening_figure_on"), table_name="opening_figure")
    op.drop_table("opening_figure")
    op.drop_index("ix_message_day_figures", table_name="message_day")
    op.drop_table("message_day")
    op.drop_table("gathered")
    op.drop_index("ix_case_day_figures", table_name="case_day")
    op.drop_table("case_day")
    for statement in DROP_FUNCTIONS[op.get_bind().dialect.name]:
        op.execute(statement)
