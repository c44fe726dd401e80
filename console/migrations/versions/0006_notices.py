"""The tables of notices."""

from __future__ import annotations

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make them."""


def downgrade() -> None:
    """Forget them."""
