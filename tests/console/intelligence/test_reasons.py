"""Reasons in words."""

from __future__ import annotations

from console.intelligence.reasons import Refused, reason_words, reasons


def test_a_reason_is_said_in_both_languages_with_what_it_is_about() -> None:
    refused = Refused("indicator--1", "own", "www.kd.test")

    assert refused.words.zh.endswith("（www.kd.test）")
    assert refused.document()["code"] == "own"
    assert refused.document()["reason_en"].endswith("(www.kd.test)")
    assert reason_words("size").zh == reasons()["size"].zh
    assert reason_words("unheard of: x").zh == "unheard of: x"
