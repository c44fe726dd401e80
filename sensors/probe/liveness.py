"""UP, SUSPECT, DOWN: one failure is a suspicion, several in one round are a fault, several successes a recovery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sensors.probe.outcome import CLEAN, FAIL, UNKNOWN

UP: Final = "UP"
SUSPECT: Final = "SUSPECT"
DOWN: Final = "DOWN"


@dataclass(frozen=True, slots=True)
class Liveness:
    """Where a site stands, and how many failures or successes in a row brought it there."""

    state: str = UP
    failures: int = 0
    successes: int = 0


# From a state, by whether the visit succeeded, to where it goes while the count is not full, and when it is.
MOVES: Final = {
    (UP, True): (UP, UP),
    (UP, False): (SUSPECT, DOWN),
    (SUSPECT, True): (UP, UP),
    (SUSPECT, False): (SUSPECT, DOWN),
    (DOWN, True): (DOWN, UP),
    (DOWN, False): (DOWN, DOWN),
}
# What a visit's result is claimed to be in the state it led to.
VERDICTS: Final = {
    (UP, True): CLEAN,
    (SUSPECT, False): UNKNOWN,
    (DOWN, False): FAIL,
    (DOWN, True): UNKNOWN,
}


def step(before: Liveness, reached: bool, retries: int, successes_needed: int) -> tuple[Liveness, str]:
    """The next state, and the result to claim."""
    failures = 0 if reached else before.failures + 1
    successes = before.successes + 1 if reached else 0
    full = successes >= successes_needed if reached else failures > retries
    state = MOVES[before.state, reached][full]
    return Liveness(state, failures, successes), VERDICTS[state, reached]
