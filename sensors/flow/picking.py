"""Which payloads are worth a look: protocols told by first bytes, messages by theirs. Compiled with the engine."""

from __future__ import annotations

from sensors.flow.layout import (
    APPLICATION,
    CONVERSATION,
    DNS,
    HTTP,
    LEFT,
    LIMIT_MESSAGE_BYTES,
    LIMIT_MESSAGES,
    MESSAGES,
    P_PAYLOAD,
    P_PAYLOAD_AT,
    P_PAYLOAD_HELD,
    P_PROTOCOL,
    P_SEQUENCE,
    P_SOURCE_PORT,
    P_TARGET_PORT,
    PICK_APPLICATION,
    PICK_AT,
    PICK_CONVERSATION,
    PICK_LENGTH,
    PICK_ROW,
    PICK_SEQUENCE,
    PICK_SERIAL,
    PICK_SIDE,
    PICK_START,
    PICK_TIME,
    QUIC,
    S_PICKS,
    SERIAL,
    SSH,
    TLS,
    TRIES,
    Buffer,
    Ints,
)
from sensors.flow.octets import u8, u16, u32

MOST_TRIES = 4
DNS_PORTS = (53, 5353, 5355)
DNS_STREAM = 1 << 17
# Once the head of an HTTP message is whole, so much of a request's body is looked at, and nothing of an answer's.
BODY_BYTES = 512
TCP, UDP = 6, 17
# The first four bytes of what starts an HTTP message.
GET, HEAD, POST, PUT, DELE, OPTI, PATC, TRAC, CONN, PROP, ANSWER = (
    0x47455420,
    0x48454144,
    0x504F5354,
    0x50555420,
    0x44454C45,
    0x4F505449,
    0x50415443,
    0x54524143,
    0x434F4E4E,
    0x50524F50,
    0x48545450,
)


def pick(
    buffer: Buffer, row: int, side: int, time: int, packet: Ints, flows: Ints, picks: Ints, state: Ints, limits: Ints
) -> None:
    """Note a packet's payload for Python when it belongs to the first bytes of a message. `picks` must have room."""
    held = packet[P_PAYLOAD_HELD]
    if held == 0:
        return
    at = packet[P_PAYLOAD_AT]
    application = flows[row, APPLICATION]
    if application == 0:
        if flows[row, TRIES] >= MOST_TRIES:
            return
        flows[row, TRIES] += 1
        application = told(buffer, at, held, packet)
        flows[row, APPLICATION] = application
    if application not in (HTTP, DNS, TLS):
        return
    start = begins(buffer, at, held, application, packet[P_PROTOCOL])
    if start:
        allow(row, side, application, packet[P_PROTOCOL], flows, limits)
    left = flows[row, LEFT + side]
    if left <= 0:
        return
    flows[row, LEFT + side] = left - packet[P_PAYLOAD]
    if application == HTTP:
        body = head_end(buffer, at, min(held, left))
        if body >= 0:
            kept = 0 if u32(buffer, at) == ANSWER else BODY_BYTES
            flows[row, LEFT + side] = min(left - packet[P_PAYLOAD], max(0, body + kept - held))
    if flows[row, CONVERSATION] == 0:
        flows[row, CONVERSATION] = flows[row, SERIAL]
    place = state[S_PICKS]
    picks[place, PICK_AT] = at
    picks[place, PICK_LENGTH] = min(held, left)
    picks[place, PICK_CONVERSATION] = flows[row, CONVERSATION]
    picks[place, PICK_ROW] = row
    picks[place, PICK_SERIAL] = flows[row, SERIAL]
    picks[place, PICK_SIDE] = side
    picks[place, PICK_SEQUENCE] = packet[P_SEQUENCE]
    picks[place, PICK_TIME] = time
    picks[place, PICK_APPLICATION] = application
    picks[place, PICK_START] = 1 if start else 0
    state[S_PICKS] = place + 1


def allow(row: int, side: int, application: int, protocol: int, flows: Ints, limits: Ints) -> None:
    """Renew how many bytes are still looked at, at the start of a message."""
    if application == HTTP:
        if flows[row, MESSAGES] < limits[LIMIT_MESSAGES] * 2:
            flows[row, MESSAGES] += 1
            flows[row, LEFT + side] = limits[LIMIT_MESSAGE_BYTES]
    elif application == TLS:
        if flows[row, LEFT + side] == 0:
            flows[row, LEFT + side] = limits[LIMIT_MESSAGE_BYTES] * 2
    elif protocol == UDP or flows[row, LEFT + side] == 0:
        flows[row, LEFT + side] = DNS_STREAM


def told(buffer: Buffer, at: int, held: int, packet: Ints) -> int:
    """The protocol a payload shows by its first bytes; 0 for none that is known."""
    tcp = packet[P_PROTOCOL] == TCP
    if packet[P_PROTOCOL] == UDP:
        if packet[P_SOURCE_PORT] in DNS_PORTS or packet[P_TARGET_PORT] in DNS_PORTS:
            return DNS if held >= 12 else 0
        return QUIC if quic(buffer, at, held) else 0
    if not tcp or held < 4:
        return 0
    if http_start(buffer, at, held):
        return HTTP
    if tls_start(buffer, at, held):
        return TLS
    if u32(buffer, at) == 0x5353482D:
        return SSH
    if (packet[P_SOURCE_PORT] == 53 or packet[P_TARGET_PORT] == 53) and held >= 14 and u16(buffer, at) >= 12:
        return DNS
    return 0


def begins(buffer: Buffer, at: int, held: int, application: int, protocol: int) -> bool:
    """Whether a message begins here."""
    if application == HTTP:
        return http_start(buffer, at, held)
    if application == TLS:
        return tls_start(buffer, at, held)
    return True


def http_start(buffer: Buffer, at: int, held: int) -> bool:
    """A method and a space, or `HTTP/`."""
    if held < 5:
        return False
    word = u32(buffer, at)
    if word in (GET, PUT):
        return True
    fifth = u8(buffer, at + 4)
    if word in (HEAD, POST):
        return fifth == 0x20
    if word == ANSWER:
        return fifth == 0x2F
    if word in (DELE, OPTI, PATC, TRAC, CONN, PROP):
        return 0x41 <= fifth <= 0x5A
    return False


def head_end(buffer: Buffer, at: int, held: int) -> int:
    """How far the empty line after a message's head reaches; -1 when it is not here."""
    for place in range(at, at + held - 3):
        if buffer[place] == 13 and u32(buffer, place) == 0x0D0A0D0A:
            return place + 4 - at
    return -1


def tls_start(buffer: Buffer, at: int, held: int) -> bool:
    """A handshake record of SSL 3 to TLS 1.3 that begins a ClientHello or ServerHello."""
    return (
        held >= 6
        and u8(buffer, at) == 22
        and u8(buffer, at + 1) == 3
        and u8(buffer, at + 2) <= 4
        and u8(buffer, at + 5) in (1, 2)
    )


def quic(buffer: Buffer, at: int, held: int) -> bool:
    """A long header of QUIC version 1 or 2, or of a draft."""
    if held < 20 or u8(buffer, at) & 0xC0 != 0xC0:
        return False
    version = u32(buffer, at + 1)
    return version in (1, 0x6B3343CF) or version >> 8 == 0xFF0000
