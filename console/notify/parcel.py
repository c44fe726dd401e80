"""A message as it leaves the house: the same on every channel, marked as an exercise where it is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row

from console.notify.links import PLACE, token_of, with_link
from sensors.contract.batch import time_text

EXERCISE: Final = "【演练】"
# What is sent again has its own key; its link is the first one's.
AGAIN: Final = ":again:"


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a channel gets. `key` is the same however often it is tried: who has it already drops it."""

    key: str
    kind: str
    recipient: str
    addresses: Mapping[str, str]
    subject: str
    text: str
    ref: str
    urgent: bool
    exercise: bool
    ack_due: datetime | None


def parcel_of(row: Row[Any], address: str, key: bytes) -> Parcel:
    """The parcel of a queued message, with its link in place."""
    mark = EXERCISE if row.exercise_id is not None else ""
    token = token_of(key, row.key.split(AGAIN)[0])
    text = with_link(row.text, address, token) if PLACE in row.text else row.text
    return Parcel(
        key=row.key,
        kind=row.kind,
        recipient=row.recipient,
        addresses={str(name): str(value) for name, value in row.addresses.items()},
        subject=mark + row.subject,
        text=f"{mark}\n{text}" if mark else text,
        ref=row.ref,
        urgent=row.urgent,
        exercise=bool(mark),
        ack_due=row.ack_due,
    )


def document(parcel: Parcel) -> dict[str, Any]:
    """The parcel as JSON values."""
    return {
        "key": parcel.key,
        "kind": parcel.kind,
        "to": {"name": parcel.recipient, "addresses": dict(parcel.addresses)},
        "subject": parcel.subject,
        "text": parcel.text,
        "ref": parcel.ref,
        "urgent": parcel.urgent,
        "exercise": parcel.exercise,
        "ack_due": time_text(parcel.ack_due) if parcel.ack_due else None,
    }
