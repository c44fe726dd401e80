"""What an installation must know before the lab runs on it: inventory, networks, scope, and a hurried probe."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Engine, delete, insert

from analytics.data_folder import DataFolder
from analytics.db import NETWORK
from analytics.inventory.importing import import_csv
from analytics.inventory.scope import write_scope
from console.audit.chain import record
from console.exercise.state import current, start
from console.office.settings import FILE, Office
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


# Written anew at each start: `gongga up` knows the desk's address.
_OFFICE: Final = """\
[office]
name = "甘孜州示例网安应保中心"
contact = "通报处置组"
phone = "0836-0000000"
address = "{address}"

[province]
transport = "https"
url = "http://127.0.0.1:{province}"
is_exercise = true

[channels]
command = "{mailbox}"
"""
# Where the pretend province listens.
PROVINCE_PORT: Final = 8651
# Takes each message that the desk sends out, as a mailbox would: one line of JSON each.
_MAILBOX: Final = """\
#!/bin/sh
message=$(cat) && printf '%s\\n' "$message" >> "$(dirname "$0")/messages.ndjson"
"""
EXERCISE: Final = "模拟县域"
BY: Final = "lab"


def prepare_lab(data: DataFolder, engine: Engine, now: datetime, address: str | None = None) -> None:
    """Fill the inventory with the pretend county and write scope and settings. Doing it again changes nothing.

    `address` is where the desk will be reached, for the links that its messages carry.
    """
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
        # Nothing of the lab is real: all that is made on it is an exercise's.
        if current(connection) is None:
            start(connection, EXERCISE, BY, now)
            record(connection, at=now, actor=BY, action="exercise.start", object="exercise", detail={"name": EXERCISE})
    _write_office(data, address)


def _write_office(data: DataFolder, address: str | None) -> None:
    """The lab's office: its mailbox and its link with a pretend province. Written anew when the address is known."""
    folder = data.root / "lab"
    mailbox = folder / "mailbox"
    mailbox.write_text(_MAILBOX, encoding="utf-8")
    mailbox.chmod(0o755)
    path = data.root / FILE
    if address is None and path.exists():
        return
    path.write_text(
        _OFFICE.format(address=address or Office().address, mailbox=mailbox, province=PROVINCE_PORT), encoding="utf-8"
    )
