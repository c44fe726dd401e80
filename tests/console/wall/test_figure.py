"""A number with the address of its list."""

from __future__ import annotations

from console.wall.figure import Figure, document, link


def test_an_address_leaves_out_what_is_not_asked() -> None:
    assert link("/sites") == "/sites"
    assert link("/incidents", level=0, reached=None) == "/incidents?level=0"
    assert link("/attacks", since="2026-11-23T12:00:00+00:00") == "/attacks?since=2026-11-23T12%3A00%3A00%2B00%3A00"


def test_a_figure_as_data_names_the_address_of_its_list() -> None:
    told = document(Figure("sites", "在监网站", 3, "/sites", "sites.read"))

    assert (told["api"], told["count"]) == ("/api/v1/sites", 3)
    assert document(Figure("source-1", "来源 1", 3))["api"] is None
