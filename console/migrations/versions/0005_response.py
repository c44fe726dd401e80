"""The tables of response."""

from __future__ import annotations

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make them."""


def downgrade() -> None:
    """Forget them."""
