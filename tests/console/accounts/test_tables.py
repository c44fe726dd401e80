"""The tables of accounts."""

from __future__ import annotations

from console.accounts.tables import ACCOUNT, ACCOUNT_GRANT, SESSION


def test_a_session_is_kept_by_its_hash_only() -> None:
    assert [column.name for column in SESSION.primary_key] == ["id_hash"]
    assert "token" not in SESSION.c


def test_a_login_is_one_accounts() -> None:
    assert ACCOUNT.c.login.unique


def test_a_grant_may_leave_out_the_scope() -> None:
    assert ACCOUNT_GRANT.c.county.nullable
    assert ACCOUNT_GRANT.c.unit_id.nullable
