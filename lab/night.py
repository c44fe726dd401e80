"""The night's traffic, told: forged into a capture, read by the flow sensor, and handed over as its segments."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from lab.capture import access_log, write_capture
from lab.site import load_sites
from lab.story import VICTIM, connections, exchanges, lookups
from sensors.contract.batch import EventBatch
from sensors.emit.spool import Spool


def write_night(capture: Path, end: datetime) -> tuple[int, int]:
    """Write the hour before `end` as a capture, and as an access log beside it; how many packets and requests."""
    county = load_sites()
    told = exchanges(county, end)
    connected = connections(next(site for site in county if site.id == VICTIM), end)
    packets = write_capture(capture, told, connected, lookups(connected))
    capture.with_suffix(".log").write_text(access_log(told), encoding="utf-8")
    return packets, len(told)


def read_night(capture: Path, spooled: Path) -> int:
    """Read a capture as the flow sensor on the mirror port would, into fresh segments; how many events."""
    from sensors.flow.capture import read_capture

    spool = Spool(spooled, "span")
    for left in spool.pending():
        spool.done(left)
    events = 0
    for batch in read_capture([capture], sensor="span"):
        if isinstance(batch, EventBatch) and len(batch):
            spool.put(batch)
            events += len(batch)
    return events
