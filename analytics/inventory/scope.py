"""The scope that sensors obey, written from the inventory's authorisations and signed with the office's key.

Canonical form that is signed: the document without `signature`, as JSON with sorted keys, separators `,` and `:`,
non-ASCII kept, encoded in UTF-8. The signature is Ed25519, base64.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from sqlalchemy import Connection, select

from analytics.data_folder import DataFolder
from analytics.db import AUTHORISATION, SITE, UNIT
from sensors.contract.batch import time_text
from sensors.contract.segment import put

LIFETIME: Final = timedelta(days=400)


def write_scope(connection: Connection, folder: DataFolder, now: datetime) -> Path:
    """Write the signed scope of every site with an authorisation valid now or later; returns its path."""
    document = {
        "schema": 1,
        "id": f"scope-{now:%Y%m%d%H%M%S}",
        "issued_by": "gongga",
        "valid_from": time_text(now - timedelta(minutes=5)),
        "valid_until": time_text(now + LIFETIME),
        "sites": _sites(connection, now),
    }
    key = signing_key(folder)
    content = json.dumps(_signed(document, key), ensure_ascii=False, indent=1, sort_keys=True).encode()
    if folder.scope.exists() and _same(folder.scope, document):
        return folder.scope
    return put(folder.scope.parent, folder.scope.name, content)


def signing_key(folder: DataFolder) -> Ed25519PrivateKey:
    """The office's scope key, made at first use; its public half lies beside it for sensors."""
    path = folder.keys / "scope.key"
    if not path.exists():
        fresh = Ed25519PrivateKey.generate()
        put(folder.keys, "scope.pub", public_pem(fresh))
        put(folder.keys, path.name, fresh.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        path.chmod(0o600)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path.name} is no Ed25519 key; move it away and a new one is made")
    return key


def public_pem(key: Ed25519PrivateKey) -> bytes:
    """The public half, PEM."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def canonical(document: Mapping[str, Any]) -> bytes:
    """The bytes that are signed."""
    unsigned = {name: value for name, value in document.items() if name != "signature"}
    return json.dumps(unsigned, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _signed(document: Mapping[str, Any], key: Ed25519PrivateKey) -> dict[str, Any]:
    fingerprint = hashlib.sha256(public_pem(key)).hexdigest()[:16]
    named = {**document, "key": fingerprint}
    return {**named, "signature": base64.b64encode(key.sign(canonical(named))).decode()}


def _sites(connection: Connection, now: datetime) -> list[dict[str, Any]]:
    rows = connection.execute(
        select(SITE, UNIT.c.name.label("unit_name"), AUTHORISATION.c.id.label("authorisation"), AUTHORISATION)
        .join(UNIT, UNIT.c.id == SITE.c.unit_id)
        .join(AUTHORISATION, AUTHORISATION.c.site_id == SITE.c.id)
        .where(SITE.c.active.is_(True), AUTHORISATION.c.valid_until >= now)
        .order_by(SITE.c.id, AUTHORISATION.c.valid_from)
    ).mappings()
    return [
        {
            "site": row[SITE.c.id],
            "unit": row[SITE.c.unit_id],
            "name": row[SITE.c.name],
            "urls": [row[SITE.c.url]],
            "hosts": row[SITE.c.hosts],
            "addresses": row[SITE.c.addresses],
            "ports": row[SITE.c.ports],
            "level": row[AUTHORISATION.c.level],
            "valid_from": time_text(row[AUTHORISATION.c.valid_from]),
            "valid_until": time_text(row[AUTHORISATION.c.valid_until]),
            "authorisation": row[AUTHORISATION.c.id],
        }
        for row in rows
    ]


def _same(path: Path, document: Mapping[str, Any]) -> bool:
    try:
        known = json.loads(path.read_bytes())
    except ValueError:
        return False
    still = str(known.get("valid_until", "")) > time_text(datetime.fromisoformat(str(document["valid_from"])))
    return bool(known.get("sites") == document["sites"] and still)
