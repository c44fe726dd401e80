"""What an office may set."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.office.settings import FILE, OfficeSettings, SettingsError, load_office


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load_office(tmp_path) == OfficeSettings()


def test_a_value_of_the_file_stands(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('[office]\nname = "示例网信办"\n[province]\nis_exercise = true\n', "utf-8")

    found = load_office(tmp_path)

    assert (found.office.name, found.province.is_exercise) == ("示例网信办", True)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[ofice]\n", "there is no part [ofice]"),
        ("[office]\nnmae = 'x'\n", "there is no office.nmae"),
        ("[office]\nname = 3\n", "office.name must be str"),
        ("office = 3\n", "office must be a table"),
        ("[office\n", "cannot be read"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / FILE).write_text(text, "utf-8")

    with pytest.raises(SettingsError, match=r"office\.toml") as refused:
        load_office(tmp_path)

    assert says in str(refused.value)
