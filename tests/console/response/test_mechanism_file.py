"""A mechanism as a file: what is refused, and what is only odd."""

from __future__ import annotations

from importlib.resources import files

import pytest

from console.response.mechanism_file import BadMechanism, read_mechanism

TEXT = (files("playbooks") / "mechanism" / "ganzi.yml").read_text("utf-8")
CAC = "name: 州委网信办（州网络安全应急指挥中心）"


def changed(old: str, new: str) -> bytes:
    assert old in TEXT
    return TEXT.replace(old, new).encode()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("kind: org, expect: 2", "kind: club, expect: 2", "group support: kind 'club' is not one of org, duty, mode"),
        ("expect: 12}", "expect: many}", "group member: expect 'many' is neither a number nor N"),
        ("group: member, key: gaj", "group: friends, key: gaj", "slot gaj: there is no group 'friends'"),
        (CAC, f"{CAC}, unit: U-000", "slot command/cac: unit 'U-000' is not in the inventory"),
        ("roles: [commander, lead]", "roles: [king]", "slot command/cac: there is no role 'king'"),
        (
            "{R: support/wayb, A: command/cac}\n    contain",
            "{R: support/none}\n    contain",
            "raci triage: 'support/none' n",
        ),
        ("{R: command/cac, A: command/cac, I", "{Z: command/cac, I", "raci report_up: 'Z' is not one of R, A, C, I"),
        (
            "notify: [support/wayb], within",
            "notify: [allies/*], within",
            "escalation 一般: 'allies/\\*' names no group",
        ),
        ("within: PT30M", "within: soon", "escalation 一般: within 'soon' must be a time of 1 minute to 30 days"),
        ("    一般: {notify", "    小: {notify", "escalation: '小' is no grade; one of 特别重大, 重大, 较大, 一般"),
        ("key: wayb, name", "key: xh, name", "the slot support/xh stands 2 times; each may stand once"),
        ("effective: 2026-01-01", "effective: soon", "effective: 'soon' is no day"),
        ('version: "2026.1"', 'version: "../x"', "version: '../x' is not of the form"),
        ("confidence: A", "confidence: sure", "confidence must be one of"),
        ("then: command/cac}\n    一般", "then: command/x}\n    一般", "escalation 较大: 'command/x' names no slot"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence(old: str, new: str, sentence: str) -> None:
    with pytest.raises(BadMechanism, match=f"ganzi.yml: {sentence}") as error:
        read_mechanism(changed(old, new), "ganzi.yml", {"U-1"})

    assert "\n" not in str(error.value)


def test_a_bomb_is_refused_before_it_grows() -> None:
    with pytest.raises(BadMechanism, match="anchors and aliases are not taken"):
        read_mechanism(b"a: &a [x]\nb: [*a, *a]\n", "x.yml")


@pytest.mark.parametrize("content", [b"", b"1", b"mechanism:", b"mechanism: {groups: []}", b"[]"])
def test_a_file_that_is_no_mechanism_is_refused(content: bytes) -> None:
    with pytest.raises(BadMechanism, match=r"^x\.yml: "):
        read_mechanism(content, "x.yml")


def test_counts_that_differ_are_a_warning_and_never_a_failure() -> None:
    found = read_mechanism(changed("expect: 12}", "expect: 13}"), "ganzi.yml")
    fewer = read_mechanism(changed("key: yjj, name", "enabled: false, key: yjj, name"), "ganzi.yml")

    assert [one.en for one in found.warnings][:1] == ["member: 13 expected, 12 enabled"]
    assert [one.en for one in fewer.warnings][:2] == [
        "member: 12 expected, 11 enabled",
        "The label is 1+2+12, the counts 1+2+11",
    ]
    assert "member/yjj" not in [slot.ref for slot in fewer.called(1)]


def test_a_slot_that_nobody_is_bound_to_is_a_warning() -> None:
    found = read_mechanism(TEXT.encode(), "ganzi.yml")

    assert [one.en.startswith("Bound to no unit") for one in found.warnings] == [True]
