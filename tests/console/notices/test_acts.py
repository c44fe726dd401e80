"""What a route answers."""

from __future__ import annotations

import pytest
from fastapi import HTTPException

from analytics.lifecycle import Stale
from console.notices.acts import acting
from console.notices.person import SamePerson


@pytest.mark.parametrize(("error", "status"), [(SamePerson("no"), 403), (Stale("x"), 409), (ValueError("no"), 422)])
def test_each_refusal_has_its_status(error: Exception, status: int) -> None:
    with pytest.raises(HTTPException) as found, acting():
        raise error
    assert found.value.status_code == status
