"""Write the pages under docs/ that follow from the code; with `--check`, say which are not current."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from dataclasses import fields as dataclass_fields
from pathlib import Path
from typing import Any, Final

from analytics.findings.checks import load_checks
from analytics.inventory.sheet import COLUMNS
from console.accounts.permissions import PERMISSIONS, ROLES
from console.accounts.roles import role_words
from console.cli import COMMANDS, load
from console.office.settings import FILE, OfficeSettings
from sensors.contract.fields import BY_NAME, DATASETS, SCHEMA_VERSION, fields_of

DOCS: Final = Path(__file__).resolve().parent
_NOTE: Final = "<!-- Written by `python -m docs.generate`; change the code it follows from, not this page. -->\n\n"


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""
    lines = [list(head), *(list(row) for row in rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def fields() -> str:
    """Every field, and the datasets that carry it."""
    text = "# Fields of events\n\n"
    text += f"Schema version {SCHEMA_VERSION}. Names are ECS names, or our own under `gongga.`.\n\n"
    text += table(
        ("field", "kind", "meaning", "datasets"),
        (
            (f"`{field.name}`", field.kind, field.meaning, _datasets(field.datasets))
            for field in sorted(BY_NAME.values(), key=lambda field: field.name)
        ),
    )
    text += "\n## Datasets\n\n"
    return text + table(("dataset", "fields"), ((f"`{name}`", len(fields_of(name))) for name in DATASETS))


def _datasets(names: Iterable[str]) -> str:
    carried = [name for name in DATASETS if name in set(names)]
    return "all" if len(carried) == len(DATASETS) else ", ".join(carried)


def commands() -> str:
    """Every command with its arguments and options, read from the command line itself."""
    text = "# Commands\n\nMachine-readable output goes to stdout, everything else to stderr. "
    text += "Exit status: 0 done, 1 found nothing usable, 2 wrong use.\n"
    for name, command in COMMANDS.items():
        text += f"\n## gongga {name}\n\n{command.help}\n"
        for path, one in _leaves(f"gongga {name}", load(name)):
            text += _command(path, one)
    return text


def _leaves(path: str, command: Any) -> Iterable[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield path, command
        return
    for name, one in inner.items():
        yield from _leaves(f"{path} {name}", one)


def _command(path: str, command: Any) -> str:
    shown = [parameter for parameter in command.params if not getattr(parameter, "hidden", False)]
    arguments = [one.name.upper() for one in shown if _is_argument(one)]
    text = f"\n`{' '.join((path, *arguments))}`"
    first = (command.help or "").strip().split("\n\n")[0].replace("\n", " ")
    text += f": {first}\n" if first else "\n"
    rows = []
    for one in shown:
        name = one.name.upper() if _is_argument(one) else ", ".join(one.opts)
        rows.append((f"`{name}`", (getattr(one, "help", "") or "").replace("\n", " "), _default(one)))
    return text + ("\n" + table(("", "meaning", "default"), rows) if rows else "")


def _is_argument(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "argument")


def _default(parameter: Any) -> str:
    value = parameter.default
    if value is None or value == () or value is False or callable(value) or parameter.required:
        return "required" if parameter.required else ""
    return f"`{value}`"


def checks() -> str:
    """Every check of the probe, and what its failure means."""
    text = "# Checks of the probe\n\nThe list is data: `rules/checks.yml`.\n\n"
    rows = (
        (f"`{name}`", f"{check.title} / {check.title_en}", check.severity, check.yields, check.class_code)
        for name, check in sorted(load_checks().items())
    )
    return text + table(("check", "a failure means", "severity", "yields", "class"), rows)


def inventory() -> str:
    """The columns of an inventory sheet."""
    text = "# The inventory sheet\n\nCSV, UTF-8 or GBK; the first line names the columns, each further line is a site. "
    text += "One bad row keeps the whole sheet out; each is reported with its line.\n\n"
    rows = ((f"`{column.name}`", "yes" if column.required else "", column.meaning) for column in COLUMNS)
    return text + table(("column", "required", "holds"), rows)


def office() -> str:
    """What an office may set, part by part."""
    text = f"# {FILE}\n\nThe file `{FILE}` in the data folder says who the office is and how people and the province "
    text += "are reached. Every value has a default; an unknown name is refused at the start, with the sentence why.\n"
    for part in dataclass_fields(OfficeSettings):
        inner = part.default
        rows = (
            (f"`{one.name}`", one.metadata["meaning"], _shown(getattr(inner, one.name)))
            for one in dataclass_fields(type(inner))
        )
        text += f"\n## [{part.name}]\n\n" + table(("", "meaning", "default"), rows)
    return text


def _shown(value: object) -> str:
    return "" if value in ("", ()) else f"`{str(value).lower() if isinstance(value, bool) else value}`"


def permissions() -> str:
    """Which role may do what."""
    text = "# Roles\n\nWhat is not marked here is denied. "
    text += "A role is given over the whole prefecture, a county or a unit.\n\n"
    names = [f"{role_words(role)} `{role}`" for role in ROLES]
    rows = ((f"`{one}`", *("✓" if one in ROLES[role] else "" for role in ROLES)) for one in PERMISSIONS)
    return text + table(("permission", *names), rows)


PAGES: Final[dict[str, Callable[[], str]]] = {
    "fields.md": fields,
    "commands.md": commands,
    "checks.md": checks,
    "inventory.md": inventory,
    "office.md": office,
    "roles.md": permissions,
}


def page(name: str) -> str:
    """The text of a generated page."""
    return _NOTE + PAGES[name]()


def main() -> int:
    """Write the pages, or check them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    stale = [name for name in PAGES if not _current(DOCS / name, page(name))]
    for name in stale:
        if check:
            sys.stderr.write(f"docs/{name} is not current; run `python -m docs.generate`\n")
        else:
            (DOCS / name).write_text(page(name), encoding="utf-8")
    return 1 if check and stale else 0


def _current(path: Path, text: str) -> bool:
    return path.exists() and path.read_text("utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
