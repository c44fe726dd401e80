"""Who may import whom: data goes wire → event → alert → incident → notice, imports go the other way."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAY_IMPORT = {
    "sensors": ("sensors", "rules"),
    "analytics": ("analytics", "sensors.contract", "rules"),
    "console": ("console", "analytics", "sensors.contract", "rules", "playbooks"),
    "rules": ("rules",),
    "playbooks": ("playbooks",),
}
OURS = (*MAY_IMPORT, "lab")
# Heavy or foreign packages, and the one folder each lives in.
HOMES = {
    "numba": "sensors/flow",
    "scapy": "lab",
    "duckdb": "analytics/store",
    "sigma": "analytics/sigma",
    "hyperscan": "analytics/sigma",
    "luqum": "analytics/store",
    "dramatiq": "analytics",
    "aiohttp": ("sensors/probe", "sensors/emit", "lab"),
    "selectolax": "sensors/probe",
    "dns": ("sensors/probe", "lab"),
    "fastapi": "console",
    "starlette": "console",
    "uvicorn": "console",
    "jinja2": ("console/web", "console/papers"),
    "argon2": "console/accounts",
    "pyotp": "console/accounts",
    "alembic": "console",
    "sqlalchemy": ("analytics", "console", "lab"),
    "urllib3": "console/office",
    "docx": "console/papers",
    "docxtpl": "console/papers",
    "weasyprint": "console/papers",
    "matplotlib": "console/papers",
    "stix2": "console/intelligence",
    "joserfc": "console/province",
    "rfc8785": "console/province",
    "gmssl_pyx": "console/province",
}


def sources() -> list[Path]:
    return sorted(path for tier in OURS for path in (ROOT / tier).rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every imported name of a file, with its line; relative imports count as broken rules."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def may_import(path: Path) -> tuple[str, ...]:
    """What a file may import of ours; `gongga up` alone may also stand the lab up."""
    inside = path.relative_to(ROOT)
    return MAY_IMPORT[inside.parts[0]] + (("lab",) if inside == Path("console/commands/up.py") else ())


def under(name: str, *prefixes: str) -> bool:
    return any(name == prefix or name.startswith(prefix + ".") for prefix in prefixes)


@pytest.mark.parametrize("tier", sorted(MAY_IMPORT))
def test_imports_never_go_against_the_arrow(tier: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in sources()
        if path.relative_to(ROOT).parts[0] == tier
        for line, name in imports(path)
        if name.startswith(".") or (under(name, *OURS) and not under(name, *may_import(path)))
    ]

    assert wrong == []


def test_nothing_shipped_imports_the_tests_or_benchmarks() -> None:
    wrong = [
        f"{path}:{line}" for path in sources() for line, name in imports(path) if under(name, "tests", "benchmarks")
    ]

    assert wrong == []


@pytest.mark.parametrize("package", sorted(HOMES))
def test_a_heavy_package_has_one_home(package: str) -> None:
    homes = HOMES[package]
    allowed = tuple(ROOT / home for home in ((homes,) if isinstance(homes, str) else homes))
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sources()
        for line, name in imports(path)
        if under(name, package) and not any(path.is_relative_to(home) for home in allowed)
    ]

    assert wrong == []


def test_modules_do_not_import_each_other_in_a_circle() -> None:
    graph = module_graph()
    done: set[str] = set()
    for start in graph:
        circle = find_circle(graph, start, done, [])
        assert not circle, " → ".join(circle)


def module_graph() -> dict[str, set[str]]:
    """Imports at the top level of modules: those inside functions run later and close no circle."""
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in sources()}
    names = {name.removesuffix(".__init__"): path for name, path in names.items()}
    graph: dict[str, set[str]] = {}
    for name, path in names.items():
        found = set()
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ImportFrom) and node.module:
                found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
            elif isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
        graph[name] = {target for target in found if target in names and target != name}
    return graph


def find_circle(graph: dict[str, set[str]], name: str, done: set[str], way: list[str]) -> list[str]:
    if name in way:
        return [*way[way.index(name) :], name]
    if name in done:
        return []
    for target in sorted(graph[name]):
        circle = find_circle(graph, target, done, [*way, name])
        if circle:
            return circle
    done.add(name)
    return []
