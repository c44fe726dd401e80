"""Faults as values."""

from __future__ import annotations

from console.response.cacao.fault import document, error, errors, from_document, sentence, warning

WRONG = error("cycle", "workflow.a", ("循环", "a circle"), ("改", "mend it"))
ODD = warning("runs-by-hand", "workflow.b", ("人工", "by hand"), ("核对", "check"))


def test_a_fault_survives_being_kept() -> None:
    assert from_document(document(WRONG)) == WRONG


def test_only_errors_keep_a_playbook_out() -> None:
    assert errors([ODD, WRONG]) == [WRONG]


def test_several_faults_are_one_sentence() -> None:
    told = sentence([ODD, WRONG, WRONG])

    assert told.en == "workflow.a: a circle; mend it (and 1 more errors)"
    assert "另有 1 处" in told.zh
