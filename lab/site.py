"""The sites of the pretend county, as `sites.yml` tells them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import Final

import yaml

HTTP_PORT: Final = 18080
HTTPS_PORT: Final = 18443
NAME_SERVER: Final = ("127.0.0.2", 15353)
CONTROL: Final = ("127.0.0.2", 18079)
# Where the "off-site" redirect leads: a host of the lab that no scope names.
ELSEWHERE: Final = ("www.elsewhere.lab", "127.0.2.1")


@dataclass(frozen=True, slots=True)
class LabSite:
    """One pretend site: who runs it, where it is, and the traits that make it weak."""

    id: str
    host: str
    address: str
    name: str
    unit: str
    unit_name: str
    county: str
    rank: str
    make: str
    inner: str
    traits: frozenset[str]
    protection_level: int | None = None

    @property
    def url(self) -> str:
        """The home page as the inventory knows it."""
        return f"http://{self.host}:{HTTP_PORT}/"

    @property
    def has_https(self) -> bool:
        return "http-only" not in self.traits

    @property
    def site_code(self) -> str:
        """A made-up 网站标识码: the county's division code and four digits of its own."""
        return f"{self.county}{int(self.address.rsplit('.', 1)[1]):04d}"


def load_sites() -> tuple[LabSite, ...]:
    """Every site, in the order of their addresses."""
    text = resources.files("lab").joinpath("sites.yml").read_text("utf-8")
    return tuple(LabSite(**{**row, "traits": frozenset(row["traits"])}) for row in yaml.safe_load(text))
