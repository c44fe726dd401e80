"""Approved baselines: what a site looked like, and where its names led, when somebody said that this is right."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sensors.contract.batch import time_text
from sensors.probe.look import Look
from sensors.probe.vocabulary import Words

BY_FIRST_SIGHT: Final = "auto:first-observation"
_MOST_SHINGLES: Final = 20_000


@dataclass(frozen=True, slots=True)
class PageBaseline:
    """A home page as it should be."""

    id: str
    title: str
    text_hash: str
    text_length: int
    shingles: frozenset[int]
    tag_paths: frozenset[str]
    script_hosts: frozenset[str]
    link_hosts: frozenset[str]
    words: frozenset[str]


def page_baseline(look: Look, words: Words) -> PageBaseline:
    """The baseline a look would make."""
    told = "\n".join((look.text_hash, look.title, *sorted(look.tag_paths)))
    said = {
        word
        for vocabulary, text in ((words.defacement, look.text), (words.promotion, f"{look.title} {look.keywords}"))
        for found in vocabulary.find(text).values()
        for word in found
    }
    return PageBaseline(
        id=hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16],
        title=look.title,
        text_hash=look.text_hash,
        text_length=len(look.text),
        shingles=frozenset(sorted(look.shingles())[:_MOST_SHINGLES]),
        tag_paths=look.tag_paths,
        script_hosts=look.script_hosts,
        link_hosts=frozenset(link.host for link in look.links),
        words=frozenset(said),
    )


class BaselineStore:
    """Keeps one candidate and one approved baseline of each kind (`page`, `dns`) for each site."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._database = connection

    def page(self, site: str) -> PageBaseline | None:
        """The approved page of a site."""
        row = self._approved(site, "page")
        return _page_of(row["id"], json.loads(row["document"])) if row else None

    def addresses(self, site: str) -> dict[str, frozenset[str]] | None:
        """The approved addresses of a site's names."""
        row = self._approved(site, "dns")
        return {name: frozenset(found) for name, found in json.loads(row["document"]).items()} if row else None

    def observe_page(self, site: str, seen: PageBaseline, at: datetime) -> None:
        """Keep the newest page as the candidate."""
        self._observe(site, "page", seen.id, _page_document(seen), at)

    def observe_addresses(self, site: str, seen: Mapping[str, tuple[str, ...]], at: datetime) -> None:
        """Keep the newest addresses as the candidate."""
        document = {name: sorted(found) for name, found in seen.items()}
        identity = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:16]
        self._observe(site, "dns", identity, document, at)

    def approve(self, site: str, by: str, at: datetime, kind: str | None = None) -> list[str]:
        """Make the candidates of a site its approved baselines; returns the kinds approved."""
        kinds = [
            str(row["kind"])
            for row in self._database.execute(
                "SELECT kind FROM baseline WHERE site = ? AND stage = 'candidate' ORDER BY kind", (site,)
            )
            if kind in (None, row["kind"])
        ]
        for name in kinds:
            self._database.execute(
                "INSERT OR REPLACE INTO baseline SELECT site, kind, 'approved', id, taken_at, ?, ?, document"
                " FROM baseline WHERE site = ? AND kind = ? AND stage = 'candidate'",
                (time_text(at), by, site, name),
            )
        return kinds

    def approval(self, site: str, kind: str) -> tuple[str, str] | None:
        """Who approved a baseline, and when."""
        row = self._approved(site, kind)
        return (str(row["approved_by"]), str(row["approved_at"])) if row else None

    def sites(self) -> list[str]:
        """Every site with a candidate."""
        rows = self._database.execute("SELECT DISTINCT site FROM baseline WHERE stage = 'candidate' ORDER BY site")
        return [str(row["site"]) for row in rows]

    def _approved(self, site: str, kind: str) -> Any:
        return self._database.execute(
            "SELECT * FROM baseline WHERE site = ? AND kind = ? AND stage = 'approved'", (site, kind)
        ).fetchone()

    def _observe(self, site: str, kind: str, identity: str, document: Mapping[str, Any], at: datetime) -> None:
        self._database.execute(
            "INSERT OR REPLACE INTO baseline VALUES (?, ?, 'candidate', ?, ?, NULL, NULL, ?)",
            (site, kind, identity, time_text(at), json.dumps(document, ensure_ascii=False)),
        )


def _page_document(page: PageBaseline) -> dict[str, Any]:
    return {
        "title": page.title,
        "text_hash": page.text_hash,
        "text_length": page.text_length,
        "shingles": sorted(page.shingles),
        "tag_paths": sorted(page.tag_paths),
        "script_hosts": sorted(page.script_hosts),
        "link_hosts": sorted(page.link_hosts),
        "words": sorted(page.words),
    }


def _page_of(identity: str, document: Mapping[str, Any]) -> PageBaseline:
    return PageBaseline(
        id=identity,
        title=document["title"],
        text_hash=document["text_hash"],
        text_length=document["text_length"],
        shingles=frozenset(document["shingles"]),
        tag_paths=frozenset(document["tag_paths"]),
        script_hosts=frozenset(document["script_hosts"]),
        link_hosts=frozenset(document["link_hosts"]),
        words=frozenset(document["words"]),
    )
