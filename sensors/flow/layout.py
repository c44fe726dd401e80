"""Names of the columns that the engine's arrays have, and of the codes in them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]
# Compiled code gets an array, plain Python a memoryview: indexing gives an int in both.
Buffer = Any

# A frame: one packet found in a buffer.
FRAME_AT, FRAME_CAPTURED, FRAME_WIRE, FRAME_TIME, FRAME_LINK = range(5)
FRAME_WIDTH: Final = 5

# Where a walk over a buffer stopped.
WALK_AT, WALK_COUNT, WALK_CODE, WALK_TIME = range(4)
WALK_WIDTH: Final = 4
MORE, FULL, OTHER, DAMAGED = range(4)

# An interface of a pcapng section.
FACE_LINK, FACE_UNITS, FACE_OFFSET, FACE_SNAP = range(4)
FACE_WIDTH: Final = 4
MAX_FACES: Final = 4096

MAX_CAPTURED: Final = 262_144  # libpcap's largest snap length
LATEST: Final = 253_402_300_799_000_000  # the last second of year 9999, in microseconds

# One decoded packet.
(
    P_SOURCE_HIGH,
    P_SOURCE_LOW,
    P_TARGET_HIGH,
    P_TARGET_LOW,
    P_SOURCE_PORT,
    P_TARGET_PORT,
    P_PROTOCOL,
    P_VERSION,
    P_ONE_WAY,
    P_VLAN,
    P_TUNNEL,
    P_TYPE,
    P_BYTES,
    P_PAYLOAD,
    P_PAYLOAD_AT,
    P_PAYLOAD_HELD,
    P_FLAGS,
    P_SEQUENCE,
    P_WINDOW,
    P_FRAGMENT,
    P_FRAGMENT_ID,
    P_END,
    P_DECAPSULATE,
    P_A_HIGH,
    P_A_LOW,
    P_B_HIGH,
    P_B_LOW,
    P_PORTS,
    P_KIND,
    P_SIDE,
    P_IP_AT,
) = range(31)
PACKET_WIDTH: Final = 31

# Steps of decoding. Below zero: minus the reason why the packet is refused.
(
    STEP_DONE,
    STEP_ETHERNET,
    STEP_TYPE,
    STEP_IP,
    STEP_IP4,
    STEP_IP6,
    STEP_TRANSPORT,
    STEP_MPLS,
    STEP_PPPOE,
    STEP_PPP,
    STEP_GRE,
) = range(11)
MAX_STEPS: Final = 40

# Why a packet is refused; the position is the code.
REFUSALS: Final = ("", "link-type", "not-ip", "short", "malformed", "fragment", "too-deep")
LINK_TYPE, NOT_IP, SHORT, MALFORMED, FRAGMENT, TOO_DEEP = range(1, 7)

# Encapsulations, four bits each in P_TUNNEL, outermost lowest.
TUNNELS: Final = ("", "mpls", "pppoe", "gre", "ipip", "vxlan", "geneve", "gtp", "teredo", "erspan", "eogre", "l2tp")
MPLS, PPPOE, GRE, IPIP, VXLAN, GENEVE, GTP, TEREDO, ERSPAN, EOGRE, L2TP = range(1, 12)

# One flow.
(
    A_HIGH,
    A_LOW,
    B_HIGH,
    B_LOW,
    PORTS,
    KIND,
    CHAIN,
    OLDER,
    NEWER,
    QUEUED,
    SERIAL,
    CONVERSATION,
    ORIGIN,
    VLAN,
    TUNNEL,
    APPLICATION,
    TRIES,
    FIRST,
    LAST,
    PACKETS,
    PACKETS_BACK,
    BYTES,
    BYTES_BACK,
    PAYLOAD,
    PAYLOAD_BACK,
    FLAGS,
    FLAGS_BACK,
    STATE,
    STATE_BACK,
    NEXT,
    NEXT_BACK,
    SMALLEST,
    LARGEST,
    SYN_AT,
    RTT,
    HISTORY,
    HISTORY_MORE,
    LETTERS,
    LETTERS_SEEN,
    LEFT,
    LEFT_BACK,
    MESSAGES,
    REASON,
    HASH,
) = range(44)
FLOW_WIDTH: Final = 44

# Why a flow was written; the position is the code.
REASONS: Final = ("", "closed", "idle", "active", "evicted", "flushed")
CLOSED, IDLE, ACTIVE, EVICTED, FLUSHED = range(1, 6)

# Ends of a TCP connection.
INACTIVE, SYN_SENT, SYN_ACK_SENT, PARTIAL, ESTABLISHED, ENDED, RESET = range(7)

# Letters of a history, position is the code; code 0 is none.
LETTER_NAMES: Final = " shadfrtwiq^"
L_SYN, L_SYN_ACK, L_ACK, L_DATA, L_FIN, L_RST, L_AGAIN, L_WINDOW, L_INCONSISTENT, L_MULTI, L_FLIPPED = range(1, 12)
LETTERS_A_WORD: Final = 12

# Protocols told by first bytes; the position is the code.
APPLICATIONS: Final = ("", "http", "dns", "tls", "ssh", "quic")
HTTP, DNS, TLS, SSH, QUIC = range(1, 6)

# Payload handed to Python.
PICK_AT, PICK_LENGTH, PICK_CONVERSATION, PICK_ROW, PICK_SERIAL, PICK_SIDE, PICK_SEQUENCE, PICK_TIME = range(8)
PICK_APPLICATION, PICK_START = range(8, 10)
PICK_WIDTH: Final = 10

# The meter's own numbers.
(
    S_FLOWS,
    S_FRESH,
    S_FREE,
    S_SERIAL,
    S_DONE,
    S_PICKS,
    S_OPEN_HEAD,
    S_OPEN_TAIL,
    S_CLOSED_HEAD,
    S_CLOSED_TAIL,
    S_COUNTED,
    S_EVICTED,
) = range(12)
S_REFUSED: Final = 12
STATE_WIDTH: Final = S_REFUSED + len(REFUSALS)

# Settings as the engine takes them.
(
    LIMIT_IDLE,
    LIMIT_ACTIVE,
    LIMIT_CLOSED,
    LIMIT_FLOWS,
    LIMIT_VLAN,
    LIMIT_DECAPSULATE,
    LIMIT_MESSAGE_BYTES,
    LIMIT_MESSAGES,
    LIMIT_SEED,
    LIMIT_MASK,
) = range(10)
LIMIT_WIDTH: Final = 10

# Running mean and sum of squared differences of the microseconds between a flow's packets.
MEAN, SQUARES = range(2)
INTERVAL_WIDTH: Final = 2

# First fragments remembered, so that later ones find their ports.
FRAGMENT_SLOTS: Final = 4096
FRAGMENT_WIDTH: Final = 8
FRAGMENT_LIFE: Final = 30_000_000

# Bits of TCP flags.
FIN, SYN, RST, ACK = 1, 2, 4, 16
