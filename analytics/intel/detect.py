"""The detector of known evil: events that meet an indicator become claims that name it, its source and its time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from analytics.alerts.claim import Claim, Why
from analytics.intel.meet import Met, meet
from analytics.intel.policy import Policy
from analytics.intel.watchlist import Entry, Watchlist
from sensors.contract.batch import EventBatch

DETECTOR: Final = "watchlist"
# Alerts name the time of China, where they are read.
_LOCAL: Final = ZoneInfo("Asia/Shanghai")


@dataclass(slots=True)
class WatchlistDetector:
    """Claims for every batch what of it meets the list in use; `current` gives that list anew for each batch."""

    current: Callable[[], Watchlist]
    policy: Policy

    def detect(self, batch: EventBatch) -> list[Claim]:
        """Claims about the batch."""
        watch = self.current()
        return claims(meet(batch.dataset, batch.table, watch), watch.entries, self.policy)


def claims(
    met: Sequence[Met], entries: Sequence[Entry], policy: Policy, looked_back: datetime | None = None
) -> list[Claim]:
    """What being met means. `looked_back` is the moment of a search through what was stored before."""
    return [_claim(one, entries[one.entry], policy, looked_back) for one in met]


def _claim(met: Met, entry: Entry, policy: Policy, looked_back: datetime | None) -> Claim:
    means = policy.sightings[met.role]
    sure = entry.confidence is not None and entry.confidence >= policy.sure_from
    one = met.seen_count == 1
    words = {"seen": met.seen if one else entry.value, "peer": _peer(met, "、等 ", " 台"), "name": entry.value}
    words_en = {**words, "peer": _peer(met, " and ", " more")}
    return Claim(
        detector=DETECTOR,
        rule_id=entry.indicator_id,
        title=means.zh.format_map(words),
        title_en=means.en.format_map(words_en),
        level=means.level if sure else means.weaker,
        site_id=met.site_id,
        entity=met.seen if one else entry.value,
        first_seen=met.first,
        last_seen=met.last,
        count=met.count,
        why=_why(met, entry, policy, looked_back),
        event_ids=met.events,
        key=f"{DETECTOR}|{entry.indicator_id}|{met.role}|{met.site_id or ''}|{entry.value}",
        techniques=means.techniques,
        stage=means.stage,
        class_code=means.class_code,
    )


def _peer(met: Met, joint: str, more: str) -> str:
    if not met.peer:
        return "?"
    return met.peer if met.peers <= 1 else f"{met.peer}{joint}{met.peers - 1}{more}"


def _why(met: Met, entry: Entry, policy: Policy, looked_back: datetime | None) -> tuple[Why, ...]:
    name = f"《{entry.name}》" if entry.name else ""
    name_en = f" “{entry.name}”" if entry.name else ""
    reasons = [
        Why(
            0.9,
            f"命中威胁情报 {entry.indicator_id}{name}，来源：{entry.source}，列出的是 {entry.value}",
            f"meets indicator {entry.indicator_id}{name_en} from {entry.source}, which names {entry.value}",
        )
    ]
    if entry.confidence is None:
        reasons.append(
            Why(0.3, "来源未给出置信度，按较低级别告警", "its source gives no confidence; the weaker level is used")
        )
    else:
        sure = entry.confidence >= policy.sure_from
        reasons.append(
            Why(
                round(max(0.2, entry.confidence / 100), 2),
                f"来源置信度 {entry.confidence}（{'达到' if sure else '低于'}界限 {policy.sure_from}）",
                f"its source is {entry.confidence} of 100 sure ({'at least' if sure else 'below'} {policy.sure_from})",
            )
        )
    start, end = _day(entry.valid_from), _day(entry.valid_until)
    reasons.append(
        Why(
            0.2,
            f"有效期 {start} 至 {end}，按事件发生时间判断",
            f"valid from {start} until {end}, by the time of the event",
        )
    )
    if entry.kind == "domain" and met.seen != entry.value:
        reasons.append(Why(0.4, f"{met.seen} 是 {entry.value} 的子域名", f"{met.seen} lies below {entry.value}"))
    if "/" in entry.value and entry.kind in ("ipv4", "ipv6"):
        reasons.append(Why(0.4, f"地址属于网段 {entry.value}", f"the address is in {entry.value}"))
    if looked_back is not None:
        at = looked_back.astimezone(_LOCAL).strftime("%Y-%m-%d %H:%M")
        reasons.append(
            Why(0.5, f"{at} 收到情报后回查历史数据发现", f"found in stored events when the indicator came, {at}")
        )
    return tuple(reasons)


def _day(at: datetime) -> str:
    return at.astimezone(_LOCAL).strftime("%Y-%m-%d %H:%M")
