"""TLS and certificate: absent, expired, expiring, mismatched, untrusted, outdated versions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from sensors.probe.certificate import Certificate
from sensors.probe.context import Visit
from sensors.probe.handshake import Handshake, NoHandshake
from sensors.probe.outcome import CLEAN, FAIL, UNKNOWN, Outcome, unable, why

DATASET: Final = "probe.tls"
ABSENT: Final = "tls/absent"
WEAK: Final = "tls/protocol-weak"
Verdict = tuple[str, str, str] | None  # result, reason with weight, evidence; None: clean


async def check_tls(visit: Visit) -> list[Outcome]:
    """Every TLS item of a site; where there is no TLS, only its absence."""
    place = visit.secure()
    if place is None:
        reason = "授权范围内没有可供检查 HTTPS 的端口"
        return [unable(DATASET, check_id, visit.home, reason) for check_id in (ABSENT, *ITEMS, WEAK)]
    host, port = place
    url = f"https://{f'[{host}]' if ':' in host else host}:{port}/"
    shake = await visit.means.prober.handshake(host, port)
    if isinstance(shake, NoHandshake):
        first = await _absent(visit, url, shake)
        weak = [] if first.result == FAIL else await _weak(visit, url, host, port)
        known = {ABSENT, *(outcome.check_id for outcome in weak)}
        missing = [check_id for check_id in (*ITEMS, WEAK) if check_id not in known]
        reason = "未提供 HTTPS" if first.result == FAIL else f"未能完成 TLS 握手：{shake.reason}"
        return [first, *weak, *(unable(DATASET, check_id, url, reason) for check_id in missing)]
    facts = _facts(shake, host)
    items = [
        Outcome(DATASET, ABSENT, CLEAN, url, address=shake.address, facts=facts),
        *(_item(visit, url, host, check_id, shake, facts) for check_id in ITEMS),
    ]
    return items + await _weak(visit, url, host, port)


async def _absent(visit: Visit, url: str, shake: NoHandshake) -> Outcome:
    if shake.kind in ("scope", "dns", "tls"):
        return Outcome(DATASET, ABSENT, UNKNOWN, url, reason=shake.reason, address=shake.address)
    told = {
        "refused": "HTTPS 端口拒绝连接",
        "plain": "该端口应答的不是 TLS",
        "timeout": "HTTPS 端口无应答，而网站 HTTP 端口可以连接",
    }
    home = urlsplit(visit.home)
    if shake.kind == "timeout" and not await visit.means.prober.reachable(home.hostname or "", home.port or 80):
        return Outcome(DATASET, ABSENT, UNKNOWN, url, reason=shake.reason, address=shake.address)
    evidence = f"{urlsplit(url).netloc}: {shake.reason}"
    facts = {"tls.established": False}
    reasons = (why(0.9, told[shake.kind]),)
    return Outcome(DATASET, ABSENT, FAIL, url, "", evidence, reasons, address=shake.address, facts=facts)


def _item(visit: Visit, url: str, host: str, check_id: str, shake: Handshake, facts: Mapping[str, Any]) -> Outcome:
    if shake.certificate is None:
        return Outcome(DATASET, check_id, UNKNOWN, url, reason="服务器没有出示证书", address=shake.address, facts=facts)
    verdict = ITEMS[check_id](visit, host, shake, shake.certificate)
    if verdict is None:
        return Outcome(DATASET, check_id, CLEAN, url, address=shake.address, facts=facts)
    result, reason, evidence = verdict
    return Outcome(DATASET, check_id, result, url, "", evidence, (reason,), address=shake.address, facts=facts)


async def _weak(visit: Visit, url: str, host: str, port: int) -> list[Outcome]:
    found = await visit.means.prober.outdated(host, port)
    if isinstance(found, NoHandshake):
        return [unable(DATASET, WEAK, url, found.reason)]
    if not found:
        return [Outcome(DATASET, WEAK, CLEAN, url)]
    reason = why(0.9, f"服务器接受 {'、'.join(found)}，应仅保留 TLS 1.2 及以上")
    return [Outcome(DATASET, WEAK, FAIL, url, "", f"ServerHello: {', '.join(found)}", (reason,))]


def _expired(visit: Visit, host: str, shake: Handshake, leaf: Certificate) -> Verdict:
    now = visit.means.now()
    if leaf.not_before > now:
        return FAIL, why(0.95, f"证书 {_day(leaf.not_before)} 才生效"), f"notBefore={leaf.not_before.isoformat()}"
    if leaf.not_after >= now:
        return None
    days = (now - leaf.not_after).days
    return FAIL, why(0.98, f"证书已于 {_day(leaf.not_after)} 到期，逾期 {days} 天"), _dates(leaf)


def _expiring(visit: Visit, host: str, shake: Handshake, leaf: Certificate) -> Verdict:
    now, limit = visit.means.now(), visit.means.settings.expiring_days
    left = leaf.not_after - now
    if left < timedelta(0) or left > timedelta(days=limit):
        return None
    return (
        FAIL,
        why(0.8, f"证书将于 {_day(leaf.not_after)} 到期，仅余 {left.days} 天（提醒线 {limit} 天）"),
        _dates(leaf),
    )


def _mismatch(visit: Visit, host: str, shake: Handshake, leaf: Certificate) -> Verdict:
    if leaf.covers(host):
        return None
    named = [*leaf.names, *leaf.addresses]
    said = "、".join(named[:5]) or "（无备用名称）"
    return FAIL, why(0.95, f"证书只用于 {said}，不含 {host}"), f"SAN={', '.join(named[:10])}"


def _untrusted(visit: Visit, host: str, shake: Handshake, leaf: Certificate) -> Verdict:
    if shake.distrust is None:
        return None
    said = "证书为自签名" if leaf.self_signed else "证书链不完整或签发者不受信任"
    return FAIL, why(0.9, f"{said}，签发者 {leaf.issuer[:80]}"), f"{shake.distrust}; issuer={leaf.issuer}"


ITEMS: Final[Mapping[str, Callable[[Visit, str, Handshake, Certificate], Verdict]]] = {
    "tls/certificate-expired": _expired,
    "tls/certificate-expiring": _expiring,
    "tls/certificate-mismatch": _mismatch,
    "tls/certificate-untrusted": _untrusted,
}


def _facts(shake: Handshake, host: str) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "tls.version": shake.version,
        "tls.cipher": shake.cipher,
        "tls.established": True,
        "tls.client.server_name": host,
        "gongga.timing.connect": shake.connect_microseconds,
        "gongga.timing.tls": shake.tls_microseconds,
    }
    leaf = shake.certificate
    if leaf:
        facts |= {
            "tls.server.subject": leaf.subject,
            "tls.server.issuer": leaf.issuer,
            "tls.server.not_before": leaf.not_before,
            "tls.server.not_after": leaf.not_after,
            "tls.server.hash.sha256": leaf.sha256,
        }
    return facts


def _dates(leaf: Certificate) -> str:
    return f"subject={leaf.subject}; notAfter={leaf.not_after.isoformat()}"


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"
