"""What a change may raise: a forbidden move, a record that changed meanwhile, a value that does not fit."""

from __future__ import annotations


class IllegalMove(ValueError):
    """The lifecycle's table does not allow this move; trying again does not help."""

    def __init__(self, what: str, was: str, to: str, zh: str = "当前状态下不能这样办理，可能已由他人办理") -> None:
        super().__init__(f"{what} is {was!r}; it cannot become {to!r}")
        self.what, self.was, self.to, self.zh = what, was, to, zh


class Stale(RuntimeError):
    """Somebody changed the record after it was read; read it again and decide again."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} was changed meanwhile; look at it again")
        self.what = what


class Unknown(LookupError):
    """There is no such record."""

    def __init__(self, what: str, zh: str = "") -> None:
        super().__init__(f"there is no {what}")
        self.what, self.zh = what, zh


class Unfit(ValueError):
    """What was asked makes no sense, in one sentence for people and one for programs."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
