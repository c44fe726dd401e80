"""The docs tell the truth: generated pages are current, and everything appears."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from console.cli import COMMANDS
from docs.generate import DOCS, PAGES, page

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_generated_page_is_current(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == page(name), "run `python -m docs.generate`"


def test_every_command_appears_in_the_commands_page() -> None:
    text = (DOCS / "commands.md").read_text("utf-8")

    assert [name for name in COMMANDS if f"## gongga {name}\n" not in text] == []


def test_every_rule_folder_appears_in_the_rules_page() -> None:
    text = (DOCS / "rules.md").read_text("utf-8")
    families = sorted(path.name for path in (ROOT / "rules").iterdir() if path.is_dir() and path.name != "__pycache__")

    assert [name for name in families if f"`rules/{name}/`" not in text] == []


def test_every_make_target_named_in_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"`?make ([a-z-]+)", (ROOT / "README.md").read_text("utf-8")))

    assert named <= targets


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_every_link_to_a_file_leads_somewhere(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)#:]+)\)", text) if not link.startswith("http")]

    assert [link for link in links if not (ROOT / link).exists()] == []


def test_no_page_names_a_machines_folder() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]

    assert [path.name for path in pages if re.search(r"(?<![\w.])/(?:root|work|home)/", path.read_text("utf-8"))] == []
