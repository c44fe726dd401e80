"""Conversations become batches of their datasets, in bounded memory."""

from __future__ import annotations

from sensors.flow import layout
from sensors.flow.conversations import Conversations, Ends
from sensors.flow.settings import MeterSettings

ENDS = Ends("192.0.2.1", 40000, "10.0.0.1", 80, "tcp", "ipv4", "1:x", "7")
ASK = b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n"


def asked(conversations: Conversations, number: int) -> None:
    conversations.open(number, ENDS)
    conversations.take(number, 0, 1, 1000 - number, layout.HTTP, True, ASK % number)


def test_rows_carry_their_ends_and_come_by_time() -> None:
    conversations = Conversations(MeterSettings())
    for number in (1, 2, 3):
        asked(conversations, number)
    conversations.flush()
    [batch] = conversations.batches()

    assert batch.dataset == "http"
    assert batch.column("url.path") == ["/3", "/2", "/1"]
    assert batch.column("network.vlan.id") == ["7"] * 3
    assert batch.column("source.port") == [40000] * 3
    assert conversations.batches() == []


def test_when_there_are_too_many_the_oldest_is_written() -> None:
    conversations = Conversations(MeterSettings(max_conversations=2))
    for number in (1, 2, 3):
        asked(conversations, number)

    assert conversations.waiting == 1
    assert conversations.batches()[0].column("url.path") == ["/1"]


def test_payloads_of_a_conversation_that_is_closed_are_left_out() -> None:
    conversations = Conversations(MeterSettings())
    asked(conversations, 1)
    conversations.close(1)
    conversations.take(1, 0, 1, 5, layout.HTTP, True, ASK % 9)
    conversations.flush()

    assert conversations.waiting == 1
