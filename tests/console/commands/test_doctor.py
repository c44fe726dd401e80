"""`gongga doctor`."""

from __future__ import annotations

from console.commands.doctor import NEEDS, look


def test_a_need_is_met_by_any_of_its_commands() -> None:
    met = look(lambda command: "/usr/bin/x" if command == "chromium-browser" else None, lambda _module: False)

    assert [name for name, ok in met.items() if ok] == ["Chromium"]


def test_a_need_is_met_only_by_all_of_its_modules() -> None:
    assert not look(lambda _command: None, lambda module: module != "sigma")["platform"]


def test_every_need_says_what_to_type() -> None:
    assert all("install" in need.remedy for need in NEEDS)
