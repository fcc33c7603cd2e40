"""Conversations remember what was last told and what may still be offered"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("conversation") as table:
        table.add_column(sa.Column("told", sa.String(length=64), nullable=True))
        table.add_column(sa.Column("remaining", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("conversation") as table:
        table.drop_column("remaining")
        table.drop_column("told")
