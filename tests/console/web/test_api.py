"""The description of the API and the box of content policy reports."""

from __future__ import annotations

from tests.console.deskside import Table


def test_the_description_holds_the_api_and_no_page(table: Table) -> None:
    seat = table.seat("lead")
    described = seat.get("/api/openapi.json").json()

    assert described["openapi"].startswith("3.")
    assert "/api/v1/health" in described["paths"]
    assert all(path.startswith("/api/") for path in described["paths"])


def test_reports_are_counted(table: Table) -> None:
    seat = table.seat("lead")
    assert seat.get("/csp-report").json() == {"reports": 0}

    seat.post("/csp-report", json={"csp-report": {"blocked-uri": "inline"}})

    assert seat.get("/csp-report").json() == {"reports": 1}
