"""Whose numbers the screen can show."""

from __future__ import annotations

from tests.console.deskside import Table


def test_who_sees_units_only_is_told_where_to_look_instead(table: Table) -> None:
    answer = table.seat("analyst", unit="U-1").get("/wall")

    assert answer.status_code == 403
    assert "按县域统计" in answer.text


def test_who_sees_a_county_sees_its_tile_only(table: Table) -> None:
    told = table.seat("analyst", county="513322").get("/api/v1/wall").json()

    assert [county["code"] for county in told["counties"]] == ["513322"]
