"""What an installation must know before the lab runs on it: inventory, networks, scope, and a hurried probe."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, delete, insert

from analytics.data_folder import DataFolder
from analytics.db import NETWORK
from analytics.inventory.importing import import_csv
from analytics.inventory.scope import write_scope
from lab.certificates import authority_in
from lab.inventory import sheet
from lab.site import NAME_SERVER, load_sites
from lab.story import GATEWAY

# The lab's probe looks every few seconds, so that a visitor sees the night within two minutes. All of it is loopback.
_PROBE = """\
unit = "甘孜州示例网安应保中心"
contact = "http://www.gzz.lab/contact"
name_servers = ["{host}:{port}"]
ca_file = "{ca}"
requests_per_second = 40
connections_per_address = 4
confirm_delay = 1
spread = 4
batch_delay = 1
retry_delays = [1, 2]
auto_approve_first = true

[periods]
availability = 15
dns = 30
tls = 120
headers = 120
content = 10
exposure = 300
"""


def prepare_lab(data: DataFolder, engine: Engine, now: datetime) -> None:
    """Fill the inventory with the pretend county and write scope and settings. Doing it again changes nothing."""
    folder = data.root / "lab"
    authority_in(folder, now)
    settings = _PROBE.format(host=NAME_SERVER[0], port=NAME_SERVER[1], ca=folder / "ca.pem")
    (data.sensors / "probe.toml").write_text(settings, encoding="utf-8")
    with engine.begin() as connection:
        report = import_csv(connection, sheet(load_sites(), now.date()), now)
        if report.errors:
            raise ValueError(f"the lab's own sheet is wrong: {report.errors[0]}")
        connection.execute(delete(NETWORK))
        connection.execute(
            insert(NETWORK),
            [
                {"cidr": "10.0.0.0/8", "name": "政务外网", "shared": False},
                {"cidr": "127.0.0.0/8", "name": "本机", "shared": False},
                {"cidr": f"{GATEWAY}/32", "name": "出口网关", "shared": True},
            ],
        )
        write_scope(connection, data, now)
