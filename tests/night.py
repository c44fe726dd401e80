"""The night of a defacement as segments, and an installation that they happen to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert

from analytics.data_folder import DataFolder
from analytics.db import METADATA, SITE, UNIT, database_url, open_database
from sensors.contract.segment import Segment
from tests.factories import at, segment
from tests.intake_bench import look

ATTACKER = "203.0.113.77"
CONTROLLER = "198.51.100.23"
GATEWAY = "10.0.0.1"
BACKUP = "198.51.100.200"
SCANNED = 150


def installation(root: Path) -> tuple[DataFolder, Engine]:
    """A data folder with records of one unit and one site."""
    data = DataFolder(root).prepare()
    engine = open_database(database_url(data.root))
    METADATA.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(UNIT).values(id="u1", name="康定市示例局", county="513301", kind="党政机关"))
        connection.execute(
            insert(SITE).values(
                id="kd-003",
                unit_id="u1",
                name="康定市示例局",
                url="http://www.kd3.lab/",
                hosts=["www.kd3.lab"],
                addresses=["10.0.3.17"],
                ports=[80],
                rank="部门",
                protection_level=2,
                is_cii=False,
                active=True,
            )
        )
    return data, engine


def asked(seconds: float, target: str, status: int, method: str = "GET") -> dict[str, Any]:
    """One request of the attacker."""
    path, _, query = target.partition("?")
    return {
        "@timestamp": at(seconds),
        "source.ip": ATTACKER,
        "destination.ip": "10.0.3.17",
        "destination.port": 80,
        "url.domain": "www.kd3.lab",
        "url.original": target,
        "url.path": path,
        "url.query": query or None,
        "http.request.method": method,
        "http.response.status_code": status,
        "user_agent.original": "python-requests/2.32",
    }


def attack() -> list[dict[str, Any]]:
    """Everything the attacker asked for."""
    rows = [asked(3 * number, f"/admin/{number}.bak", 404) for number in range(SCANNED)]
    rows.append(asked(500, "/list.jsp?id=7%27%20UNION%20SELECT%20username,password%20FROM%20users--", 500))
    rows.append(asked(560, "/upload/save.do", 200, "POST"))
    return rows + [asked(600 + 50 * number, "/upload/2026/x.jsp", 200) for number in range(17)]


def connected(seconds: float, source: str, destination: str) -> dict[str, Any]:
    """One outbound connection that was answered."""
    return {
        "@timestamp": at(seconds),
        "source.ip": source,
        "destination.ip": destination,
        "destination.port": 443,
        "network.transport": "tcp",
        "destination.packets": 4,
    }


def night() -> Iterator[Segment]:
    """The night in seven segments; the beacon has a decoy from a gateway beside it."""
    rows = attack()
    for number, part in enumerate((rows[:80], rows[80:160], rows[160:])):
        yield segment("http", *part, sequence=number)
    beacon = [connected(600 + 60 * number, "10.0.3.17", CONTROLLER) for number in range(41)]
    decoy = [connected(600 + 60 * number, GATEWAY, BACKUP) for number in range(41)]
    yield segment("flow", *beacon, *decoy, sequence=3)
    yield look("pass", 1, 1700)
    yield look("fail", 2, 1720, "content/footer-mark-missing")
    yield look("fail", 3, 2000)
