"""Every table of the records: those of analytics and those of the console, on one METADATA."""

from __future__ import annotations

from analytics.db import METADATA
from analytics.intel.tables import INDICATOR, INDICATOR_VALUE, WATCHLIST
from analytics.posture.tables import ATTACK, POSTURE_COUNT, POSTURE_DAY, POSTURE_MARK
from console.accounts.tables import ACCOUNT, ACCOUNT_GRANT, LOGIN_FAILURE, SESSION
from console.audit.tables import AUDIT_ENTRY
from console.exercise.tables import EXERCISE
from console.intelligence.tables import (
    INTEL_SHARE,
    INTEL_SHARE_ITEM,
    TAXII_COLLECTION,
    TAXII_FEED,
    TAXII_OBJECT,
    TAXII_PEER,
    TAXII_STATUS,
)
from console.notices.tables import (
    NOTICE,
    NOTICE_ENTRY,
    NOTICE_FILE,
    NOTICE_FINDING,
    NOTICE_LINK,
    NOTICE_NUMBER,
    NOTICE_RECIPIENT,
)
from console.notify.tables import DELIVERY, DELIVERY_ATTEMPT, DELIVERY_CHANNEL
from console.province.tables import (
    INBOX,
    INSTRUCTION,
    INSTRUCTION_STEP,
    LINK_STATE,
    OUTBOX,
    RECEIPT,
    RECONCILIATION,
    REPORT,
    REPORT_RELEASE,
)
from console.response.level_tables import CALLOUT, MECHANISM, RESPONSE_LEVEL, TICK
from console.response.tables import APPROVAL, BLOCK_REQUEST, PLAYBOOK, RUN, STEP_LOG, STEP_RUN
from console.wall.tables import KIOSK, WALL_MASK

__all__ = [
    "ACCOUNT",
    "ACCOUNT_GRANT",
    "APPROVAL",
    "ATTACK",
    "AUDIT_ENTRY",
    "BLOCK_REQUEST",
    "CALLOUT",
    "DELIVERY",
    "DELIVERY_ATTEMPT",
    "DELIVERY_CHANNEL",
    "EXERCISE",
    "INBOX",
    "INDICATOR",
    "INDICATOR_VALUE",
    "INSTRUCTION",
    "INSTRUCTION_STEP",
    "INTEL_SHARE",
    "INTEL_SHARE_ITEM",
    "KIOSK",
    "LINK_STATE",
    "LOGIN_FAILURE",
    "MECHANISM",
    "METADATA",
    "NOTICE",
    "NOTICE_ENTRY",
    "NOTICE_FILE",
    "NOTICE_FINDING",
    "NOTICE_LINK",
    "NOTICE_NUMBER",
    "NOTICE_RECIPIENT",
    "OUTBOX",
    "PLAYBOOK",
    "POSTURE_COUNT",
    "POSTURE_DAY",
    "POSTURE_MARK",
    "RECEIPT",
    "RECONCILIATION",
    "REPORT",
    "REPORT_RELEASE",
    "RESPONSE_LEVEL",
    "RUN",
    "SESSION",
    "STEP_LOG",
    "STEP_RUN",
    "TAXII_COLLECTION",
    "TAXII_FEED",
    "TAXII_OBJECT",
    "TAXII_PEER",
    "TAXII_STATUS",
    "TICK",
    "WALL_MASK",
    "WATCHLIST",
]
