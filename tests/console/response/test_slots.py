"""A mechanism's slots, under every reading."""

from __future__ import annotations

from datetime import timedelta
from importlib.resources import files

import pytest

from console.response.mechanism import Mechanism, shipped
from console.response.mechanism_file import read_mechanism

FOLDER = files("playbooks") / "mechanism"
ONE_THREE_N = """
mechanism:
  id: other
  version: "1"
  effective: 2026-01-01
  label: "1+3+N"
  name: 某州“1+3+N”工作机制
  source: 测试
  confidence: A
  groups:
    - {key: head, name: 领导小组, kind: org, expect: 1}
    - {key: team, name: 专班, kind: duty, expect: 3}
    - {key: unit, name: 各单位, kind: org, expect: N}
  slots:
    - {group: head, key: office, name: 领导小组办公室, roles: [commander]}
    - {group: team, key: watch, name: 监测专班, roles: [analyst]}
    - {group: team, key: handle, name: 处置专班, roles: [lead]}
    - {group: team, key: press, name: 舆论专班, contacts: [{name: 卓玛, phone: "13000000000"}]}
    - {group: unit, key: edu, name: 教育局, roles: [county]}
    - {group: unit, key: med, name: 卫健局, roles: [county]}
  raci:
    report_up: {R: head/office, I: [team/*, unit]}
  escalation:
    1: {notify: [head/*, team/*, unit], within: PT10M}
    较大: {notify: [team/handle], within: PT1H30M, then: head/office}
"""


def reading(name: str) -> Mechanism:
    return read_mechanism((FOLDER / name).read_bytes(), name)


def refs(mechanism: Mechanism, target: str) -> list[str]:
    return [slot.ref for slot in mechanism.slots_of(target)]


def test_the_shipped_mechanism_is_one_and_two_and_twelve() -> None:
    ours = shipped()

    assert [(group.key, len(ours.slots_of(group.key))) for group in ours.groups] == [
        ("command", 1),
        ("support", 2),
        ("member", 12),
    ]
    assert refs(ours, "command/*") == ["command/cac"]
    assert refs(ours, "support/wayb") == ["support/wayb"]
    assert len(ours.slots_of("group:member[capabilities~sector]")) == 8
    assert refs(ours, "group:member[triggers~cii]") == ["member/gaj"]
    assert [slot.ref for slot in ours.acting("report_up", "I")] == ["member/gaj"]
    assert ours.acting("unheard_of") == ()


def test_a_grade_calls_in_its_slots_within_its_time() -> None:
    ours = shipped()
    call = ours.escalation(3)

    assert call is not None
    assert (call.within, call.then) == (timedelta(minutes=15), "command/cac")
    assert [slot.ref for slot in ours.called(3)] == ["command/cac", "support/wayb", "support/xh", "member/gaj"]
    assert len(ours.called(1)) == 15


@pytest.mark.parametrize("name", ["ganzi.yml", "reading-b.yml", "reading-c.yml"])
def test_every_reading_loads_and_counts_as_its_label_says(name: str) -> None:
    found = reading(name)

    assert not [warning for warning in found.warnings if "应有" in warning.zh or "名称为" in warning.zh]
    for step in ("triage", "contain", "report_up", "joint_consult", "retest"):
        assert found.acting(step), step
    assert all(found.called(level) for level in (1, 2, 3, 4))


def test_another_formula_is_another_file() -> None:
    found = read_mechanism(ONE_THREE_N.encode(), "other.yml")

    assert found.warnings == ()
    assert [slot.ref for slot in found.called(1)] == [
        "head/office",
        "team/watch",
        "team/handle",
        "team/press",
        "unit/edu",
        "unit/med",
    ]
    assert found.escalation(2) is None
    assert found.slots_of("team/press")[0].contacts[0].name == "卓玛"


def test_stages_make_a_checklist_and_are_not_called() -> None:
    cycle = reading("reading-c.yml")

    assert [slot.name for slot in cycle.checklist()][:3] == ["发现", "核实", "定级"]
    assert len(cycle.checklist()) == 12
    assert [slot.ref for slot in cycle.called(3)] == ["platform/desk"]
    assert shipped().checklist() == ()


def test_a_target_that_names_nothing_is_refused() -> None:
    for target in ("member/nobody", "nowhere/*", "group:nowhere", "; drop", ""):
        with pytest.raises(ValueError, match="names no"):
            shipped().slots_of(target)
