"""Builders of indicators for tests: as STIX objects, and as entries of a watch list."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from analytics.intel.watchlist import Entry
from sensors.contract.batch import time_text
from tests.factories import at

GREEN = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
RED = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"
AMBER_1 = "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"


def stix_id(number: int, kind: str = "indicator") -> str:
    """The same id for the same number."""
    return f"{kind}--{uuid.uuid5(uuid.NAMESPACE_URL, str(number))}"


def indicator(number: int = 1, pattern: str = "[ipv4-addr:value = '198.51.100.7']", **changed: Any) -> dict[str, Any]:
    """A STIX indicator made an hour before noon; a value of None leaves a property out."""
    made = {
        "type": "indicator",
        "spec_version": "2.1",
        "id": stix_id(number),
        "created": time_text(at(-3600)),
        "modified": time_text(at(-3600)),
        "name": f"恶意地址 {number}",
        "pattern": pattern,
        "pattern_type": "stix",
        "valid_from": time_text(at(-3600)),
        **changed,
    }
    return {name: value for name, value in made.items() if value is not None}


def bundle(*objects: Any) -> dict[str, Any]:
    """A bundle of these objects."""
    return {"type": "bundle", "id": f"bundle--{uuid.uuid5(uuid.NAMESPACE_URL, 'bundle')}", "objects": list(objects)}


def entry(kind: str, value: str, **changed: Any) -> Entry:
    """A watched value, counting from an hour before noon until a day after."""
    values: dict[str, Any] = {
        "indicator_id": f"in-{value}"[:24],
        "kind": kind,
        "value": value,
        "name": "测试情报",
        "source": "省平台",
        "confidence": 80,
        "valid_from": at(-3600),
        "valid_until": at(86_400),
    }
    return Entry(**{**values, **changed})


def until(moment: datetime) -> dict[str, Any]:
    """An end for `indicator`."""
    return {"valid_until": time_text(moment)}
