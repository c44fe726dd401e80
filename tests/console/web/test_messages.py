"""The catalogue of translations."""

from __future__ import annotations

import re
from pathlib import Path

from console.web.messages import CATALOGUE, CONSOLE, gather, read, update

_PLACE = re.compile(r"%\((\w+)\)[sd]")


def test_every_text_of_the_desk_has_an_english_translation() -> None:
    english = {message.id: message.string for message in read(CATALOGUE)}
    missing = [message.id for message in gather(CONSOLE) if message.id and not english.get(message.id)]

    assert missing == [], "run `make messages` and translate what it names"


def test_a_translation_fills_in_the_same_values() -> None:
    for message in read(CATALOGUE):
        if message.id:
            assert sorted(_PLACE.findall(str(message.id))) == sorted(_PLACE.findall(str(message.string))), message.id


def test_updating_keeps_translations_and_names_what_is_new(tmp_path: Path) -> None:
    folder = tmp_path / "console" / "x" / "templates"
    folder.mkdir(parents=True)
    (folder / "a.html").write_text("{{ _('甲') }}{{ _('乙') }}", "utf-8")
    path = tmp_path / "messages.po"
    assert sorted(update(path, tmp_path / "console")) == ["乙", "甲"]
    path.write_text(path.read_text("utf-8").replace('msgid "甲"\nmsgstr ""', 'msgid "甲"\nmsgstr "A"'), "utf-8")

    (folder / "a.html").write_text("{{ _('甲') }}{{ _('丙') }}", "utf-8")

    assert update(path, tmp_path / "console") == ["丙"]
    assert {message.id: message.string for message in read(path) if message.id} == {"甲": "A", "丙": ""}
    before = path.read_bytes()
    update(path, tmp_path / "console")
    assert path.read_bytes() == before
