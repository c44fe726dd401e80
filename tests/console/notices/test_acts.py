"""What a route answers."""

from __future__ import annotations

import pytest
from fastapi import HTTPException

from analytics.lifecycle import Stale
from console.notices.acts import acting
from console.notices.person import SamePerson
from console.notices.records import Words
from console.web.acts import Said


@pytest.mark.parametrize(
    ("error", "status"), [(SamePerson(Words("不行", "no")), 403), (Stale("x"), 409), (ValueError("no"), 422)]
)
def test_each_refusal_has_its_status(error: Exception, status: int) -> None:
    with pytest.raises(HTTPException) as found, acting():
        raise error
    assert found.value.status_code == status


def test_who_may_not_do_both_is_told_so_in_both_languages() -> None:
    with pytest.raises(Said) as found, acting():
        raise SamePerson(Words("须由另一人办理", "another has to"))
    assert (found.value.detail, found.value.zh) == ("another has to", "须由另一人办理")
