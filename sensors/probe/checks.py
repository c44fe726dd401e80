"""Every check family, in one table. A check id begins with the name of its family."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from sensors.probe.check.availability import check_availability
from sensors.probe.check.content import check_content
from sensors.probe.check.exposure import check_exposure
from sensors.probe.check.headers import check_headers
from sensors.probe.check.names import check_names
from sensors.probe.check.tls import check_tls
from sensors.probe.context import Visit
from sensors.probe.outcome import Outcome

CHECKS: Final[Mapping[str, Callable[[Visit], Awaitable[list[Outcome]]]]] = {
    "availability": check_availability,
    "dns": check_names,
    "tls": check_tls,
    "headers": check_headers,
    "content": check_content,
    "exposure": check_exposure,
}
