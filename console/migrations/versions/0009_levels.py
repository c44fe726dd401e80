"""The tables of response levels and call-outs."""

from __future__ import annotations

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make them."""


def downgrade() -> None:
    """Forget them."""
