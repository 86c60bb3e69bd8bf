"""The child process: frames, limits, restarts, and answers that are not believed."""

import io
import json
import sys
import time

import pytest

from secaudit.errors import EvidenceError, ManyError
from secaudit.evidence import worker
from secaudit.evidence.reading import Mark, RawLoss, Reading, Request, pack_rest, pack_row, unpack, unpack_row
from secaudit.evidence.sandbox import Sandbox
from secaudit.model.text import Text
from tests.evidence_room.folders import STAFF, workbook

CSV = Request(format="delimited")


def test_one_child_reads_many_files_in_batches() -> None:
    big = "番号,名\r\n" + "".join(f"{number},x\r\n" for number in range(10_000))
    with Sandbox() as box:
        child = box.child
        assert len(box.read(big.encode(), CSV, path="a.csv").rows) == 10_001
        assert len(box.read(STAFF.encode("cp932"), CSV, path="b.csv").rows) == 3
        with pytest.raises(EvidenceError, match="the file is empty"):
            box.read(b"", CSV, path="c.csv")
        assert box.child is child
    assert child is not None
    assert child.poll() == 0


def test_errors_of_the_reader_keep_code_place_and_hint() -> None:
    with Sandbox() as box:
        with pytest.raises(ManyError) as caught:
            box.read(b"- {a: 1, a: 2, b: 1, b: 2}\n", Request(format="yaml_list"), path="x/a.yaml")
        assert [str(error.at) for error in caught.value.errors] == ["x/a.yaml:1:10", "x/a.yaml:1:22"]
        assert all(error.code == "SA101" and error.hint is not None for error in caught.value.errors)


def test_a_request_that_the_child_does_not_know_ends_it_and_the_next_file_is_read() -> None:
    with Sandbox() as box:
        with pytest.raises(EvidenceError, match="stopped"):
            box.read(b"x", Request(format="unknown"), path="a")
        assert len(box.read(STAFF.encode(), CSV, path="b.csv").rows) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of memory there")
def test_a_sheet_that_needs_too_much_memory_is_one_failure() -> None:
    data = workbook([("職員番号",), *[()] * 0], sheet="a")
    far = workbook([("職員番号",)] + [()] * 1_048_574 + [[None] * 16_383 + ["x"]], sheet="b")
    with Sandbox() as box:
        with pytest.raises(EvidenceError):
            box.read(far, Request(format="excel"), path="far.xlsx")
        assert len(box.read(data, Request(format="excel"), path="a.xlsx").rows) == 1


@pytest.mark.parametrize(
    "answer", [{"rows": 1}, {"rows": [["x", []]]}, {"end": {}}, {"end": {"header": 1, "losses": 2, "merges": 3}}, [], {"errors": [{}]}]
)
def test_answers_that_are_no_answers(answer: object) -> None:
    frame = json.dumps(answer).encode()
    program = f"import sys; sys.stdout.buffer.write({len(frame).to_bytes(8, 'big') + frame!r}); sys.stdout.flush(); sys.stdin.read()"
    with Sandbox(command=(sys.executable, "-c", program)) as box, pytest.raises(EvidenceError, match="stopped"):
        box.read(b"", CSV, path="a.csv")


def test_a_child_that_says_nothing_is_ended_in_time() -> None:
    start = time.monotonic()
    with Sandbox(seconds=1, command=(sys.executable, "-c", "import time; time.sleep(60)")) as box:
        with pytest.raises(EvidenceError, match="longer than 1 seconds"):
            box.read(b"", CSV, path="a.csv")
        assert box.child is None
    assert time.monotonic() - start < 20


def test_an_interrupted_reading_leaves_no_child() -> None:
    box = Sandbox(command=(sys.executable, "-c", "import time; time.sleep(60)"))
    box.__enter__()
    child = box.child
    assert child is not None
    box.__exit__(KeyboardInterrupt, None, None)
    assert child.poll() is not None


def test_frames_and_cells_survive_the_pipe() -> None:
    stream = io.BytesIO()
    worker.write_frame(stream, b"abc")
    stream.seek(0)
    assert worker.read_frame(stream) == b"abc"
    assert worker.read_frame(stream) is None
    assert worker.read_frame(io.BytesIO((9).to_bytes(8, "big") + b"short")) is None
    row = (7, ("a", 1, 1.5, True, None, Mark("date", "2025-04-01")))
    whole = Reading(
        rows=(row,),
        header=("h",),
        losses=(RawLoss(why=Text(ja="欠", en="lost"), rows=None, row=3),),
        sheet="表",
        encoding="cp932",
        merges=((1, 0, 2, 0),),
        strict_width=True,
    )
    rows = [unpack_row(json.loads(json.dumps(pack_row(item)))) for item in whole.rows]
    assert unpack(rows, json.loads(json.dumps(pack_rest(whole)))) == whole


def test_memory_that_runs_out_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def starve(_data: bytes, _request: Request) -> Reading:
        raise MemoryError

    monkeypatch.setattr(worker, "adapter", lambda _name: starve)
    (answer,) = worker._answer(CSV, b"")
    assert "too much memory" in str(answer)
