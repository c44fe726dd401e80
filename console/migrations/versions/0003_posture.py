"""Roll-ups: each site's day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table of days."""
    op.create_table(
        "site_day",
        sa.Column("site_id", sa.String(40), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("visits", sa.Integer, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.Column("findings", sa.Integer, nullable=False),
        sa.Column("alerts", sa.Integer, nullable=False),
        sa.Column("incidents", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("site_id", "day", name="pk_site_day"),
    )
    op.create_index("ix_site_day_day", "site_day", ["day"])


def downgrade() -> None:
    """Forget it."""
    op.drop_index("ix_site_day_day", "site_day")
    op.drop_table("site_day")
