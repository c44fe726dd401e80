"""A small platform of a test's own: one pretend site, the real processes, five people, and a pretend province."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from httpx2 import Client, TransportError
from sqlalchemy import Engine, insert

from analytics.data_folder import DataFolder
from analytics.db import CONTACT
from analytics.inventory.importing import import_csv
from analytics.inventory.scope import write_scope
from console.accounts.use_cases import AT_THE_MACHINE, Grants, create_account
from console.bootstrap import prepare
from console.commands.up import parts
from console.exercise.state import start
from console.supervisor import Part
from tests.person import Person
from tests.pretend_site import PretendSite, pretend_site
from tests.processes import Processes, processes
from tests.running import Platform, free_port, wait_for
from tests.second_half import Office

PROVINCE: Final = "province"
UNTESTED: Final = "select id, state from retest where state in ('ordered', 'sent')"
PEOPLE: Final = {
    "analyst": "analyst",
    "lead": "lead",
    "commander": "commander",
    "editor": "editor",
    "reviewer": "editor",
}
# Everything the probe does within seconds.
_PROBE: Final = """\
unit = "示例"
requests_per_second = 200.0
connections_per_address = 4
confirm_delay = 0.3
spread = 0.2
batch_delay = 0.2
retry_delays = [0.5, 1]
auto_approve_first = true

[periods]
availability = 5
dns = 600
tls = 600
headers = 600
content = 1.5
exposure = 600
"""
_OFFICE: Final = """\
[office]
name = "示例网信办"
address = "{address}"

[province]
transport = "https"
url = "{province}"
is_exercise = true

[channels]
command = "{mailbox}"
"""
_MAILBOX: Final = """\
#!/bin/sh
message=$(cat) && printf '%s\\n' "$message" >> "$(dirname "$0")/messages.ndjson"
"""


@dataclass(frozen=True, slots=True)
class Small:
    """The platform while it runs."""

    office: Office
    platform: Platform
    processes: Processes
    site: PretendSite

    @property
    def data(self) -> Path:
        return self.platform.data

    def settle(self) -> None:
        """Wait until nothing is on its way any more."""
        wait_for(lambda: not self.on_the_way(), "everything arrived", 60, lambda: f"{self.on_the_way()}")

    def on_the_way(self) -> list[object]:
        """Messages to the province without their last receipt, messages of it not dealt with, and untold people."""
        business = "('event_report', 'instruction_step')"
        return [
            *self.platform.rows(f"select kind, state from outbox where kind in {business} and state <> 'accepted'"),
            *self.platform.rows("select kind, state from outbox where kind = 'receipt' and state <> 'stored'"),
            *self.platform.rows("select kind, state from inbox where state = 'stored'"),
            *self.platform.rows("select key, state from delivery where state = 'waiting'"),
            *self.platform.rows(UNTESTED),
            *self.platform.rows("select id, state from run where state = 'running'"),
        ]


@dataclass(frozen=True, slots=True)
class PretendProvince:
    """The simulator, as whoever runs it controls it."""

    port: int

    def instruct(self, number: str, title: str, content: str) -> None:
        said = {"number": number, "title": title, "content": content}
        self._until(lambda client: client.post("/control/instruction", json=said).raise_for_status())

    def received(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._until(lambda client: client.get("/control/state").json()["received"])
        return found

    def _until(self, ask: Callable[[Client], Any]) -> Any:
        """What it says; it may be away for a while."""
        until = time.monotonic() + 30
        while True:
            try:
                with Client(base_url=f"http://127.0.0.1:{self.port}", timeout=10, trust_env=False) as client:
                    return ask(client)
            except TransportError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)


@contextmanager
def small_platform(folder: Path) -> Iterator[Small]:
    """The platform on a folder, until the block ends."""
    data = DataFolder(folder / "data").prepare()
    port = free_port()
    with pretend_site() as site:
        engine = prepare(data)
        _inventory(data, engine, site.url)
        passwords = _people(engine)
        engine.dispose()
        address, other = f"http://127.0.0.1:{port}", free_port()
        mailbox = _settings(data, address, f"http://127.0.0.1:{other}")
        running = [_province(folder, data, address, other), *parts(data, "127.0.0.1", port, lab=False)]
        with processes(data.root / "log", running) as started:
            platform = Platform(data.root, address, "lead", "")
            people = {login: Person(platform.url, login, password) for login, password in passwords.items()}
            office = Office(address, people, mailbox, site, PretendProvince(other), platform.logs)
            office.untested = lambda: len(platform.rows(UNTESTED))
            try:
                yield Small(office, platform, started, site)
            finally:
                for person in people.values():
                    person.leave()


def _province(folder: Path, data: DataFolder, desk: str, port: int) -> Part:
    command = (sys.executable, "-m", "console", "province", "simulate", "--port", str(port))
    its = ("--data", str(folder / "province"), "--desk", desk, "--desk-data", str(data.root))
    return Part(PROVINCE, (*command, *its))


def _inventory(data: DataFolder, engine: Engine, url: str) -> None:
    (data.sensors).mkdir(parents=True, exist_ok=True)
    (data.sensors / "probe.toml").write_text(_PROBE, "utf-8")
    now = datetime.now(UTC)
    first, last = now.date() - timedelta(days=1), now.date() + timedelta(days=30)
    columns = "unit_id,unit_name,county,site_id,site_name,url,addresses,auth_document,auth_from,auth_until"
    row = f"U-1,示例局,513301,kd-1,示例局门户,{url},127.0.0.1,授权书,{first},{last}"
    with engine.begin() as connection:
        report = import_csv(connection, f"{columns}\n{row}\n".encode(), now)
        assert not report.errors, report.errors
        known = {"unit_id": "U-1", "name": "王强", "duty": "网站管理员", "phone": "13000000001"}
        connection.execute(insert(CONTACT).values(**known, email="web@u1.example"))
        start(connection, "演练：测试", AT_THE_MACHINE, now)
        write_scope(connection, data, now)


def _people(engine: Engine) -> dict[str, str]:
    """The accounts with their one-time passwords."""
    now = datetime.now(UTC)
    return {
        login: create_account(engine, login, f"测试{login}", Grants(frozenset({role})), now, AT_THE_MACHINE)
        for login, role in PEOPLE.items()
    }


def _settings(data: DataFolder, address: str, province: str) -> Path:
    """The office's file; where its messages go."""
    folder = data.root / "mail"
    folder.mkdir()
    mailbox = folder / "mailbox"
    mailbox.write_text(_MAILBOX, "utf-8")
    mailbox.chmod(0o755)
    office = _OFFICE.format(address=address, mailbox=mailbox, province=province)
    (data.root / "office.toml").write_text(office, "utf-8")
    return folder / "messages.ndjson"
