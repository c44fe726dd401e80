"""Hidden links 暗链: links a reader cannot see, or that are new to the site, advertising what no office advertises."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sensors.probe.domains import is_government, registrable
from sensors.probe.look import Link, Look
from sensors.probe.outcome import why
from sensors.probe.vocabulary import Vocabulary

_CLUSTER: Final = 5
_GROUPS: Final = {"gambling": "博彩", "documents": "制假售假", "adult": "色情", "money": "非法牟利"}


@dataclass(frozen=True, slots=True)
class HiddenLinks:
    """What was found: `alert` when certain, `review` when a person should look."""

    alert: bool
    review: bool
    why: tuple[str, ...]
    evidence: str
    hidden_hosts: tuple[str, ...]


def hidden_links(
    look: Look, site_hosts: Iterable[str], known_hosts: frozenset[str] | None, words: Vocabulary
) -> HiddenLinks:
    """Judge the links of a page. `known_hosts` are those of the approved baseline; without one no host is new."""
    own = {registrable(host) for host in site_hosts}
    known = {registrable(host) for host in known_hosts} if known_hosts is not None else None
    foreign = [link for link in look.links if registrable(link.host) not in own]
    concealed = [link for link in foreign if link.hidden]
    told: list[tuple[float, str, Link]] = []
    for link in foreign:
        found = words.find(link.text)
        new = known is not None and registrable(link.host) not in known and not is_government(link.host)
        if found and (link.hidden or new):
            told.append((*_reason(link, found, new), link))
    told.sort(key=lambda item: -item[0])
    fresh = {
        registrable(link.host)
        for link in concealed
        if known is not None and registrable(link.host) not in known and not is_government(link.host)
    }
    review = not told and len(fresh) >= _CLUSTER
    reasons = [why(weight, reason) for weight, reason, _ in told[:5]]
    if told:
        reasons.append(why(0.5, f"同页此类链接共 {len(told)} 条，指向 {len({link.host for *_, link in told})} 个域名"))
    if review:
        reasons.append(why(0.5, f"隐藏元素中新增 {len(fresh)} 个站外域名的链接，请人工复核"))
    shown = told[0][2] if told else (concealed[0] if review else None)
    return HiddenLinks(
        alert=bool(told),
        review=review,
        why=tuple(reasons),
        evidence=f'<a href="{shown.href}">{shown.text}</a>（{shown.hidden or "可见"}）' if shown else "",
        hidden_hosts=tuple(sorted({link.host for link in concealed})),
    )


def _reason(link: Link, found: dict[str, tuple[str, ...]], new: bool) -> tuple[float, str]:
    group, said = next(iter(found.items()))
    kind = _GROUPS.get(group, group)
    text = f"链接“{link.text[:30]}”含{kind}用语“{said[0]}”，指向 {link.host}"
    if link.hidden:
        since = "，该域名本站此前没有" if new else ""
        return (0.98 if new else 0.95), f"{text}，被 {link.hidden} 隐藏{since}"
    return 0.85, f"{text}，该域名本站此前没有"
