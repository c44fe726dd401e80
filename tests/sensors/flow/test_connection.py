"""Connections end as Zeek's words have it, and their history is in Zeek's letters."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flow_packets import ACK, CLIENT, FIN, RST, SERVER, SYN, Packet, ethernet, handshake, ip, metered, said, tcp


def packet(letters: str, at: float, *, sequence: int | None = None) -> Packet:
    """`>` from the client or `<` from the server, then the flags: S, A, F, R."""
    flags = sum({"S": SYN, "A": ACK, "F": FIN, "R": RST}[one] for one in letters[1:])
    back = letters[0] == "<"
    number = sequence if sequence is not None else (500 if back else 100)
    body = tcp((80, 40000) if back else (40000, 80), flags, sequence=number)
    return at, ethernet(ip(*((SERVER, CLIENT) if back else (CLIENT, SERVER)), 6, body))


@pytest.mark.parametrize(
    ("packets", "state", "history"),
    [
        ([">S"], "S0", "S"),
        ([">S", "<RA"], "REJ", "Sr"),
        ([">S", "<SA", ">A"], "S1", "ShA"),
        ([">S", "<SA", ">A", ">FA", "<FA", ">A"], "SF", "ShAFf"),
        ([">S", "<SA", ">A", ">RA"], "RSTO", "ShAR"),
        ([">S", "<SA", ">A", "<RA"], "RSTR", "ShAr"),
        ([">S", ">R"], "RSTOS0", "SR"),
        ([">S", "<SA", ">A", ">FA"], "S2", "ShAF"),
        ([">S", "<SA", ">A", "<FA"], "S3", "ShAf"),
        ([">S", ">FA"], "SH", "SF"),
        ([">A", "<A"], "OTH", "Aa"),
        (["<SA", "<FA"], "SHR", "^hf"),
    ],
)
def test_the_end_of_a_connection_has_its_name(tmp_path: Path, packets: list[str], state: str, history: str) -> None:
    rows, _ = metered(tmp_path, [packet(one, 0.1 * place) for place, one in enumerate(packets)])

    [row] = rows["flow"]
    assert (row["gongga.flow.state"], row["gongga.flow.history"]) == (state, history)
    assert (row["source.ip"], row["destination.port"]) == (CLIENT, 80)


def test_a_payload_sent_again_is_marked(tmp_path: Path) -> None:
    rows, _ = metered(tmp_path, [*handshake(), said(b"hello", 1), said(b"hello", 2)])

    assert rows["flow"][0]["gongga.flow.history"] == "ShADT"


def test_a_closed_window_is_marked(tmp_path: Path) -> None:
    closed = ethernet(ip(SERVER, CLIENT, 6, tcp((80, 40000), ACK, sequence=500, window=0)))
    rows, _ = metered(tmp_path, [*handshake(), (1, closed)])

    assert rows["flow"][0]["gongga.flow.history"] == "ShAaw"


def test_the_round_trip_is_from_syn_to_the_ack_of_its_answer(tmp_path: Path) -> None:
    rows, _ = metered(tmp_path, handshake())

    assert rows["flow"][0]["gongga.flow.rtt"] == 20_000
