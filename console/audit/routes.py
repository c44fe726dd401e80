"""The audit page: the state of the chain and a search in it. For the auditor only."""

from __future__ import annotations

from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from console.accounts.guard import viewer
from console.accounts.viewer import Viewer
from console.audit.chain import Broken, verify
from console.audit.queries import AuditFilter, entries, known_values, total
from console.web.desk import Desk, desk
from console.web.render import page

CHECKED_AT_ONCE: Final = 5000

router = APIRouter()

Here = Annotated[Desk, Depends(desk)]
Auditor = Annotated[Viewer, Depends(viewer("audit.read"))]


def wanted(
    q: Annotated[str, Query(max_length=100)] = "",
    actor: Annotated[str, Query(max_length=60)] = "",
    action: Annotated[str, Query(max_length=60)] = "",
    before: Annotated[int | None, Query(ge=1)] = None,
) -> AuditFilter:
    """The filter that an address names."""
    return AuditFilter(q.strip(), actor, action, before)


Wanted = Annotated[AuditFilter, Depends(wanted)]


@router.get("/audit", include_in_schema=False)
def show(request: Request, here: Here, who: Auditor, filters: Wanted, whole: bool = False) -> Response:
    with here.reads.begin() as connection:
        found, older = entries(connection, filters)
        actors, actions = known_values(connection)
        # Years of entries take seconds: the page looks at the end of the chain unless asked for all of it.
        after = 0 if whole else max(0, total(connection) - CHECKED_AT_ONCE)
        state = verify(connection, after)
    return page(
        request,
        who,
        "audit/audit.html",
        lines=found,
        older=_address(filters, older) if older else None,
        newest=_address(filters, None) if filters.before else None,
        filters=filters,
        actors=actors,
        actions=actions,
        state=state,
        after=after,
        broken=isinstance(state, Broken),
    )


@router.get("/api/v1/audit")
def as_data(here: Here, who: Auditor, filters: Wanted) -> dict[str, Any]:
    """Entries of the chain, newest first, with their hashes; `before` of the next page."""
    with here.reads.begin() as connection:
        found, older = entries(connection, filters)
    return {
        "entries": [
            {
                "seq": line.seq,
                "at": line.at.isoformat(),
                "actor": line.actor,
                "action": line.action,
                "object": line.object,
                "detail": line.detail,
                "sha256": line.sha256,
                "sm3": line.sm3,
            }
            for line in found
        ],
        "before": older,
    }


@router.get("/api/v1/audit/chain")
def chain(here: Here, who: Auditor) -> dict[str, Any]:
    """Whether every entry is as it was written."""
    with here.reads.begin() as connection:
        state = verify(connection)
    if isinstance(state, Broken):
        return {"verified": False, "seq": state.seq, "reason": state.reason}
    return {"verified": True, "entries": state.entries, "sha256": state.sha256, "sm3": state.sm3}


def _address(filters: AuditFilter, before: int | None) -> str:
    named = {"q": filters.text, "actor": filters.actor, "action": filters.action, "before": before}
    return "/audit?" + urlencode({name: value for name, value in named.items() if value})
