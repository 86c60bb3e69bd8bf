"""CSV and TSV: encodings, delimiters, quotes, ends."""

import pytest

from secaudit.errors import EvidenceError
from secaudit.evidence.adapters.delimited import read
from secaudit.evidence.adapters.encoding import decode
from secaudit.evidence.reading import Reading, Request

TEXT = "職員番号,氏名,所属\r\n0001,髙橋①,総務課\r\n0002,職員～2,税務課\r\n"
REQUEST = Request(format="delimited")


def rows(data: bytes | str, request: Request = REQUEST) -> Reading:
    return read(data.encode() if isinstance(data, str) else data, request)


@pytest.mark.parametrize(
    ("encoding", "bom"),
    [
        ("cp932", b""),
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("utf-32-le", b"\xff\xfe\x00\x00"),
    ],
)
def test_encodings(encoding: str, bom: bytes) -> None:
    found = rows(bom + TEXT.encode(encoding))
    assert found.rows[1] == (2, ("0001", "髙橋①", "総務課"))
    assert found.encoding == encoding
    assert found.losses == ()


def test_iso_2022_jp() -> None:
    found = rows("職員番号,所属\r\n0001,総務課\r\n".encode("iso2022_jp"))
    assert found.rows[1] == (2, ("0001", "総務課"))


def test_the_encoding_of_the_manifest_wins() -> None:
    data = "番号,名\r\n1,総務課\r\n".encode("euc_jp")
    assert rows(data, Request(format="delimited", encoding="EUC-JP")).rows[1] == (2, ("1", "総務課"))
    with pytest.raises(EvidenceError):
        rows(TEXT.encode("cp932"), Request(format="delimited", encoding="utf-8"))


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_delimiters(delimiter: str) -> None:
    found = rows(TEXT.replace(",", delimiter))
    assert found.rows[2] == (3, ("0002", "職員～2", "税務課"))


def test_a_comma_in_quotes_is_no_delimiter() -> None:
    assert rows('番号;名\r\n1;"a,b,c,d"\r\n2;"e,f,g,h"\r\n').rows[1] == (2, ("1", "a,b,c,d"))


def test_newline_inside_a_cell_keeps_row_numbers() -> None:
    found = rows('番号,理由\r\n1,"一行目\r\n二行目"\r\n2,三\r\n')
    assert found.rows[1:] == ((2, ("1", "一行目\r\n二行目")), (4, ("2", "三")))


def test_blank_lines_and_short_rows_are_no_losses() -> None:
    found = rows("番号,名,所属\r\n\r\n1,a,\r\n,,\r\n2,b\r\n")
    assert found.rows[1:] == ((3, ("1", "a", None)), (5, ("2", "b")))
    assert found.losses == ()


def test_broken_quotes_cost_their_lines() -> None:
    found = rows('番号,名\r\n1,"a"b\r\n2,c\r\n')
    assert [row[1] for row in found.rows] == [("番号", "名"), ("2", "c")]
    assert [(loss.rows, loss.row) for loss in found.losses] == [(1, 2)]


def test_quotes_that_never_close_are_an_end_that_nobody_knows() -> None:
    found = rows('番号,名\r\n1,a\r\n2,"b\r\n3,c\r\n')
    assert [row[1] for row in found.rows] == [("番号", "名"), ("1", "a")]
    assert [loss.rows for loss in found.losses] == [None]


def test_a_last_line_that_stops_short() -> None:
    assert [loss.rows for loss in rows("番号,名,所属\r\n1,a,総務課\r\n2,b").losses] == [None]
    assert [loss.rows for loss in rows("番号,名,所属\r\n1,a,総務課\r\n2,b,税務課").losses] == [0]
    assert [loss.rows for loss in rows("番号,名\r\n1,総務課".encode()[:-1]).losses] == [None]


def test_a_cell_too_long_is_a_lost_row() -> None:
    found = rows("番号,名\r\n1," + "a" * 1_100_000 + "\r\n2,b\r\n")
    assert [loss.rows for loss in found.losses] == [1]


def test_a_preview_stops_early_and_complains_of_nothing() -> None:
    found = rows('番号,名\r\n1,a\r\n2,"b', Request(format="delimited", limit=2))
    assert len(found.rows) == 2
    assert found.losses == ()


@pytest.mark.parametrize("data", [b"\x00" * 100, b"a\x00b\x00\x00c\x00d", b"\xff\xfe\x00\xd8\x00\x00"])
def test_bytes_that_are_no_text(data: bytes) -> None:
    with pytest.raises(EvidenceError):
        decode(data)


def test_rows_that_a_stray_pair_of_quotes_swallowed_are_counted() -> None:
    found = rows('a,b,c\r\n1,2,"x\r\n3,4,5\r\n6,7,8"\r\n9,9,9\r\n')
    assert [(loss.rows, loss.row) for loss in found.losses] == [(2, 2)]
    assert rows('a,b,c\r\n1,2,"x\r\ny, z"\r\n9,9,9\r\n').losses == ()
