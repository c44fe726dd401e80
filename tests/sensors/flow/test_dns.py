"""DNS messages become rows; malformed ones become nothing."""

from __future__ import annotations

import struct
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sensors.flow.dns import DnsConversation, message_of, name_at


def name(text: str) -> bytes:
    return b"".join(bytes((len(part),)) + part.encode() for part in text.split(".")) + b"\0"


def query(number: int = 7, text: str = "WWW.X.lab", kind: int = 1, flags: int = 0x0100) -> bytes:
    return struct.pack(">HHHHHH", number, flags, 1, 0, 0, 0) + name(text) + struct.pack(">HH", kind, 1)


def answer(*records: tuple[int, bytes], number: int = 7, code: int = 0) -> bytes:
    text = struct.pack(">HHHHHH", number, 0x8180 | code, 1, len(records), 0, 0) + query()[12:]
    for kind, data in records:
        text += b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(data)) + data
    return text


def rows(*parts: tuple[int, bytes], stream: bool = False) -> list[dict[str, Any]]:
    conversation = DnsConversation()
    found, place = [], [0, 0]
    for time, (side, data) in enumerate(parts):
        found += conversation.take(side, place[side] if stream else 0, time, stream, data)
        place[side] += len(data)
    return found + list(conversation.close())


def test_a_question_and_its_answer_are_one_row() -> None:
    [row] = rows((0, query()), (1, answer((5, b"\x01b\xc0\x10"), (1, bytes((192, 0, 2, 1))), (28, bytes(15) + b"\1"))))

    assert (row["dns.type"], row["dns.question.name"], row["dns.question.type"]) == ("answer", "www.x.lab", "A")
    assert row["dns.resolved_ip"] == ["192.0.2.1", "::1"]
    assert row["gongga.dns.answers"] == ["b.x.lab", "192.0.2.1", "::1"]
    assert (row["dns.response_code"], row["dns.header_flags"]) == ("NOERROR", ["RD", "RA"])
    assert (row["start"], row["end"]) == (0, 1)


def test_a_question_that_nobody_answers_is_told_at_the_end() -> None:
    [row] = rows((0, query()), (0, query()))

    assert (row["dns.type"], row["dns.response_code"]) == ("query", None)


def test_a_name_that_does_not_exist_is_told() -> None:
    assert rows((0, query()), (1, answer(code=3)))[0]["dns.response_code"] == "NXDOMAIN"


def test_messages_over_tcp_have_their_length_before_them() -> None:
    framed = struct.pack(">H", len(query())) + query()
    [row] = rows((0, framed[:5]), (0, framed[5:]), stream=True)

    assert row["dns.id"] == "7"


def test_names_that_run_in_a_circle_or_beyond_the_end_are_none() -> None:
    assert name_at(b"\xc0\x00", 0)[0] is None
    assert name_at(b"\x01a\xc0\x00", 2)[0] is None
    assert name_at(b"\x05ab", 0)[0] is None
    assert name_at(name(".".join(["a" * 60] * 6)), 0)[0] is None
    assert name_at(b"\x02\x00.\x00", 0)[0] == "\\000\\046"


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=80), st.integers(0, 60))
def test_no_bytes_break_it(noise: bytes, cut: int) -> None:
    message_of(noise)
    message_of(answer((1, b"abcd"), (16, noise))[: -cut or None])
