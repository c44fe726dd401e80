"""What can go wrong on demand: counts of the next messages it happens to, and switches that stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any


def means(meaning: str) -> dict[str, str]:
    """The metadata of a fault: what it does."""
    return {"meaning": meaning}


@dataclass(slots=True)
class Faults:
    """All faults, none at first."""

    drop: int = field(default=0, metadata=means("So many messages are lost before they are stored."))
    lose_receipts: int = field(default=0, metadata=means("So many are stored and answered with nothing."))
    refuse: int = field(default=0, metadata=means("So many are refused for now, signed."))
    return_reports: int = field(default=0, metadata=means("So many reports are returned by the business receipt."))
    corrupt: int = field(default=0, metadata=means("A bit is flipped in so many messages that are sent."))
    duplicate: int = field(default=0, metadata=means("So many messages are sent ten times."))
    old_sequence: int = field(default=0, metadata=means("So many instructions are sent under a number that was used."))
    delay: float = field(default=0.0, metadata=means("Seconds before each answer."))
    business_delay: float = field(default=0.0, metadata=means("Seconds before each business receipt."))
    away: bool = field(default=False, metadata=means("Nothing is answered and nothing is sent."))

    def set(self, values: Mapping[str, Any]) -> None:
        """Turn faults on or off. ValueError for one there is not, or a value it cannot have."""
        kinds = {one.name: type(getattr(self, one.name)) for one in fields(self)}
        for name, value in values.items():
            if name not in kinds:
                raise ValueError(f"there is no fault {name!r}; one of {', '.join(kinds)}")
            wanted = kinds[name]
            given = float(value) if wanted is float and isinstance(value, int) else value
            if type(given) is not wanted or (wanted is not bool and given < 0):
                raise ValueError(f"the fault {name} must be {wanted.__name__}, not {value!r}")
            setattr(self, name, given)

    def take(self, name: str) -> bool:
        """Whether a counted fault happens now; it is used up by one."""
        left = getattr(self, name)
        if left > 0:
            setattr(self, name, left - 1)
        return bool(left > 0)

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


def parsed(texts: list[str]) -> dict[str, Any]:
    """Faults given as `name=value`. ValueError for a text that is none."""
    found: dict[str, Any] = {}
    for text in texts:
        name, found_sign, value = text.partition("=")
        if not found_sign and name == "away":
            found[name] = True
            continue
        try:
            found[name] = (
                value == "true" if value in ("true", "false") else float(value) if "." in value else int(value)
            )
        except ValueError as error:
            raise ValueError(f"{text!r}: write a fault as name=number, such as drop=3") from error
    return found


def _number(text: str) -> float | int:
    return float(text) if "." in text else int(text)


def flipped(wire: bytes) -> bytes:
    """The same with one bit of its middle flipped."""
    content = bytearray(wire)
    content[len(content) // 2] ^= 1
    return bytes(content)
