"""Response levels as data."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from console.response.level_file import BadLevels, load_levels, read_levels

TEXT = (files("playbooks") / "levels.yml").read_text("utf-8")
COUNTY = "warning: {zh: 红, en: Red}, decides: {zh: 县, en: County}, duty: {zh: 值班, en: Duty}"
THREE = f"""
source: 县预案
confidence: C
levels:
  - {{level: 1, name: {{zh: 一级响应, en: One}}, {COUNTY}, proposed_by: [1, 2], calls: 1}}
  - {{level: 2, name: {{zh: 二级响应, en: Two}}, {COUNTY}, proposed_by: [3], calls: 3}}
  - {{level: 3, name: {{zh: 三级响应, en: Three}}, {COUNTY}, proposed_by: [4], calls: 4}}
"""


def test_the_grade_proposes_the_level() -> None:
    ours = load_levels()

    assert [(grade, found.name.zh) for grade in (1, 2, 3, 4) if (found := ours.proposed(grade))] == [
        (1, "Ⅰ级响应"),
        (2, "Ⅱ级响应"),
        (3, "Ⅲ级响应"),
        (4, "Ⅳ级响应"),
    ]
    assert ours.proposed(None) is None


def test_who_may_start_it_needs_the_right_and_the_role() -> None:
    ours = load_levels()

    assert ours.of(1).startable_by(frozenset({"commander"}))
    assert not ours.of(1).startable_by(frozenset({"lead"}))
    assert ours.of(3).startable_by(frozenset({"lead"}))
    assert not ours.of(3).startable_by(frozenset({"analyst", "editor"}))


def test_a_county_with_three_levels_is_another_file(tmp_path: Path) -> None:
    (tmp_path / "levels.yml").write_text(THREE, "utf-8")
    found = load_levels(tmp_path)

    assert [one.name.zh for one in found.levels] == ["一级响应", "二级响应", "三级响应"]
    assert found.proposed(2) is found.of(1)
    # A level that was started under a file with more of them.
    assert found.named(4) is found.of(3)


def test_a_file_that_cannot_be_used_leaves_the_shipped_one_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "levels.yml").write_text("levels: []", "utf-8")
    found = load_levels(tmp_path)

    assert len(found.levels) == 4
    assert found.refused is not None
    assert found.refused.startswith("levels.yml: ")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("- level: 2", "- level: 5", "numbered 1, 2, 3"),
        ("proposed_by: [2]", "proposed_by: [1]", "one level only"),
        ("calls: 4", "calls: 9", "9 is no grade"),
        ("roles: [commander]", "roles: [king]", "no role 'king'"),
        ("minutes: 30,", "weeks: 30,", "write one of minutes, days"),
        ("starts: started, minutes: 30", "starts: soon, minutes: 30", "starts must be one of"),
        ("name: {zh: Ⅰ级响应, en: Level I response}", "name: {zh: Ⅰ级响应}", "needs zh and en"),
        ("confidence: G\nlevels", "confidence: Z\nlevels", "confidence must be"),
        ("source: 国家", "sauce: 国家", "'source' is missing"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence(old: str, new: str, sentence: str) -> None:
    assert old in TEXT
    with pytest.raises(BadLevels, match=sentence) as error:
        read_levels(TEXT.replace(old, new, 1).encode())

    assert str(error.value).startswith("levels.yml: ")
