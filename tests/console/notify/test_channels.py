"""The ways out, against small servers on loopback and a program."""

from __future__ import annotations

import email
import hashlib
import hmac
import json
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from console.notify.channels import CHANNELS, NotDelivered, NotTaken, is_any_set, mail, post, program, run
from console.notify.parcel import Parcel
from console.office.settings import Channels
from tests.factories import NOON, at

PARCEL = Parcel(
    key="callout:2026-0001:1:command/cac:0",
    kind="callout",
    recipient="扎西",
    addresses={"email": "zhaxi@example.test"},
    subject="【演练】请到岗",
    text="事件 2026-0001",
    ref="incident 2026-0001",
    urgent=True,
    exercise=True,
    ack_due=at(900),
)


class Hook(BaseHTTPRequestHandler):
    """Keeps what is posted and answers as it is told."""

    posted: list[tuple[dict[str, str], bytes]]
    status: int

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        type(self).posted.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(type(self).status)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def hook() -> Iterator[tuple[type[Hook], Channels]]:
    kind = type("One", (Hook,), {"posted": [], "status": 200})
    server = HTTPServer(("127.0.0.1", 0), kind)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield kind, Channels(webhook=f"http://127.0.0.1:{server.server_port}/hook", webhook_secret="geheim")
    server.shutdown()
    server.server_close()


def test_a_post_carries_its_key_and_a_signature_that_its_receiver_can_check(hook: Any) -> None:
    kind, settings = hook
    assert post(settings, [PARCEL], NOON) == "200"
    headers, body = kind.posted[0]

    stamp = headers["x-gongga-timestamp"]
    expected = hmac.new(b"geheim", stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert headers["x-gongga-signature"] == f"sha256={expected}"
    assert headers["idempotency-key"] == PARCEL.key
    said = json.loads(body)
    assert (said["subject"], said["exercise"], said["to"]["name"]) == ("【演练】请到岗", True, "扎西")


@pytest.mark.parametrize(
    "address",
    ["a@b\nBcc: all@example.test", "a@", "@", "a@[", "a@b, c@d", "a b@c", "扎西", "a@b>", "x" * 65 + "@b"],
)
def test_what_is_no_mail_address_is_refused_before_any_server_is_asked(address: str) -> None:
    with pytest.raises(NotTaken, match="is no mail address; mend it"):
        mail(
            Channels(smtp="127.0.0.1:9", sender="gongga@example.test"),
            [replace(PARCEL, addresses={"email": address})],
            NOON,
        )


def test_a_hook_that_is_not_there_is_told_of_without_its_key() -> None:
    with pytest.raises(NotDelivered) as caught:
        post(Channels(webhook="http://u:pw@127.0.0.1:9/robot/send?key=geheim"), [PARCEL], NOON)

    assert "http://127.0.0.1:9/…" in str(caught.value)
    assert not {"geheim", "pw", "robot"} & set(str(caught.value).replace("/", " ").replace("=", " ").split())


def test_several_go_out_as_one_digest(hook: Any) -> None:
    kind, settings = hook
    post(settings, [PARCEL, PARCEL], NOON)

    assert len(json.loads(kind.posted[0][1])["messages"]) == 2


def test_a_webhook_that_refuses_or_is_away_did_not_take_it(hook: Any) -> None:
    kind, settings = hook
    kind.status = 503
    with pytest.raises(NotDelivered, match="answered 503"):
        post(settings, [PARCEL], NOON)
    with pytest.raises(NotDelivered, match="cannot be reached"):
        post(Channels(webhook="http://127.0.0.1:1/"), [PARCEL], NOON)


class Letters(socketserver.StreamRequestHandler):
    """As much of a mail server as takes a letter."""

    taken: list[bytes]

    def handle(self) -> None:
        self.wfile.write(b"220 ready\r\n")
        while line := self.rfile.readline():
            command = line[:4].upper().strip()
            if command == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                letter = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    letter += part
                type(self).taken.append(letter)
            self.wfile.write(b"221 bye\r\n" if command == b"QUIT" else b"250 fine\r\n")
            if command == b"QUIT":
                return


def test_a_mail_is_handed_over_and_known_by_its_key() -> None:
    kind = type("Box", (Letters,), {"taken": []})
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), kind)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    settings = Channels(smtp=f"127.0.0.1:{server.server_address[1]}", sender="gongga@example.test")
    mail(settings, [PARCEL], NOON)
    mail(settings, [PARCEL], NOON)
    server.shutdown()
    server.server_close()

    letters = [email.message_from_bytes(one, policy=email.policy.default) for one in kind.taken]
    assert letters[0]["subject"] == "【演练】请到岗"
    assert letters[0]["to"] == "zhaxi@example.test"
    assert letters[0].get_content().strip() == "事件 2026-0001"
    assert len({letter["message-id"] for letter in letters}) == 1


@pytest.mark.parametrize("smtp", ["127.0.0.1:1", "127.0.0.1:x"])
def test_a_mail_server_that_is_away_did_not_take_it(smtp: str) -> None:
    with pytest.raises(NotDelivered, match=smtp):
        mail(Channels(smtp=smtp), [PARCEL], NOON)


def test_a_program_gets_the_message_on_its_input_and_no_shell_takes_part(tmp_path: Path) -> None:
    script = tmp_path / "with blank.sh"
    script.write_text(f'#!/bin/sh\ncat > "{tmp_path}/got"\n')
    script.chmod(0o755)
    assert run(Channels(command=str(script)), [PARCEL], NOON) == "exit 0"
    assert json.loads((tmp_path / "got").read_text())["key"] == PARCEL.key

    with pytest.raises(NotDelivered):
        run(Channels(command=f"true; touch {tmp_path}/pwned"), [PARCEL], NOON)
    assert not (tmp_path / "pwned").exists()
    with pytest.raises(NotDelivered, match="ended with 1"):
        run(Channels(command="false"), [PARCEL], NOON)
    assert program("notify --now") == ["notify", "--now"]


def test_a_channel_reaches_whom_it_has_an_address_for() -> None:
    assert CHANNELS["webhook"].reaches({})
    assert not CHANNELS["mail"].reaches({"phone": "1"})
    assert CHANNELS["mail"].reaches({"email": "a@b"})
    assert not is_any_set(Channels())
    assert is_any_set(Channels(command="x"))
