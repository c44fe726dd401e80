"""The spool keeps what it was given, never repeats a number, and says when it cannot."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sensors.contract import segment as segments
from sensors.contract.batch import EventBatch
from sensors.contract.segment import Segment, SegmentError
from sensors.emit.spool import Spool, SpoolError, SpoolFull
from tests.factories import batch


def flows(rows: int) -> EventBatch:
    return batch("flow", *({"source.ip": "203.0.113.7"} for _ in range(rows)))


def test_a_batch_becomes_a_sealed_segment_on_disk(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", "s1")

    identity = spool.put(flows(2))

    assert str(identity) == "s1-000001"
    [path] = spool.pending()
    assert segments.read(path).batch.column("event.id") == ["s1-000001-0", "s1-000001-1"]


def test_numbers_go_on_after_a_restart_even_when_every_segment_was_taken(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "s1")
    spool.put(flows(1))
    for path in spool.pending():
        spool.done(path)

    assert Spool(tmp_path, "s1").put(flows(1)).sequence == 2


def test_numbers_go_on_after_the_counter_was_lost_but_files_are_there(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "s1")
    spool.put(flows(1))
    spool.put(flows(1))
    spool.refuse(spool.pending()[1], "422")
    (tmp_path / "s1.counter.json").unlink()

    assert Spool(tmp_path, "s1").put(flows(1)).sequence == 3


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"next": "7"}', b'{"last": 7}'])
def test_a_damaged_counter_is_named_and_nothing_is_numbered(tmp_path: Path, content: bytes) -> None:
    Spool(tmp_path, "s1").put(flows(1))
    (tmp_path / "s1.counter.json").write_bytes(content)

    with pytest.raises(SpoolError, match=r"s1\.counter\.json: damaged counter; write"):
        Spool(tmp_path, "s1")


def test_pending_is_oldest_first_and_ignores_other_files(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "s1")
    for _ in range(3):
        spool.put(flows(1))
    (tmp_path / "s1-notes.arrow").write_text("mine")

    assert [path.stem for path in spool.pending()] == ["s1-000001", "s1-000002", "s1-000003"]


def test_a_long_batch_is_split_and_no_row_is_lost(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "s1", max_rows=4)

    last = spool.put(flows(10))

    assert last.sequence == 3
    assert [len(segments.read(path).batch) for path in spool.pending()] == [4, 4, 2]


def test_over_quota_the_oldest_go_and_are_counted(tmp_path: Path) -> None:
    size = Spool(tmp_path / "one", "s1")
    size.put(flows(5))
    one = size.report().pending_bytes
    spool = Spool(tmp_path / "two", "s1", quota_bytes=2 * one + one // 2)

    for _ in range(5):
        spool.put(flows(5))

    assert [path.stem for path in spool.pending()] == ["s1-000004", "s1-000005"]
    report = Spool(tmp_path / "two", "s1").report()
    assert (report.dropped_segments, report.dropped_rows) == (3, 15)


def test_the_newest_segment_stays_even_alone_over_quota(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "s1", quota_bytes=1)

    spool.put(flows(5))

    assert len(spool.pending()) == 1


def test_a_full_disk_is_one_sentence_and_leaves_no_part(tmp_path: Path) -> None:
    def full(segment: Segment, folder: Path) -> Path:
        if segment.id.sequence == 2:
            (folder / f".{segment.file_name}.1.part").write_bytes(b"half")
            raise OSError(errno.ENOSPC, "No space left on device")
        return segments.write(segment, folder)

    spool = Spool(tmp_path, "s1", write=full)
    spool.put(flows(1))

    with pytest.raises(SpoolFull, match=r"segment s1-000002 \(3 rows of flow\) could not be written \(No space left"):
        spool.put(flows(3))

    again = Spool(tmp_path, "s1")
    assert again.put(flows(1)).sequence == 3
    assert [path.stem for path in again.pending()] == ["s1-000001", "s1-000003"]
    assert not list(tmp_path.glob(".*.part"))


def test_a_real_limit_of_the_file_system_is_the_same_sentence(tmp_path: Path) -> None:
    program = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from sensors.emit.spool import Spool, SpoolFull; from tests.factories import batch\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "spool = Spool(Path(sys.argv[1]), 's1'); spool.put(batch('flow', {}))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))\n"
        "try: spool.put(batch('flow', {}))\n"
        "except SpoolFull as error: print(error)\n"
    )

    done = subprocess.run([sys.executable, "-c", program, tmp_path], capture_output=True, text=True, check=True)

    assert "segment s1-000002 (1 rows of flow) could not be written (File too large)" in done.stdout
    assert [path.stem for path in Spool(tmp_path, "s1").pending()] == ["s1-000001"]
    assert not list(tmp_path.glob(".*.part"))


def test_an_empty_batch_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="empty batch of flow"):
        Spool(tmp_path, "s1").put(flows(0))


def test_a_sensor_name_that_no_segment_may_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SegmentError):
        Spool(tmp_path, "../s1")


def test_a_refused_segment_keeps_its_reason_and_is_counted(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "s1")
    spool.put(flows(1))

    aside = spool.refuse(spool.pending()[0], "422: schema version 9")

    assert spool.pending() == []
    assert aside.with_name("s1-000001.reason.txt").read_text() == "422: schema version 9\n"
    assert spool.report().refused_segments == 1


def _put_some(folder: Path, times: int) -> None:
    spool = Spool(folder, "s1")
    for _ in range(times):
        spool.put(flows(1))


def test_two_processes_never_share_a_number(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_put_some, args=(tmp_path, 15)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert [worker.exitcode for worker in workers] == [0, 0]
    assert [path.stem for path in Spool(tmp_path, "s1").pending()] == [f"s1-{n:06d}" for n in range(1, 31)]


def test_after_sigkill_every_acknowledged_number_is_there_and_none_returns(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from sensors.emit.spool import Spool; from tests.factories import batch\n"
        "spool = Spool(Path(sys.argv[1]), 's1')\n"
        "while True: print(spool.put(batch('flow', {})), flush=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, tmp_path], stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        acknowledged = [worker.stdout.readline().strip() for _ in range(20)]
        os.kill(worker.pid, signal.SIGKILL)
        acknowledged += worker.stdout.read().split("\n")[:-1]

    spool = Spool(tmp_path, "s1")
    kept = [path.stem for path in spool.pending()]
    assert set(acknowledged) <= set(kept)
    for path in spool.pending():
        segments.read(path)
    assert str(spool.put(flows(1))) > max(kept)
