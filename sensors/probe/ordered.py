"""Re-tests that the platform orders: taken from their folder, and answered for exactly the place they name."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from sensors.contract.orders import OrderError, decode, waiting
from sensors.probe.due import DueStore, Retest
from sensors.probe.outcome import Outcome, unable
from sensors.probe.scope import SiteScope

_LOG: Final = logging.getLogger(__name__)
# Where an answer goes when the check itself came to nothing.
_DATASET: Final = "probe.http"


def take_orders(folder: Path, due: DueStore) -> None:
    """Keep every order of the folder, then remove its file: stopped between the two, it is taken again and is known."""
    for path in waiting(folder):
        try:
            due.take(decode(path.read_bytes()))
        except OrderError as error:
            _LOG.error("order %s is not carried out: %s", path.name, error)
        except OSError as error:
            _LOG.error("order %s cannot be read now: %s", path.name, error.strerror)
            continue
        path.unlink(missing_ok=True)


def ordered(order: Retest, entry: SiteScope, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """What answers an order: its check at its place; where the check said nothing of that place, that it could not."""
    same = [outcome for outcome in outcomes if outcome.check_id == order.check_id]
    there = [outcome for outcome in same if outcome.location[:300] == order.location]
    if there:
        return there
    dataset = same[0].dataset if same else _DATASET
    url = entry.urls[0] if entry.urls else ""
    return [unable(dataset, order.check_id, url, "复测没有得到该位置的结果", order.location)]
