"""CACAO examples of others: each imports, is linted, walked dry and exported unchanged by meaning, or is explained.

    GONGGA_EVAL_DATA=/data python -m benchmarks.eval_cacao

Every `*.json` under `cacao/examples` is one line. A document that the standard itself does not allow must be refused
with its faults named; any other must pass every step.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from console.response.cacao.document import export
from console.response.cacao.fault import errors
from console.response.cacao.importing import BY_HAND, way_of
from console.response.cacao.lint import lint
from console.response.cacao.reading import read
from console.response.rehearsal import rehearse

# Faults of form: the standard's own schemas refuse such a document too. A refusal for anything else is a failure here.
FORM: Final = frozenset({"not-a-playbook", "missing-field", "missing-agent", "wrong-value", "two-ways-on"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document; `ok` is None when it was refused with its faults named."""

    name: str
    ok: bool | None
    told: str


def main() -> int:
    root = Path(os.environ.get("GONGGA_EVAL_DATA", "")) / "cacao" / "examples"
    paths = sorted(root.glob("*.json"))
    if not os.environ.get("GONGGA_EVAL_DATA") or not paths:
        print("set GONGGA_EVAL_DATA to a folder with cacao/examples/*.json", file=sys.stderr)
        return 2
    outcomes = [judged(path) for path in paths]
    for one in outcomes:
        print(f"{ {True: 'ok', False: 'FAILED', None: 'refused'}[one.ok]:<8} {one.name:<32} {one.told}")
    count = [sum(one.ok is value for one in outcomes) for value in (True, None, False)]
    print(f"{len(outcomes)} documents: {count[0]} pass, {count[1]} refused with their faults, {count[2]} fail")
    return 1 if count[2] else 0


def judged(path: Path) -> Outcome:
    """Take one document through everything."""
    content = path.read_bytes()
    reading = read(content)
    faults = [*reading.faults, *(lint(reading.playbook) if reading.playbook else ())]
    wrong = errors(faults)
    if reading.playbook is None or wrong:
        told = "; ".join(f"{fault.where}: {fault.says.en}" for fault in wrong[:12])
        against_the_standard = any(fault.name in FORM for fault in wrong)
        return Outcome(path.name, None if against_the_standard else False, f"{len(wrong)} errors: {told}")
    walked = rehearse(reading.playbook, {}, datetime.now(UTC), lambda _: None)
    same = export(reading.playbook) == json.loads(content)
    again = read(json.dumps(export(reading.playbook)))
    by_hand = sum(way_of(command) == BY_HAND for step in reading.playbook.steps.values() for command in step.commands)
    told = (
        f"{len(reading.playbook.steps)} steps, {len(faults)} warnings, {by_hand} commands by hand, "
        f"walk of {len(walked.lines)} lines {walked.state}, export {'unchanged' if same else 'CHANGED'}"
    )
    ok = same and again.playbook is not None and again.faults == reading.faults and walked.state == "succeeded"
    return Outcome(path.name, ok, told)


if __name__ == "__main__":
    raise SystemExit(main())
