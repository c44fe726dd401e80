"""Ports, payload and the pairs of ICMP."""

from __future__ import annotations

import pytest

from sensors.flow import layout
from tests.flow_packets import ACK, CLIENT, CLIENT6, SERVER, SERVER6, decoded, ethernet, ip, tcp


def test_a_tcp_packet_shows_flags_sequence_window_and_payload() -> None:
    _, packet = decoded(ethernet(ip(CLIENT, SERVER, 6, tcp((1, 2), ACK, b"abc", sequence=9, window=5))))

    seen = [packet[one] for one in (layout.P_FLAGS, layout.P_SEQUENCE, layout.P_WINDOW, layout.P_PAYLOAD)]
    assert seen == [ACK, 9, 5, 3]


@pytest.mark.parametrize(("kind", "answer"), [(8, 0), (13, 14), (15, 16), (17, 18), (9, 10)])
def test_icmp_request_and_answer_meet(kind: int, answer: int) -> None:
    for one, other in ((kind, answer), (answer, kind)):
        _, packet = decoded(ethernet(ip(CLIENT, SERVER, 1, bytes((one, 0)) + bytes(6))))

        assert (packet[layout.P_SOURCE_PORT], packet[layout.P_TARGET_PORT]) == (one, other)
        assert packet[layout.P_ONE_WAY] == 0


@pytest.mark.parametrize(("kind", "answer"), [(128, 129), (133, 134), (135, 136), (139, 140), (144, 145), (130, 131)])
def test_icmp6_request_and_answer_meet(kind: int, answer: int) -> None:
    _, packet = decoded(ethernet(ip(CLIENT6, SERVER6, 58, bytes((kind, 0)) + bytes(6)), 0x86DD))

    assert (packet[layout.P_SOURCE_PORT], packet[layout.P_TARGET_PORT]) == (kind, answer)


def test_icmp_that_has_no_answer_shows_type_and_code() -> None:
    _, packet = decoded(ethernet(ip(CLIENT, SERVER, 1, bytes((3, 1)) + bytes(6))))

    assert (packet[layout.P_SOURCE_PORT], packet[layout.P_TARGET_PORT], packet[layout.P_ONE_WAY]) == (3, 1, 1)


def test_another_protocol_has_no_ports() -> None:
    code, packet = decoded(ethernet(ip(CLIENT, SERVER, 89, bytes(20))))

    assert (code, packet[layout.P_SOURCE_PORT], packet[layout.P_PAYLOAD]) == (0, 0, 20)
