from __future__ import annotations

import re

from analytics.findings.checks import load_checks
from analytics.grading.tables import load_tables


def test_every_check_has_words_in_both_languages_and_a_class_there_is() -> None:
    classes = load_tables().classes
    for check in load_checks().values():
        assert re.fullmatch(r"[a-z0-9]+/[a-z0-9-]+", check.id)
        assert all((check.title, check.title_en, check.advice, check.advice_en))
        assert check.severity in ("critical", "high", "medium", "low")
        assert check.class_code in classes


def test_what_happens_is_no_finding_and_what_stands_is_one() -> None:
    checks = load_checks()

    assert not checks["content/tamper"].makes_finding
    assert checks["exposure/git"].makes_finding
    assert checks["content/hidden-link"].makes_finding
