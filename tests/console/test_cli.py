"""The command table."""

from __future__ import annotations

import pytest

from console.cli import COMMANDS, group, load


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_leads_to_code(name: str) -> None:
    assert load(name).name == name


def test_the_version_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    group().main(["--version"], prog_name="gongga", standalone_mode=False)

    assert capsys.readouterr().out.startswith("gongga 0.")


def test_an_unknown_command_is_wrong_use() -> None:
    with pytest.raises(SystemExit) as ended:
        group().main(["nosuch"], prog_name="gongga")

    assert ended.value.code == 2
