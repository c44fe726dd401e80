"""The night as traffic."""

from __future__ import annotations

from pathlib import Path

import dpkt

from lab.capture import access_log, write_capture
from lab.site import load_sites
from lab.story import (
    ATTACKER,
    BACKUP,
    CONTROLLER,
    GATEWAY,
    NAMES,
    SCANNED_PATHS,
    SCRIPT_REQUESTS,
    UPDATES,
    VICTIM,
    connections,
    exchanges,
    history,
    lookups,
    steps,
)
from tests.factories import NOON

SITES = load_sites()
TOLD = exchanges(SITES, NOON)
LEFT = connections(next(site for site in SITES if site.id == VICTIM), NOON)


def test_the_story_is_the_same_each_time() -> None:
    assert exchanges(SITES, NOON) == TOLD


def test_the_attack_is_in_it_in_order() -> None:
    attack = [one for one in TOLD if one.source == ATTACKER]

    assert len({one.target for one in attack if one.status == 404}) == SCANNED_PATHS
    assert [one.target for one in attack][-SCRIPT_REQUESTS:] == ["/upload/2026/x.jsp"] * SCRIPT_REQUESTS
    assert {one.site.id for one in attack} == {VICTIM}
    assert sum(one.destination == CONTROLLER for one in LEFT) == 41
    assert all(one.at <= NOON for one in [*TOLD, *LEFT])


def test_history_is_long_enough_to_learn_from() -> None:
    past = history(SITES[0], NOON, 10, 90)

    assert len(past) == 900
    assert (past[-1].at - past[0].at).days >= 9


def test_the_capture_holds_whole_connections(tmp_path: Path) -> None:
    path = tmp_path / "night.pcap"

    packets = write_capture(path, TOLD[:40], LEFT[:5], [])

    with path.open("rb") as file:
        frames = [dpkt.ethernet.Ethernet(frame) for _at, frame in dpkt.pcap.Reader(file)]
    assert len(frames) == packets
    opened = sum(frame.data.data.flags == dpkt.tcp.TH_SYN for frame in frames)
    assert opened == 45


def test_the_access_log_has_a_line_for_each_exchange() -> None:
    lines = access_log(TOLD).splitlines()

    assert len(lines) == len(TOLD)
    assert f"{ATTACKER} - - [23/Nov/2026:" in next(line for line in lines if ATTACKER in line)


def test_the_same_moment_gives_the_same_capture_byte_for_byte(tmp_path: Path) -> None:
    for name in ("one", "other"):
        write_capture(tmp_path / name, TOLD[:20], LEFT[:5], lookups(LEFT[:5]))

    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_names_are_asked_before_connections_and_hellos_carry_them(tmp_path: Path) -> None:
    path = tmp_path / "night.pcap"
    asked = lookups(LEFT)

    write_capture(path, [], LEFT, asked)

    with path.open("rb") as file:
        packets = [dpkt.ethernet.Ethernet(frame).data.data for _at, frame in dpkt.pcap.Reader(file)]
    questions = [dpkt.dns.DNS(one.data) for one in packets if isinstance(one, dpkt.udp.UDP) and one.dport == 53]
    hellos = [one.data for one in packets if isinstance(one, dpkt.tcp.TCP) and one.data[:1] == b"\x16"]
    assert {one.qd[0].name for one in questions} == set(NAMES.values())
    assert len(questions) == len(asked) < len(LEFT)
    assert len(hellos) == len(LEFT)
    for hello in hellos:
        records, used = dpkt.ssl.tls_multi_factory(hello)
        assert used == len(hello)
        opening = dpkt.ssl.TLSHandshake(records[0].data).data
        names = dict(opening.extensions)[0][5:].decode()
        assert names in NAMES.values()


def test_the_decoys_share_nothing_with_the_victim_but_the_hour() -> None:
    inner = next(site for site in SITES if site.id == VICTIM).inner
    decoys = [one for one in LEFT if one.destination in (BACKUP, UPDATES)]

    assert len([one for one in decoys if one.source == GATEWAY]) >= 40
    assert inner not in {one.source for one in decoys}
    assert "203.0.113.200" in {one.source for one in TOLD}


def test_the_steps_tell_the_hour_in_order_and_true_to_the_traffic() -> None:
    told = {step.id: step.at for step in steps(NOON)}
    attack = [one for one in TOLD if one.source == ATTACKER]

    assert list(told) == ["scan", "exploit", "upload", "script", "beacon"]
    assert sorted(told.values()) == list(told.values())
    assert told["scan"] == attack[0].at
    assert told["upload"] == next(one.at for one in attack if one.method == "POST")
    assert told["script"] == attack[-SCRIPT_REQUESTS].at
