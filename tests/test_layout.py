"""Where things stand: one noun a file, each with its test, none too long."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TIERS = ("sensors", "analytics", "console", "rules", "playbooks", "lab")
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "core", "stuff"}


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [Path(line) for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def sources() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".py" and path.parts[0] in TIERS]


def lines(path: Path) -> int:
    return (ROOT / path).read_text("utf-8").count("\n")


def test_each_source_file_has_its_test_file() -> None:
    missing = [
        str(path)
        for path in sources()
        if path.name not in ("__init__.py", "__main__.py")
        and path.parts[0] != "lab"
        and "migrations" not in path.parts
        and lines(path) > 15
        and not (ROOT / "tests" / path.parent / f"test_{path.name}").exists()
    ]

    assert missing == []


def test_no_module_is_over_400_lines() -> None:
    assert [f"{path}: {lines(path)}" for path in tracked() if path.suffix == ".py" and lines(path) > 400] == []


def test_no_function_is_over_50_lines() -> None:
    long = []
    for path in sources():
        for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > 50:
                    long.append(f"{path}:{node.lineno} {node.name} ({length})")

    assert long == []


def test_no_name_says_nothing() -> None:
    assert [str(path) for path in sources() if path.stem in VAGUE or VAGUE & set(path.parts[:-1])] == []


def test_importing_a_module_prints_nothing() -> None:
    shouting = []
    for path in sources():
        for node in ast.parse((ROOT / path).read_text("utf-8")).body:
            call = node.value if isinstance(node, ast.Expr) else None
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "print":
                shouting.append(f"{path}:{node.lineno}")

    assert shouting == []
