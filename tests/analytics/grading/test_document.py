from __future__ import annotations

import json

from analytics.grading.document import document, numbers_of, spells_of
from analytics.grading.propose import Facts, Spell, propose
from analytics.grading.tables import load_tables
from tests.factories import at

TABLES = load_tables()
FACTS = Facts(
    now=at(2000),
    detected_at=at(100),
    classes=("02.09",),
    spells={"tamper_illegal": Spell(at(0), at(60), at(1950))},
    numbers={"loss_yuan": 3},
)


def test_a_proposal_is_written_with_its_rows_clocks_and_factors() -> None:
    written = document(propose(FACTS, TABLES), FACTS, TABLES, {})

    assert json.loads(json.dumps(written)) == written
    assert written["class"] == {"code": "02.09", "zh": "网页篡改", "en": "Web defacement"}
    assert written["level"] == {"value": 3, "zh": "较大", "en": "Considerable"}
    assert written["matched"][0]["basis"] == "draft"
    assert {"id", "kind", "from", "zh", "en", "starts", "due", "article", "confidence"} == set(written["clocks"][0])
    assert written["object"]["name"] == "ordinary"


def test_what_people_wrote_outlives_a_new_proposal() -> None:
    written = document(propose(FACTS, TABLES), FACTS, TABLES, {})
    written["clocks"][0]["met"] = "2026-11-23T13:00:00Z"

    again = document(propose(FACTS, TABLES), FACTS, TABLES, written)

    assert again["clocks"][0]["met"] == "2026-11-23T13:00:00Z"
    assert "met" not in again["clocks"][1]


def test_spells_and_numbers_are_read_back() -> None:
    written = document(propose(FACTS, TABLES), FACTS, TABLES, {})

    assert spells_of(written) == dict(FACTS.spells)
    assert numbers_of(written) == {"loss_yuan": 3}
    assert (spells_of({}), numbers_of({})) == ({}, {})
