"""What a sliding window holds while hits enter it in order of time and leave it by age."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any, Final, Protocol, TypeAlias

_NUMBER: Final = re.compile(r"\s*[-+]?[0-9]{1,30}(\.[0-9]{1,30})?\s*")

# A condition over rules: ("rule", id), ("not", part), ("and", part, …) or ("or", part, …).
Expression: TypeAlias = tuple[Any, ...]


class Measure(Protocol):
    """One number about what is in the window; None when nothing there can be measured."""

    def enter(self, item: Any) -> None:
        """A hit's item comes in."""
        ...

    def leave(self, item: Any) -> None:
        """A hit's item goes out."""
        ...

    def value(self) -> Fraction | int | None:
        """The measure now."""
        ...


class Distinct:
    """How many different items there are; an item that is None counts for nothing."""

    def __init__(self) -> None:
        self._seen: Counter[Hashable] = Counter()

    def enter(self, item: Hashable) -> None:
        """Count it in."""
        if item is not None:
            self._seen[item] += 1

    def leave(self, item: Hashable) -> None:
        """Count it out."""
        if item is not None:
            self._seen[item] -= 1
            if not self._seen[item]:
                del self._seen[item]

    def value(self) -> int | None:
        """Different items in the window."""
        return len(self._seen)


class Meeting(Distinct):
    """Whether the rules present meet a condition: 1 or none."""

    def __init__(self, expression: Expression) -> None:
        super().__init__()
        self._expression = expression

    def value(self) -> int | None:
        """1 when the condition holds."""
        return 1 if self._holds(self._expression) else None

    def _holds(self, part: Expression) -> bool:
        sign, *rest = part
        if sign == "rule":
            return rest[0] in self._seen
        if sign == "not":
            return not self._holds(rest[0])
        return all(map(self._holds, rest)) if sign == "and" else any(map(self._holds, rest))


class Sum:
    """Sum or mean of the numbers in the window, exact."""

    def __init__(self, *, mean: bool = False) -> None:
        self._mean, self._sum, self._count = mean, Fraction(0), 0

    def enter(self, item: str | None) -> None:
        """Add its number, if it is one."""
        number = number_of(item)
        if number is not None:
            self._sum, self._count = self._sum + number, self._count + 1

    def leave(self, item: str | None) -> None:
        """Take its number away."""
        number = number_of(item)
        if number is not None:
            self._sum, self._count = self._sum - number, self._count - 1

    def value(self) -> Fraction | None:
        """The sum or the mean."""
        if not self._count:
            return None
        return self._sum / self._count if self._mean else self._sum


class Rank:
    """A percentile of the numbers in the window, interpolated between neighbours."""

    def __init__(self, percentile: int) -> None:
        self._share, self._sorted = Fraction(percentile, 100), list[Fraction]()

    def enter(self, item: str | None) -> None:
        """Put its number in its place."""
        number = number_of(item)
        if number is not None:
            insort(self._sorted, number)

    def leave(self, item: str | None) -> None:
        """Take its number out."""
        number = number_of(item)
        if number is not None:
            del self._sorted[bisect_left(self._sorted, number)]

    def value(self) -> Fraction | None:
        """The percentile."""
        if not self._sorted:
            return None
        place = (len(self._sorted) - 1) * self._share
        low = int(place)
        high = min(low + 1, len(self._sorted) - 1)
        return self._sorted[low] + (self._sorted[high] - self._sorted[low]) * (place - low)


def number_of(text: str | None) -> Fraction | None:
    """The number a text is written as; None when it is none."""
    return Fraction(text) if text is not None and _NUMBER.fullmatch(text) else None


class Chain:
    """The latest start of a chain of rules, in their order, each step another event and none before the last."""

    def __init__(self, rules: Sequence[str]) -> None:
        self._rules = tuple(rules)
        # For each step, start of the best chains by their last event; two different last events are enough.
        self._best: list[dict[str, datetime]] = [{} for _ in rules]

    def moment(self, hits: Sequence[tuple[str, str, datetime]]) -> datetime | None:
        """Take the hits (rule, event, time) of one moment; the latest start of a whole chain so far."""
        for step, rule in enumerate(self._rules):
            for hit_rule, event, at in hits:
                if hit_rule != rule:
                    continue
                before = [start for last, start in self._best[step - 1].items() if last != event] if step else [at]
                if before:
                    self._keep(step, event, max(before))
        return max(self._best[-1].values(), default=None)

    def _keep(self, step: int, event: str, start: datetime) -> None:
        best = self._best[step]
        if event not in best or best[event] < start:
            best[event] = start
        if len(best) > 2:
            del best[min(best, key=best.__getitem__)]


MEASURES: Final[dict[str, Callable[[int], Measure]]] = {
    "event_count": lambda _: Distinct(),
    "value_count": lambda _: Distinct(),
    "value_sum": lambda _: Sum(),
    "value_avg": lambda _: Sum(mean=True),
    "value_percentile": Rank,
    "value_median": lambda _: Rank(50),
    "temporal": lambda _: Distinct(),
}
