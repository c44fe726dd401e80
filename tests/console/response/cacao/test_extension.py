"""Our extension of CACAO."""

from __future__ import annotations

from datetime import timedelta

import pytest

from console.response.cacao.extension import EXTENSION, duration, own_command, slot_of, step_terms
from tests.console.playbooks import AGENT, book, end, manual, playbook


def test_the_terms_of_a_step() -> None:
    approval = {"role": "commander", "quorum": 2, "deadline": "PT30M", "on_deadline": "approve"}
    found = playbook(book({"a": manual("e", {"role": "lead", "due": "P1DT2H", "approval": approval}), "e": end()}))

    terms = step_terms(found.steps["a"])

    assert (terms.role, terms.due) == ("lead", timedelta(days=1, hours=2))
    assert terms.approval is not None
    assert (terms.approval.quorum, terms.approval.approves_on_deadline) == (2, True)


@pytest.mark.parametrize("text", ["", "P", "PT", "30M", "P1Y", None, 5, "PT99999999999S"])
def test_what_is_no_duration_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="no duration"):
        duration(text)


@pytest.mark.parametrize("terms", [{"most_rounds": 0}, {"most_rounds": True}, {"approval": 1}, {"name_en": 3}])
def test_terms_that_make_no_sense_are_refused(terms: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        step_terms(playbook(book({"a": manual("e", terms), "e": end()})).steps["a"])


def test_a_command_of_ours_is_known_with_and_without_its_prefix() -> None:
    assert own_command("x-retest") == own_command("retest") == "retest"
    assert own_command("bash") is None


def test_an_agent_stands_for_a_slot() -> None:
    agent = {"type": "group", "name": "x", "agent_target_extensions": {EXTENSION: {"slot": "support"}}}

    assert slot_of(playbook(book({"e": end()}, agent_definitions={AGENT: agent})), AGENT) == "support"
