"""The playbooks an office has."""

from __future__ import annotations

import pytest

from analytics.grading.tables import load_tables
from console.response import shelf
from console.response.cacao.document import STEP_TYPES
from console.response.cacao.extension import DEFINITION, EXTENSION, OWN_COMMANDS, own_command, step_terms
from console.response.shelf import BadPlaybook
from tests.console.deskside import Table
from tests.console.playbooks import book, end, manual, raw


def test_the_playbooks_that_come_with_the_desk_have_no_fault_and_no_warning() -> None:
    names = ["compromised-host", "defaced-page", "exposed-backend", "hidden-link", "report-up", "site-down"]

    assert {alias: found.faults for alias, found in shelf.shipped().items()} == dict.fromkeys(names, ())


def test_together_they_use_every_step_type_and_every_command_of_ours() -> None:
    steps = [step for found in shelf.shipped().values() for step in found.playbook.steps.values()]

    assert {step.type for step in steps} == set(STEP_TYPES)
    assert {own_command(command.type) for step in steps for command in step.commands} - {None} == set(OWN_COMMANDS)


def test_each_has_names_in_english_known_classes_and_our_definition() -> None:
    for alias, found in shelf.shipped().items():
        assert found.name_en != found.name
        assert all(step_terms(step).name_en for step in found.playbook.steps.values())
        assert set(found.classes) <= set(load_tables().classes)
        assert found.playbook.content["extension_definitions"] == {EXTENSION: dict(DEFINITION)}
        assert (
            alias == "report-up"
            or any(step_terms(step).approval for step in found.playbook.steps.values())
            or (any(step.type == "playbook-action" for step in found.playbook.steps.values()))
        )


def test_the_playbooks_they_run_are_there() -> None:
    known = {found.id for found in shelf.shipped().values()}

    for found in shelf.shipped().values():
        assert {step.playbook_id for step in found.playbook.steps.values() if step.playbook_id} <= known


def test_a_version_is_kept_once_and_a_newer_one_beside_it(table: Table) -> None:
    old, new = (shelf.checked(raw(book({"e": end()}, name=name))) for name in ("旧", "新"))
    with table.desk.engine.begin() as connection:
        numbers = [shelf.keep(connection, one, "lead", table.clock()) for one in (old, old, new)]
        found = shelf.find(connection, old.id)
        first = shelf.version(connection, old.id, 1)

    assert numbers == [1, 1, 2]
    assert found is not None
    assert first is not None
    assert (found.name, first.name) == ("新", "旧")


def test_a_playbook_is_found_by_its_id_its_file_name_or_a_version_of_it(table: Table) -> None:
    own = shelf.shipped()["site-down"]
    with table.desk.reads.begin() as connection:
        for name in ("site-down", own.id):
            assert shelf.find(connection, name) == own
        assert shelf.find(connection, own.id, own.playbook.modified) == own
        assert shelf.find(connection, own.id, "2020-01-01T00:00:00Z") is None
        assert shelf.find(connection, "nothing") is None
        assert [one.alias for one in shelf.books(connection)] == sorted(shelf.shipped())


def test_an_imported_version_of_a_shipped_playbook_comes_before_it_once_it_was_kept(table: Table) -> None:
    own = shelf.shipped()["site-down"]
    changed = shelf.checked(raw({**own.playbook.content, "name": "本地版"}))
    with table.desk.engine.begin() as connection:
        shelf.keep(connection, own, "clerk", table.clock())
        shelf.keep(connection, changed, "lead", table.clock())
        found = shelf.find(connection, "site-down")

    assert found is not None
    assert (found.name, found.alias, found.version) == ("本地版", "site-down", 2)


def test_a_playbook_with_an_error_is_refused_in_one_sentence() -> None:
    with pytest.raises(BadPlaybook, match="which is not there"):
        shelf.checked(raw(book({"a": manual("gone"), "e": end()})))
