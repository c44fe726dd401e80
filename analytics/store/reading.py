"""Asking DuckDB about the files of one day: the only place that speaks to it."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow.parquet as pq

from analytics.store.days import Day
from sensors.contract.fields import BY_NAME, fields_of

_TRIES: Final = 3
_SQL_TYPES: Final = {
    "keyword": "VARCHAR",
    "ip": "VARCHAR",
    "keywords": "VARCHAR[]",
    "ips": "VARCHAR[]",
    "long": "BIGINT",
    "float": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "TIMESTAMPTZ",
}


class Reading:
    """Reads days' files; one connection a thread of work, in memory, nothing to close on a crash."""

    def __init__(self, threads: int = 1) -> None:
        self._duck = duckdb.connect(config={"threads": threads})
        self._duck.execute("SET TimeZone = 'UTC'")
        self._duck.create_function("in_network", in_network, ["VARCHAR", "VARCHAR"], "BOOLEAN")

    def close(self) -> None:
        """Let the connection go."""
        self._duck.close()

    def ask(
        self,
        day: Day,
        sql: str,
        before: Sequence[Any],
        names: set[str],
        where: str,
        after: Sequence[Any],
        damaged: list[str],
    ) -> list[dict[str, Any]]:
        """Rows of a statement over `{source}`, the day's rows that meet `where`.

        A file that cannot be read is named in `damaged` and left out; one joined meanwhile is looked for again.
        """
        bad: set[Path] = set()
        for _ in range(_TRIES):
            files = [path for path in day.files() if path not in bad]
            if not files:
                return []
            source = f"(SELECT * FROM {_files(day.dataset, files, names)} WHERE {where})"
            try:
                cursor = self._duck.execute(sql.format(source=source), [*before, *after])
                columns = [column[0] for column in cursor.description]
                return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
            except duckdb.Error:
                broken = {path for path in files if path.exists() and not _readable(path)}
                damaged += sorted(f"{day.dataset}/{day.name}/{path.name}" for path in broken)
                if not broken and all(path.exists() for path in files):
                    raise
                bad |= broken
        return []


def in_network(address: str | None, network: str | None) -> bool:
    """Whether an address is in a network; what is no address is in none."""
    try:
        return ip_address(address or "") in ip_network(network or "", strict=False)
    except ValueError:
        return False


def _files(dataset: str, files: Sequence[Path], names: set[str]) -> str:
    listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
    carried = {field.name for field in fields_of(dataset)}
    absent = sorted(names - carried)
    extra = "".join(f', CAST(NULL AS {_SQL_TYPES[BY_NAME[name].kind]}) AS "{name}"' for name in absent)
    return f"(SELECT *{extra} FROM read_parquet([{listed}], union_by_name = true))"


def _readable(path: Path) -> bool:
    try:
        pq.ParquetFile(path).read()
    except (OSError, ValueError):
        return False
    return True
