"""One failure is a suspicion; several are a fault; several successes a recovery."""

from __future__ import annotations

from sensors.probe.liveness import DOWN, SUSPECT, UP, Liveness, step


def walk(*reached: bool) -> list[tuple[str, str]]:
    state, found = Liveness(), []
    for one in reached:
        state, verdict = step(state, one, 2, 2)
        found.append((state.state, verdict))
    return found


def test_only_the_failure_after_all_retries_is_claimed() -> None:
    assert walk(False, False, False, False) == [
        (SUSPECT, "unknown"),
        (SUSPECT, "unknown"),
        (DOWN, "fail"),
        (DOWN, "fail"),
    ]


def test_a_success_among_the_retries_clears_the_suspicion() -> None:
    assert walk(False, False, True) == [(SUSPECT, "unknown"), (SUSPECT, "unknown"), (UP, "pass")]


def test_a_recovery_needs_two_successes() -> None:
    assert walk(False, False, False, True, True)[-2:] == [(DOWN, "unknown"), (UP, "pass")]
    assert walk(False, False, False, True, False)[-1] == (DOWN, "fail")
