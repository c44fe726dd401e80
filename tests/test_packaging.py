"""The wheel holds everything: built, installed into a fresh environment, run from another folder."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.packaging


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr or done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=ROOT)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_code_rules_templates_and_browser_assets_only(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    for wanted in (
        "console/web/static/gongga.css",
        "console/web/static/vendor/htmx.min.js",
        "console/web/templates/layout.html",
        "console/migrations/versions/",
        "rules/checks.yml",
        "rules/sigma/",
        "rules/exposure/",
        "lab/sites.yml",
        "console/web/locale/en/LC_MESSAGES/messages.po",
    ):
        assert any(name.startswith(wanted) for name in names), wanted
    tops = {name.split("/")[0] for name in names}
    assert tops - {"gongga-0.1.0.dist-info"} == {"sensors", "analytics", "console", "rules", "playbooks", "lab"}


def test_an_installed_wheel_runs_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "venv", "--without-pip", "env", cwd=tmp_path)
    python = tmp_path / "env" / "bin" / "python"
    # The dependencies are this environment's; the project itself comes from the wheel alone.
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=tmp_path).strip())
    with zipfile.ZipFile(wheel) as content:
        content.extractall(site)
    here = sysconfig.get_path("purelib")
    (site / "dependencies.pth").write_text(f"import sys; sys.path.append({here!r})\n")
    assert run(python, "-c", "import console; print(console.__file__)", cwd=tmp_path).startswith(str(site))

    entry = (python, "-c", "from console.cli import main; main()")
    assert "Usage" in run(*entry, "--help", cwd=tmp_path)
    assert run(*entry, "rules", "check", cwd=tmp_path)
    run(*entry, "lab", "sites", cwd=tmp_path)
    run(*entry, "inventory", "columns", cwd=tmp_path)
