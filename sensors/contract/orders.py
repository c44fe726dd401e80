"""An order to a sensor: one check of one site at one place, to be run once. A small file, laid down by renaming."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sensors.contract.batch import time_of, time_text
from sensors.contract.segment import put

SCHEMA: Final = 1
# What leads the name of the round that carries an order out; the order's id follows.
ROUND: Final = "retest/"
MOST_BYTES: Final = 4096
_ID: Final = re.compile(r"[a-z0-9-]{1,40}")
_MOST: Final = {"site": 40, "check_id": 60, "location": 300}


class OrderError(ValueError):
    """Not an order; the sentence says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Order:
    """A re-test. Its id names the round in which it is answered: `retest/<id>`."""

    id: str
    site: str
    check_id: str
    location: str
    ordered_at: datetime


def round_of(order_id: str) -> str:
    """The name of the round in which an order is carried out."""
    return f"{ROUND}{order_id}"


def encode(order: Order) -> bytes:
    """The bytes of an order's file."""
    document = {
        "schema": SCHEMA,
        "id": order.id,
        "site": order.site,
        "check_id": order.check_id,
        "location": order.location,
        "ordered_at": time_text(order.ordered_at),
    }
    return json.dumps(document, ensure_ascii=False).encode()


def decode(content: bytes) -> Order:
    """The order of these bytes. OrderError when they are none."""
    if len(content) > MOST_BYTES:
        raise OrderError(f"{len(content)} bytes are no order; at most {MOST_BYTES} are read")
    try:
        data = json.loads(content)
    except ValueError as error:
        raise OrderError(f"this is not JSON: {error}") from error
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise OrderError(f"this is no order of schema {SCHEMA}")
    if not isinstance(data.get("id"), str) or not _ID.fullmatch(data["id"]):
        raise OrderError("an order's id has a-z, 0-9 and -, at most 40 of them")
    for name, most in _MOST.items():
        if not isinstance(data.get(name), str) or len(data[name]) > most:
            raise OrderError(f"an order's {name} is a text of at most {most} characters")
    try:
        ordered_at = time_of(data["ordered_at"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise OrderError("an order's ordered_at is a moment with its zone") from error
    return Order(data["id"], data["site"], data["check_id"], data["location"], ordered_at)


def lay_down(order: Order, folder: Path) -> Path:
    """Durably place an order where a sensor looks; laying it down again changes nothing."""
    return put(folder, f"{order.id}.json", encode(order))


def waiting(folder: Path) -> Iterator[Path]:
    """The files that lie in the folder, oldest name first; parts of files are none."""
    if folder.is_dir():
        yield from sorted(path for path in folder.glob("*.json") if not path.name.startswith("."))
