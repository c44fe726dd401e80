"""How commands are carried out here."""

from __future__ import annotations

import pytest

from console.response.cacao.document import Command
from console.response.cacao.importing import BY_HAND, CALL, FOREIGN, MANUAL, OWN, waits_for_a_person, warnings, way_of
from tests.console.playbooks import book, end, manual, own, playbook


@pytest.mark.parametrize("kind", sorted(FOREIGN))
def test_a_command_for_another_machine_is_done_by_hand(kind: str) -> None:
    assert way_of(Command(kind, "", {})) == BY_HAND


def test_the_other_ways() -> None:
    ways = [way_of(Command(kind, "", {})) for kind in ("manual", "http-api", "x-notify", "block-request")]

    assert ways == [MANUAL, CALL, OWN, OWN]


def test_each_command_done_by_hand_is_warned_of() -> None:
    commands = [{"type": "bash", "command": "x"}, {"type": "manual", "command": "y"}, {"type": "odd"}]
    found = playbook(book({"a": manual("e", commands=commands), "b": own("retest", "e"), "e": end()}))

    assert [(one.name, one.is_error) for one in warnings(found)] == [
        ("runs-by-hand", False),
        ("unknown-command", False),
    ]
    assert waits_for_a_person(found.steps["a"])
    assert not waits_for_a_person(found.steps["b"])
