"""What a route answers when a use case cannot."""

from __future__ import annotations

import pytest
from fastapi import HTTPException

from analytics.lifecycle import IllegalMove, Stale, Unfit, Unknown
from console.web.acts import Said, answered


@pytest.mark.parametrize(
    ("error", "status"),
    [(Unknown("x"), 404), (Stale("x"), 409), (IllegalMove("x", "a", "b"), 409), (ValueError("x"), 422)],
)
def test_each_failure_has_its_status_and_its_sentence(error: Exception, status: int) -> None:
    with pytest.raises(HTTPException) as raised, answered():
        raise error

    assert raised.value.status_code == status
    assert raised.value.detail == str(error)


@pytest.mark.parametrize(
    ("error", "zh"),
    [
        (Unknown("x"), ""),
        (Unknown("x", "没有这个"), "没有这个"),
        (Unfit("不行", "no"), "不行"),
        (ValueError("no"), "no"),
    ],
)
def test_each_failure_has_its_words_for_people(error: Exception, zh: str) -> None:
    with pytest.raises(Said) as raised, answered():
        raise error

    assert raised.value.zh == zh
