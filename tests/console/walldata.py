"""A prefecture in its records, as the big screen counts it: sites in every county, what is open on them, notices."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import JSON, Boolean, Engine, Integer, insert

from analytics.db import ALERT, CONTACT, FINDING, INCIDENT, SITE, SITE_DAY, UNIT
from analytics.posture.counties import load_counties
from analytics.posture.tally import tally
from console.notices.tables import NOTICE

CHECKS: Final = ("exposure/admin-login", "tls/absent", "content/hidden-link", "tls/certificate-expired", "exposure/git")
KINDS: Final = ("02.01", "02.03", "02.03", "02.06", "02.01", "08.01")
BODIES: Final = ("自然资源局", "教育和体育局", "卫生健康局", "融媒体中心", "政务服务中心", "文化和旅游局")
_EMPTY: Final[dict[type, Any]] = {JSON: {}, Integer: 0, Boolean: False}
WORDS: Final = {"02.09": ("首页被篡改", "home page defaced"), "02.18": ("主机疑似失陷", "host compromised")}


def prefecture(engine: Engine, now: datetime, *, sites: int = 103, alerts: int = 600, incidents: int = 12) -> None:
    """Fill the records and count them, a day ago and now. The same every time."""
    chance = random.Random(513300)
    _inventory(engine, sites, now, chance)
    _rows(engine, FINDING, [_finding(number, sites, now, chance) for number in range(sites)])
    tally(engine, now - timedelta(hours=25))
    _rows(engine, ALERT, [_alert(number, sites, now, chance) for number in range(alerts)])
    _rows(engine, INCIDENT, [_incident(number, sites, now, chance) for number in range(incidents)])
    _rows(engine, NOTICE, [notice(number, now, place(number, sites)) for number in range(9)])
    tally(engine, now)


def place(number: int, sites: int) -> dict[str, Any]:
    """The site, unit and county of a number."""
    counties = load_counties()
    site = number % sites
    return {"site_id": f"s-{site:03d}", "unit_id": f"U-{site:03d}", "county": counties[site % len(counties)].code}


def name(number: int) -> str:
    """What the unit of a number is called."""
    counties = load_counties()
    return f"{counties[number % len(counties)].zh}{BODIES[number // len(counties) % len(BODIES)]}"


def _inventory(engine: Engine, sites: int, now: datetime, chance: random.Random) -> None:
    units, listed, days, contacts = [], [], [], []
    for number in range(sites):
        where = place(number, sites)
        units.append({"id": where["unit_id"], "name": name(number), "county": where["county"], "kind": "部门"})
        contacts.append({"unit_id": where["unit_id"], "name": f"联络员{number:03d}", "phone": f"0836-28{number:05d}"})
        listed.append(_site(number, where))
        for back in range(8):
            day = (now + timedelta(hours=8) - timedelta(days=back)).date().isoformat()
            failed = chance.choice((0,) * 60 + (1, 2))
            plain = {"findings": 0, "alerts": 0, "incidents": 0}
            days.append({"site_id": where["site_id"], "day": day, "visits": 288, "failed": failed, **plain})
    for table, rows in ((UNIT, units), (CONTACT, contacts), (SITE, listed), (SITE_DAY, days)):
        _rows(engine, table, rows)


def _site(number: int, where: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": where["site_id"],
        "unit_id": where["unit_id"],
        "name": f"{name(number)}门户网站",
        "url": f"https://s{number:03d}.gov.example/",
        "hosts": [f"s{number:03d}.gov.example"],
        "addresses": [f"10.20.{number // 200}.{number % 200 + 1}"],
        "ports": [443],
        "rank": "地市级" if number == 0 else "县级" if number < 19 else "部门",
        "protection_level": 3 if number % 5 == 0 else 2,
        "is_cii": number % 25 == 0,
        "active": True,
    }


def _finding(number: int, sites: int, now: datetime, chance: random.Random) -> dict[str, Any]:
    where = place(int(chance.random() ** 2 * sites), sites)
    check = CHECKS[number % len(CHECKS)] if number % 3 else CHECKS[1]
    seen = now - timedelta(hours=chance.randrange(1, 900))
    return {
        "id": f"fi-{number:05d}",
        "key": f"{where['site_id']}|{check}|/{number}",
        **where,
        "check_id": check,
        "location": f"/{number}",
        "title": "隐患",
        "title_en": "Weakness",
        "severity": chance.choice(("critical", "high", "medium", "medium", "low", "low", "low")),
        "state": chance.choice(("new", "confirmed", "noticed", "rectifying", "closed")),
        "first_seen": seen,
        "last_seen": now,
        "times_seen": 3,
        "clean_times": 0,
        "addresses": [],
        "why": [],
        "events": [],
        "version": 1,
    }


def _alert(number: int, sites: int, now: datetime, chance: random.Random) -> dict[str, Any]:
    where = place(chance.randrange(sites), sites)
    seen = now - timedelta(minutes=int(chance.random() ** 1.3 * 30 * 1440) + 1)
    return {
        "id": f"al-{number:06d}",
        "key": f"rule|{number}",
        "detector": "sigma",
        "rule_id": f"rule-{number % 20}",
        "title": "请求参数中夹带数据库语句",
        "title_en": "Database statements in a parameter",
        "level": chance.choice(("critical", "high", "medium", "medium", "low")),
        **where,
        "entity": f"203.0.113.{int(chance.random() ** 2 * 200) + 1}",
        "first_seen": seen,
        "last_seen": seen,
        "count": 3,
        "why": [],
        "events": [],
        "techniques": [],
        "class_code": KINDS[number % len(KINDS)],
        "status": chance.choice(("new", "true", "true", "false", "benign", "true", "escalated", "true")),
        "version": 1,
    }


def _incident(number: int, sites: int, now: datetime, chance: random.Random) -> dict[str, Any]:
    where = place(3 * number + 12, sites)
    code = tuple(WORDS)[number % 2]
    seen = now - timedelta(hours=2 + 9 * number)
    state = ("handling", "confirmed", "open", "closed")[number % 4]
    confirmed = None if state == "open" else seen + timedelta(minutes=chance.randrange(3, 20))
    return {
        "id": f"2026-{number + 1:04d}",
        "title": f"{name(3 * number + 12)}：{WORDS[code][0]}",
        "title_en": f"{where['site_id']}: {WORDS[code][1]}",
        **where,
        "state": state,
        "class_code": code,
        "level_proposed": 4,
        "level_confirmed": (3 if number == 4 else 4) if confirmed else None,
        "grading": {},
        "entities": [],
        "stages": [],
        "occurred_at": seen - timedelta(minutes=chance.randrange(2, 9)),
        "detected_at": seen,
        "last_seen": seen,
        "confirmed_at": confirmed,
        "closed_at": seen + timedelta(hours=7) if state == "closed" else None,
        "version": 1,
    }


def notice(number: int, now: datetime, where: dict[str, Any], **values: Any) -> dict[str, Any]:
    """A notice that went out this month; every third is signed for only, one is late."""
    month = (now + timedelta(hours=8)).replace(day=1, hour=0, minute=0, second=0, microsecond=0) - timedelta(hours=8)
    sent = max(month, now - timedelta(days=number, hours=1))
    step = ("issued", "received", "feedback", "closed")[number % 4]
    # Whatever else a notice must have stands empty.
    plain = {column.name: _EMPTY.get(type(column.type), "") for column in NOTICE.c if not column.nullable}
    return {
        **plain,
        "id": f"nt-{number:05d}",
        "kind": "hazard",
        "state": step,
        "pressure": "overdue" if number == 1 else "none",
        "extension_state": "none",
        "number": f"甘网安通〔2026〕{number + 1}号",
        "title": f"关于{name(number)}门户网站安全隐患的通报",
        **where,
        "secrecy": "内部",
        "urgency": "平急",
        "severity": "high",
        "drafted_by": "editor",
        "drafted_at": sent,
        "issued_at": sent,
        "received_at": None if step == "issued" else sent,
        "feedback_at": sent if step in ("feedback", "closed") else None,
        "closed_at": sent if step == "closed" else None,
        "exercise_id": None,
        "changed_at": sent,
        "version": 1,
        **values,
    }


def _rows(engine: Engine, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        with engine.begin() as connection:
            connection.execute(insert(table), rows)
