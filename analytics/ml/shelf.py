"""Where learned profiles are kept: one row and one JSON file each, the newest of a site in use."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, delete, insert, select, update

from analytics.db import MODEL
from analytics.ml.learn import TooLittle
from analytics.ml.profile import Profile, ProfileError, digest_of, from_json, to_json
from sensors.contract.batch import time_text
from sensors.contract.segment import put

KIND: Final = "http-profile"
_LOG: Final = logging.getLogger(__name__)


def keep(connection: Connection, folder: Path, learned: Profile | TooLittle, now: datetime) -> None:
    """Put a profile in use in place of the site's former one, or note why the site has none."""
    site = MODEL.c.site_id == learned.site_id
    kind = MODEL.c.kind == KIND
    if isinstance(learned, TooLittle):
        _note(connection, learned, now)
        return
    content = to_json(learned)
    put(folder, f"{learned.id}.json", content)
    connection.execute(update(MODEL).where(site, kind, MODEL.c.state == "current").values(state="retired"))
    connection.execute(delete(MODEL).where(site, kind, MODEL.c.id.in_([learned.id, _waiting(learned.site_id)])))
    manifest = {
        "digest": digest_of(content),
        "from": time_text(learned.learned_from),
        "until": time_text(learned.learned_until),
        "requests": learned.requests,
        "days": learned.days,
        "threshold": learned.threshold,
        "parameters": len(learned.parameters),
        "paths": len(learned.methods),
    }
    _insert(connection, learned.id, learned.site_id, now, "current", manifest)


def _note(connection: Connection, too_little: TooLittle, now: datetime) -> None:
    name = _waiting(too_little.site_id)
    connection.execute(delete(MODEL).where(MODEL.c.id == name))
    manifest = {"reason": too_little.reason, "reason_en": too_little.reason_en}
    _insert(connection, name, too_little.site_id, now, "waiting", manifest)


def _waiting(site_id: str) -> str:
    return f"http-{site_id}-waiting"


def _insert(
    connection: Connection, name: str, site_id: str, now: datetime, state: str, manifest: Mapping[str, object]
) -> None:
    row = {"id": name, "kind": KIND, "site_id": site_id, "fitted_at": now, "state": state, "manifest": manifest}
    connection.execute(insert(MODEL).values(row))


@dataclass(slots=True)
class Shelf:
    """The profiles in use, read when first asked for and again when a site has a newer one."""

    reads: Engine
    folder: Path
    _known: dict[str, Profile | None] = field(default_factory=dict)

    def profiles(self, sites: set[str]) -> dict[str, Profile]:
        """The profiles in use of these sites; a site without one, or with a damaged one, is left out."""
        with self.reads.connect() as connection:
            rows = connection.execute(
                select(MODEL.c.id, MODEL.c.site_id, MODEL.c.manifest).where(
                    MODEL.c.kind == KIND, MODEL.c.state == "current", MODEL.c.site_id.in_(sites)
                )
            ).all()
        found = {row.site_id: self._profile(row.id, row.manifest) for row in rows}
        return {site: profile for site, profile in found.items() if profile is not None}

    def _profile(self, name: str, manifest: dict[str, str]) -> Profile | None:
        if name not in self._known:
            try:
                self._known[name] = from_json((self.folder / f"{name}.json").read_bytes(), manifest["digest"])
            except (ProfileError, OSError) as error:
                _LOG.warning("profile %s is left out: %s", name, error)
                self._known[name] = None
        return self._known[name]
