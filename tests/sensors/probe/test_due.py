"""Due times survive a restart; orders are carried out once."""

from __future__ import annotations

from pathlib import Path

from sensors.probe.due import DueStore, round_name
from sensors.probe.liveness import Liveness
from sensors.probe.store import memory_state, open_state
from tests.factories import NOON


def test_due_times_are_kept_over_a_restart(tmp_path: Path) -> None:
    first = open_state(tmp_path)
    DueStore(first).reconcile([("s", "tls")], lambda: 100.0)
    DueStore(first).plan("s", "tls", 500.0)
    first.close()
    second = open_state(tmp_path)
    store = DueStore(second)
    store.reconcile([("s", "tls"), ("s", "dns")], lambda: 100.0)

    assert [(item.family, item.due_at) for item in store.due(600.0)] == [("dns", 100.0), ("tls", 500.0)]
    assert [item.family for item in store.due(200.0)] == ["dns"]
    second.close()


def test_a_site_withdrawn_is_no_longer_due() -> None:
    store = DueStore(memory_state())
    store.reconcile([("s", "tls"), ("t", "tls")], lambda: 1.0)
    store.reconcile([("t", "tls")], lambda: 1.0)

    assert [item.site for item in store.planned()] == ["t"]


def test_a_retry_keeps_its_round_and_counts() -> None:
    store = DueStore(memory_state())
    store.reconcile([("s", "tls")], lambda: 1.0)
    [item] = store.due(2.0)
    store.retry(item, 10.0)
    [again] = store.due(20.0)

    assert (again.round, again.attempt) == (item.round, item.attempt + 1)
    assert item.round == round_name("s", "tls", 1.0)


def test_an_order_is_waiting_until_it_was_carried_out() -> None:
    store = DueStore(memory_state())
    number = store.order("s", "tls/absent", "", NOON)

    assert [order.id for order in store.orders()] == [number]
    store.carried_out(number, 5.0)
    assert store.orders() == []


def test_where_a_site_stands_is_kept() -> None:
    store = DueStore(memory_state())
    store.stands("s", Liveness("DOWN", 3, 0), 1.0)

    assert store.liveness("s") == Liveness("DOWN", 3, 0)
    assert store.liveness("t") == Liveness()
