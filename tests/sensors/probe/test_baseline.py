"""Baselines are approved by somebody, and a candidate is not yet one."""

from __future__ import annotations

from sensors.probe.baseline import BaselineStore, page_baseline
from sensors.probe.look import look_at
from sensors.probe.store import memory_state
from sensors.probe.vocabulary import shipped
from tests.factories import NOON
from tests.probe_values import home

SEEN = page_baseline(look_at(home(), "http://x/"), shipped())


def test_a_page_seen_is_a_candidate_until_it_is_approved() -> None:
    store = BaselineStore(memory_state())
    store.observe_page("s", SEEN, NOON)

    assert store.page("s") is None
    assert store.approve("s", "张三", NOON) == ["page"]
    assert store.page("s") == SEEN
    assert (
        store.approval("s", "page") == ("张三", NOON.isoformat()) or (store.approval("s", "page") or ("",))[0] == "张三"
    )


def test_addresses_are_kept_beside() -> None:
    store = BaselineStore(memory_state())
    store.observe_addresses("s", {"x.example": ("10.0.0.1", "10.0.0.2")}, NOON)
    store.approve("s", "张三", NOON, "dns")

    assert store.addresses("s") == {"x.example": frozenset({"10.0.0.1", "10.0.0.2"})}
    assert store.sites() == ["s"]


def test_a_newer_look_does_not_change_what_was_approved() -> None:
    store = BaselineStore(memory_state())
    store.observe_page("s", SEEN, NOON)
    store.approve("s", "张三", NOON)
    store.observe_page("s", page_baseline(look_at("<p>other", "http://x/"), shipped()), NOON)

    assert store.page("s") == SEEN
