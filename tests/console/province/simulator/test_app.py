"""Who may control the pretend province."""

from __future__ import annotations

from pathlib import Path

from fastapi.testclient import TestClient

from console.bootstrap import now
from console.office.settings import ProvinceLink
from console.province.simulator.app import create_province
from console.province.simulator.province import Province


def test_it_is_controlled_from_its_own_machine_only(tmp_path: Path) -> None:
    settings = ProvinceLink(us="sc", peer="gz", transport="https", url="http://127.0.0.1:9", is_exercise=True)
    province = Province(tmp_path / "province", settings, now, lambda: 0.0)
    app = create_province(province)

    assert TestClient(app).get("/control/state").json()["received"] == []
    assert TestClient(app, client=("192.0.2.1", 5)).get("/control/state").status_code == 403
    assert TestClient(app).post("/link/messages", content=b"noise").status_code == 503
    province.begin()
    province.end()
