"""Where everything of one installation lives on disk. Each path is named here once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The data folder of an installation; `prepare` makes the folders it names."""

    root: Path

    @property
    def database(self) -> Path:
        return self.root / "gongga.sqlite"

    @property
    def events(self) -> Path:
        """The event store."""
        return self.root / "events"

    @property
    def inbox(self) -> Path:
        """Segments received and not yet taken; a file here is never lost."""
        return self.root / "inbox"

    @property
    def quarantine(self) -> Path:
        """Segments that could not be read, as they came."""
        return self.root / "quarantine"

    @property
    def models(self) -> Path:
        return self.root / "models"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def scope(self) -> Path:
        """The signed scope that sensors obey."""
        return self.root / "scope.json"

    @property
    def sensors(self) -> Path:
        """State and spool of the sensors that run in this process tree, a folder each."""
        return self.root / "sensors"

    @property
    def orders(self) -> Path:
        """Re-tests ordered of the sensors that run in this process tree, a file each until one takes it."""
        return self.sensors / "orders"

    @property
    def files(self) -> Path:
        """What units handed in as proof, each file under the hash of its content."""
        return self.root / "files"

    @property
    def rules(self) -> Path:
        """Rules the office added to the shipped ones."""
        return self.root / "rules"

    def prepare(self) -> DataFolder:
        """Make the folders; keys are readable by their owner only."""
        own = (self.root, self.events, self.inbox, self.quarantine, self.models, self.sensors, self.rules)
        for folder in (*own, self.orders, self.files):
            folder.mkdir(parents=True, exist_ok=True)
        self.keys.mkdir(mode=0o700, exist_ok=True)
        return self
