"""The night as traffic."""

from __future__ import annotations

from pathlib import Path

import dpkt

from lab.capture import access_log, write_capture
from lab.site import load_sites
from lab.story import ATTACKER, CONTROLLER, SCANNED_PATHS, SCRIPT_REQUESTS, VICTIM, connections, exchanges, history
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

    packets = write_capture(path, TOLD[:40], LEFT[:5])

    with path.open("rb") as file:
        frames = [dpkt.ethernet.Ethernet(frame) for _at, frame in dpkt.pcap.Reader(file)]
    assert len(frames) == packets
    opened = sum(frame.data.data.flags == dpkt.tcp.TH_SYN for frame in frames)
    assert opened == 45


def test_the_access_log_has_a_line_for_each_exchange() -> None:
    lines = access_log(TOLD).splitlines()

    assert len(lines) == len(TOLD)
    assert f"{ATTACKER} - - [23/Nov/2026:" in next(line for line in lines if ATTACKER in line)
