"""Who we are on the link and whom we trust there: settings and keys together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from console.office.settings import ProvinceLink
from console.province.keys import Pinned, our_key, peer_file, pinned
from console.province.signing import SignatureProvider


@dataclass(frozen=True, slots=True)
class Party:
    """One side of the link."""

    settings: ProvinceLink
    key: SignatureProvider
    # the peer's; empty until its file is put in place
    keys: tuple[Pinned, ...]
    # the data folder
    root: Path

    @property
    def us(self) -> str:
        return self.settings.us

    @property
    def peer(self) -> str:
        return self.settings.peer


def party(root: Path, settings: ProvinceLink) -> Party:
    """The side that a data folder and its settings describe. KeyProblem for key files that cannot be used."""
    return Party(
        settings=settings,
        key=our_key(root / "keys", settings.signature),
        keys=pinned(peer_file(root, settings.peer_key)),
        root=root,
    )
