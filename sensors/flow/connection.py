"""States of a TCP connection's two ends, and the letters of a flow's history. Compiled with the engine.

States and letters are those of Zeek's conn.log, told from headers alone; checksums are not looked at.
"""

from __future__ import annotations

from sensors.flow.layout import (
    ACK,
    ENDED,
    ESTABLISHED,
    FIN,
    HISTORY,
    HISTORY_MORE,
    INACTIVE,
    L_ACK,
    L_AGAIN,
    L_DATA,
    L_FIN,
    L_INCONSISTENT,
    L_MULTI,
    L_RST,
    L_SYN,
    L_SYN_ACK,
    L_WINDOW,
    LETTERS,
    LETTERS_A_WORD,
    LETTERS_SEEN,
    NEXT,
    P_FLAGS,
    P_PAYLOAD,
    P_SEQUENCE,
    P_WINDOW,
    PARTIAL,
    RESET,
    RST,
    RTT,
    STATE,
    SYN,
    SYN_ACK_SENT,
    SYN_AT,
    SYN_SENT,
    Ints,
)

HALF, WHOLE = 0x80000000, 0xFFFFFFFF


def letter(row: int, code: int, side: int, flows: Ints) -> None:
    """Note a letter the first time its side shows it."""
    bit = 1 << (code * 2 + side)
    if flows[row, LETTERS_SEEN] & bit:
        return
    flows[row, LETTERS_SEEN] |= bit
    count = flows[row, LETTERS]
    word = HISTORY if count < LETTERS_A_WORD else HISTORY_MORE
    flows[row, word] |= (code * 2 + side) << (5 * (count % LETTERS_A_WORD))
    flows[row, LETTERS] = count + 1


def tcp_packet(row: int, side: int, time: int, packet: Ints, flows: Ints) -> bool:
    """Take a TCP packet of side 0 (who opened) or 1; True when the connection is over with it."""
    flags = packet[P_FLAGS]
    note_letters(row, side, packet, flows)
    note_round_trip(row, side, flags, time, flows)
    mine, other = flows[row, STATE + side], flows[row, STATE + 1 - side]
    if flags & RST:
        if mine != ENDED or other != ENDED:
            mine = RESET
    elif flags & SYN:
        if mine in (INACTIVE, PARTIAL, SYN_SENT):
            mine = SYN_ACK_SENT if flags & ACK else SYN_SENT
    elif mine != RESET:
        if mine in (SYN_SENT, SYN_ACK_SENT) and other in (SYN_ACK_SENT, ESTABLISHED, SYN_SENT, ENDED):
            mine = ESTABLISHED
        elif mine == INACTIVE:
            mine = PARTIAL
        if other == SYN_ACK_SENT and flags & ACK:
            other = ESTABLISHED
        if flags & FIN:
            mine = ENDED
    flows[row, STATE + side] = mine
    flows[row, STATE + 1 - side] = other
    return bool((mine == ENDED and other == ENDED) or RESET in (mine, other))


def note_letters(row: int, side: int, packet: Ints, flows: Ints) -> None:
    """What this packet adds to the history, and the next sequence number expected of its side."""
    flags = packet[P_FLAGS]
    payload = packet[P_PAYLOAD]
    if flags & SYN and flags & (FIN | RST):
        letter(row, L_MULTI if flags & FIN and flags & RST else L_INCONSISTENT, side, flows)
    if flags & SYN:
        letter(row, L_SYN_ACK if flags & ACK else L_SYN, side, flows)
    following = (packet[P_SEQUENCE] + payload + (1 if flags & SYN else 0) + (1 if flags & FIN else 0)) & WHOLE
    known = flows[row, NEXT + side]
    ahead = (following - known + 1) & WHOLE
    if payload > 0 and flags & SYN == 0:
        if known > 0 and (ahead == 0 or ahead > HALF):
            letter(row, L_AGAIN, side, flows)
        letter(row, L_DATA, side, flows)
    elif flags & (SYN | FIN | RST) == 0 and flags & ACK:
        letter(row, L_ACK, side, flows)
    if flags & FIN:
        letter(row, L_FIN, side, flows)
    if flags & RST:
        letter(row, L_RST, side, flows)
    if packet[P_WINDOW] == 0 and flags & (RST | SYN | FIN) == 0:
        letter(row, L_WINDOW, side, flows)
    # Kept one higher, so that zero means unknown.
    if known == 0 or ahead < HALF:
        flows[row, NEXT + side] = following + 1


def note_round_trip(row: int, side: int, flags: int, time: int, flows: Ints) -> None:
    """Time from the first SYN to the first ACK that answers the SYN-ACK; kept one higher, zero means not seen."""
    if side == 0 and flags & SYN and flags & ACK == 0 and flows[row, SYN_AT] == 0:
        flows[row, SYN_AT] = time + 1
    answered = flows[row, STATE + 1] == SYN_ACK_SENT
    if side == 0 and answered and flags & (ACK | SYN | RST) == ACK and flows[row, SYN_AT] > 0 and flows[row, RTT] == 0:
        flows[row, RTT] = max(0, time - flows[row, SYN_AT] + 1) + 1
