"""The tables of intelligence."""

from __future__ import annotations

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make them."""


def downgrade() -> None:
    """Forget them."""
