"""What a route answers when a use case cannot."""

from __future__ import annotations

import pytest
from fastapi import HTTPException

from analytics.lifecycle import IllegalMove, Stale, Unknown
from console.web.acts import answered


@pytest.mark.parametrize(
    ("error", "status"),
    [(Unknown("x"), 404), (Stale("x"), 409), (IllegalMove("x", "a", "b"), 409), (ValueError("x"), 422)],
)
def test_each_failure_has_its_status_and_its_sentence(error: Exception, status: int) -> None:
    with pytest.raises(HTTPException) as raised, answered():
        raise error

    assert raised.value.status_code == status
    assert raised.value.detail == str(error)
