"""The files browsers load: read once at start, addressed by their hash, kept by browsers for a year."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

MEDIA_TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
# Fetched at set-up by console.web.assets, never committed.
VENDOR: Final = ("vendor/htmx.min.js",)

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Asset:
    content: bytes
    digest: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Assets:
    """Every file by its name."""

    by_name: dict[str, Asset]

    def url(self, name: str) -> str | None:
        """The address of a file, or None when it was never fetched."""
        asset = self.by_name.get(name)
        return f"/static/{asset.digest}/{name}" if asset else None

    @property
    def missing(self) -> tuple[str, ...]:
        """Vendored files that set-up has not fetched; pages work without them, slower to the hand."""
        return tuple(name for name in VENDOR if name not in self.by_name)


def load_assets() -> Assets:
    """Read the static folder of the installed package."""
    found: dict[str, Asset] = {}
    _collect(files("console.web") / "static", "", found)
    return Assets(found)


def _collect(folder: Traversable, prefix: str, into: dict[str, Asset]) -> None:
    for entry in folder.iterdir():
        if entry.is_dir():
            _collect(entry, f"{prefix}{entry.name}/", into)
        elif media_type := MEDIA_TYPES.get(entry.name.rsplit(".", 1)[-1]):
            content = entry.read_bytes()
            digest = hashlib.sha256(content).hexdigest()[:12]
            into[prefix + entry.name] = Asset(content, digest, media_type)


@router.get("/static/{digest}/{name:path}", include_in_schema=False)
async def static_file(request: Request, digest: str, name: str) -> Response:
    assets: Assets = request.app.state.assets
    asset = assets.by_name.get(name)
    if asset is None:
        raise HTTPException(404)
    # An old address still gets the file, but nobody may keep it under that address.
    keep = "public, max-age=31536000, immutable" if digest == asset.digest else "no-store"
    return Response(asset.content, media_type=asset.media_type, headers={"cache-control": keep})
