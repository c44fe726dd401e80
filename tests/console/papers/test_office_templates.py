from __future__ import annotations

from pathlib import Path

import pytest

from console.papers.office_templates import drop_template, keep_template, own_template


def test_an_offices_template_stands_in_for_the_shipped_one_until_it_is_dropped(tmp_path: Path) -> None:
    assert own_template(tmp_path, "hazard") is None

    keep_template(tmp_path, "hazard", b"one")
    keep_template(tmp_path, "hazard", b"two")

    assert own_template(tmp_path, "hazard") == b"two"
    assert [path.name for path in (tmp_path / "templates").iterdir()] == ["hazard.docx"]
    assert drop_template(tmp_path, "hazard")
    assert not drop_template(tmp_path, "hazard")


def test_a_kind_from_an_address_never_becomes_a_path(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        keep_template(tmp_path, "../../etc/passwd", b"")
