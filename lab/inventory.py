"""The county's inventory sheet, as an office would hand it in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date, timedelta

from lab.site import HTTP_PORT, HTTPS_PORT, LabSite

COLUMNS = (
    "unit_id",
    "unit_name",
    "county",
    "unit_kind",
    "unit_phone",
    "site_id",
    "site_name",
    "url",
    "hosts",
    "addresses",
    "ports",
    "rank",
    "protection_level",
    "is_cii",
    "site_code",
    "icp",
    "contact_name",
    "contact_duty",
    "contact_phone",
    "contact_email",
    "auth_document",
    "auth_level",
    "auth_from",
    "auth_until",
)
_NAMES = ("扎西", "卓玛", "王强", "泽仁", "拉姆", "李静", "多吉", "陈敏")


def sheet(sites: Iterable[LabSite], today: date) -> bytes:
    """One row a site, CSV in UTF-8."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for number, site in enumerate(sites):
        writer.writerow(_row(number, site, today))
    return out.getvalue().encode()


def _row(number: int, site: LabSite, today: date) -> dict[str, object]:
    return {
        "unit_id": site.unit,
        "unit_name": site.unit_name,
        "county": site.county,
        "unit_kind": "党政机关",
        "unit_phone": f"0836-000{number:04d}",
        "site_id": site.id,
        "site_name": site.name,
        "url": site.url,
        "hosts": site.host,
        "addresses": f"{site.address} {site.inner}",
        # Where HTTPS is to be expected; whether it is there is the probe's to find out. 80 is the server's own port in
        # the story's traffic.
        "ports": f"{HTTP_PORT} {HTTPS_PORT} 80",
        "rank": site.rank,
        "protection_level": site.protection_level or "",
        "is_cii": "否",
        "site_code": site.site_code,
        "icp": f"蜀ICP备2020{site.site_code[-4:]}号-1",
        "contact_name": _NAMES[number % len(_NAMES)],
        "contact_duty": "网站管理员",
        "contact_phone": f"1300000{number:04d}",
        "contact_email": f"web@{site.host.removeprefix('www.')}",
        "auth_document": f"监测授权书〔2026〕{number + 1}号",
        "auth_level": 2,
        "auth_from": (today - timedelta(days=60)).isoformat(),
        "auth_until": (today + timedelta(days=300)).isoformat(),
    }
