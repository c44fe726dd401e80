"""The inventory as a sheet: CSV in UTF-8 or GBK, one row a site, every bad row reported with its line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from ipaddress import ip_network
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

CHINA: Final = ZoneInfo("Asia/Shanghai")
MAX_BYTES: Final = 8 * 1024 * 1024
RANKS: Final = ("省级", "地市级", "县级", "部门", "乡镇")
UNIT_KINDS: Final = ("党政机关", "事业单位", "国有企业", "其他")


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column: its name, what it holds, and whether a row may leave it empty."""

    name: str
    meaning: str
    required: bool


COLUMNS: Final = (
    SheetColumn("unit_id", "Identifier of the unit, A-Z a-z 0-9 - _ ; rows of one unit repeat it.", True),
    SheetColumn("unit_name", "Name of the unit.", True),
    SheetColumn("county", "Division code of six digits (GB/T 2260).", True),
    SheetColumn("unit_kind", f"One of {'、'.join(UNIT_KINDS)}; empty means 党政机关.", False),
    SheetColumn("unit_phone", "Duty telephone.", False),
    SheetColumn("site_id", "Identifier of the site; a row with a known one updates that site.", True),
    SheetColumn("site_name", "Name of the site.", True),
    SheetColumn("url", "Home page, http:// or https://.", True),
    SheetColumn("hosts", "Further host names, separated by spaces; the one of the URL is added.", False),
    SheetColumn("addresses", "Addresses or networks the site answers on, separated by spaces.", False),
    SheetColumn("ports", "Ports, separated by spaces; the one of the URL is added.", False),
    SheetColumn("rank", f"Rank of a portal: {'、'.join(RANKS)}; empty means 部门.", False),
    SheetColumn("protection_level", "等保 level, 1 to 5, or empty.", False),
    SheetColumn("is_cii", "Critical information infrastructure: 是/否, yes/no, 1/0; empty means no.", False),
    SheetColumn("site_code", "网站标识码, ten digits or bm and eight.", False),
    SheetColumn("icp", "ICP record number.", False),
    SheetColumn("contact_name", "Person to call.", False),
    SheetColumn("contact_duty", "That person's duty.", False),
    SheetColumn("contact_phone", "Telephone.", False),
    SheetColumn("contact_email", "Mail address.", False),
    SheetColumn("auth_document", "Authorisation document; without one the site is never probed.", False),
    SheetColumn("auth_level", "Allowed level of probing: 1 DNS only, 2 reading pages; empty means 2.", False),
    SheetColumn("auth_from", "First day of the authorisation, YYYY-MM-DD.", False),
    SheetColumn("auth_until", "Last day of the authorisation, YYYY-MM-DD.", False),
)
_NAMES: Final = tuple(column.name for column in COLUMNS)
_REQUIRED: Final = tuple(column.name for column in COLUMNS if column.required)


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with one cell: line of the file from 1, column name or "", and a sentence."""

    line: int
    column: str
    text: str


class SheetError(ValueError):
    """The sheet as a whole cannot be read; the sentence says why."""


@dataclass(frozen=True, slots=True)
class SiteRow:
    """One good row, its cells parsed."""

    line: int
    cells: Mapping[str, Any]


def parse(content: bytes) -> tuple[list[SiteRow], list[RowError]]:
    """The rows of a sheet and what is wrong with the others. SheetError when it is no such sheet."""
    rows: list[SiteRow] = []
    errors: list[RowError] = []
    seen: dict[str, int] = {}
    units: dict[str, tuple[int, str, str]] = {}
    for line, cells in _lines(content, errors):
        parsed, wrong = _row(line, cells)
        site = str(parsed.get("site_id", ""))
        if site in seen:
            wrong.append(RowError(line, "site_id", f"{site} stands on line {seen[site]} already"))
        unit = str(parsed.get("unit_id", ""))
        same = (parsed.get("unit_name"), parsed.get("county"))
        if not wrong and unit in units and units[unit][1:] != same:
            wrong.append(RowError(line, "unit_id", f"{unit} has another name or county on line {units[unit][0]}"))
        errors += wrong
        if not wrong:
            seen[site] = line
            units.setdefault(unit, (line, parsed["unit_name"], parsed["county"]))
            rows.append(SiteRow(line, parsed))
    return rows, errors


def _decoded(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise SheetError(f"the file has {len(content)} bytes, at most {MAX_BYTES} are taken")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            return content.decode("gb18030")
        except UnicodeDecodeError as error:
            before = content[: error.start].count(b"\n") + 1
            raise SheetError(
                f"line {before}: the text is neither UTF-8 nor GBK; save the sheet as CSV UTF-8 and try again"
            ) from error


def _lines(content: bytes, errors: list[RowError]) -> Iterator[tuple[int, dict[str, str]]]:
    text = _decoded(content)
    if "\x00" in text:
        raise SheetError("the file holds zero bytes; it is not a CSV (an Excel file must be saved as CSV first)")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        missing = [name for name in _REQUIRED if name not in header]
        if missing:
            raise SheetError(f"line 1: no column {missing[0]!r}; the first line names the columns: {', '.join(_NAMES)}")
        unknown = [name for name in header if name and name not in _NAMES]
        if unknown:
            raise SheetError(f"line 1: unknown column {unknown[0]!r}; known are {', '.join(_NAMES)}")
        line = reader.line_num
        for values in reader:
            first, line = line + 1, reader.line_num
            if not any(value.strip() for value in values):
                continue
            if len(values) != len(header):
                errors.append(RowError(first, "", f"{len(values)} cells, the first line has {len(header)}"))
                continue
            yield first, dict(zip(header, (value.strip() for value in values), strict=True))
    except csv.Error as error:
        raise SheetError(f"line {reader.line_num}: not CSV ({error})") from error


def _row(line: int, cells: Mapping[str, str]) -> tuple[dict[str, Any], list[RowError]]:
    parsed: dict[str, Any] = {}
    errors = []
    for name in _NAMES:
        text = cells.get(name, "")
        if not text and name in _REQUIRED:
            errors.append(RowError(line, name, "is empty"))
            continue
        try:
            parsed[name] = _CELLS.get(name, _text)(text)
        except ValueError as error:
            errors.append(RowError(line, name, str(error)))
    if parsed.get("auth_document") and not (parsed.get("auth_from") and parsed.get("auth_until")):
        errors.append(RowError(line, "auth_from", "an authorisation needs its first and last day"))
    if parsed.get("auth_from") and parsed.get("auth_until") and parsed["auth_until"] < parsed["auth_from"]:
        errors.append(RowError(line, "auth_until", "lies before auth_from"))
    return parsed, errors


def _text(text: str) -> str | None:
    if len(text) > 200:
        raise ValueError(f"{len(text)} characters, at most 200 are taken")
    return text or None


def _identifier(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", text):
        raise ValueError(f"{text[:60]!r}: use A-Z a-z 0-9 - _, at most 40 characters")
    return text


def _county(text: str) -> str:
    if not re.fullmatch(r"\d{6}", text):
        raise ValueError(f"{text[:20]!r} is no division code of six digits")
    return text


def _url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or len(text) > 400:
        raise ValueError(f"{text[:80]!r} is no home page address such as http://www.example.gov.cn/")
    if parts.port is not None and not 0 < parts.port < 65536:
        raise ValueError(f"port {parts.port} does not exist")
    return text


def _hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(host.lower().rstrip(".") for host in text.split())
    for host in hosts:
        if not re.fullmatch(r"[\w-]+(\.[\w-]+)*", host):
            raise ValueError(f"{host[:80]!r} is no host name")
    return hosts


def _addresses(text: str) -> tuple[str, ...]:
    found = []
    for part in text.split():
        try:
            network = ip_network(part, strict=False)
        except ValueError as error:
            raise ValueError(f"{part[:60]!r} is no address or network") from error
        found.append(str(network.network_address) if network.num_addresses == 1 else str(network))
    return tuple(found)


def _ports(text: str) -> tuple[int, ...]:
    for part in text.split():
        if not part.isascii() or not part.isdigit() or not 0 < int(part) < 65536:
            raise ValueError(f"{part[:20]!r} is no port")
    return tuple(int(part) for part in text.split())


def _one_of(known: tuple[str, ...], default: str) -> Callable[[str], str]:
    def choose(text: str) -> str:
        if text and text not in known:
            raise ValueError(f"{text[:20]!r} is none of {'、'.join(known)}")
        return text or default

    return choose


def _level(lowest: int, highest: int, default: int | None) -> Callable[[str], int | None]:
    def choose(text: str) -> int | None:
        if not text:
            return default
        if not text.isascii() or not text.isdigit() or not lowest <= int(text) <= highest:
            raise ValueError(f"{text[:20]!r} is no level from {lowest} to {highest}")
        return int(text)

    return choose


def _yes(text: str) -> bool:
    words = {"是": True, "否": False, "yes": True, "no": False, "1": True, "0": False, "": False}
    if text.lower() not in words:
        raise ValueError(f"{text[:20]!r} is neither 是 nor 否")
    return words[text.lower()]


def _site_code(text: str) -> str | None:
    if text and not re.fullmatch(r"\d{10}|bm\d{8}", text):
        raise ValueError(f"{text[:20]!r} is no 网站标识码 (ten digits, or bm and eight)")
    return text or None


def _day(moment: time) -> Callable[[str], datetime | None]:
    def parse_day(text: str) -> datetime | None:
        if not text:
            return None
        try:
            return datetime.combine(date.fromisoformat(text), moment, tzinfo=CHINA)
        except ValueError as error:
            raise ValueError(f"{text[:20]!r} is no day such as 2026-11-24") from error

    return parse_day


_CELLS: Final[dict[str, Callable[[str], Any]]] = {
    "unit_id": _identifier,
    "site_id": _identifier,
    "county": _county,
    "unit_kind": _one_of(UNIT_KINDS, "党政机关"),
    "url": _url,
    "hosts": _hosts,
    "addresses": _addresses,
    "ports": _ports,
    "rank": _one_of(RANKS, "部门"),
    "protection_level": _level(1, 5, None),
    "is_cii": _yes,
    "site_code": _site_code,
    "auth_level": _level(1, 2, 2),
    "auth_from": _day(time.min),
    "auth_until": _day(time.max),
}
