"""Why a message is not taken: a code for programs, one sentence for people, and whether trying again helps."""

from __future__ import annotations


class Refusal(ValueError):
    """The message is refused; nothing of it was kept. `retry`: the same bytes may be good later."""

    def __init__(self, code: str, sentence: str, retry: bool = False) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.retry = retry
