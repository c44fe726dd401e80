"""A playbook as values."""

from __future__ import annotations

from console.response.cacao.document import export
from tests.console.playbooks import AGENT, book, end, manual, playbook, step


def test_an_export_shares_nothing_with_the_playbook() -> None:
    found = playbook(book({"a": manual("e"), "e": end()}))

    export(found)["workflow"]["a"]["name"] = "changed"

    assert found.content["workflow"]["a"]["name"] == "action"


def test_branches_and_what_follows_are_told_apart() -> None:
    document = book({"s": step("switch-condition", "e", switch="__a__:value", cases={"x": "e", "y": "f"}), "e": end()})
    found = playbook(document).steps["s"]

    assert (found.branches(), found.onward()) == (["e", "f"], ["e"])


def test_a_party_is_found_among_agents_and_targets() -> None:
    found = playbook(book({"e": end()}))

    assert found.party(AGENT) is not None
    assert found.party("nobody") is None
