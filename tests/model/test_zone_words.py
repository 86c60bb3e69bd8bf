from secaudit.model.text import Text
from secaudit.model.zone_words import range_words, zone_name, zone_phrase


def test_the_three_zones_have_names_and_others_are_called_as_they_are() -> None:
    assert zone_name("mynumber") == Text(ja="マイナンバー利用事務系", en="My Number zone")
    assert zone_name("lgwan") == Text(ja="LGWAN接続系", en="LGWAN zone")
    assert zone_name("internet") == Text(ja="インターネット接続系", en="internet zone")
    assert zone_name("school") == Text(ja="school", en="school")
    assert zone_phrase("internet") == Text(ja="インターネット接続系", en="the internet zone")
    assert zone_phrase("school") == Text(ja="領域 school", en="the zone school")


def test_ranges_are_read_in_both_languages() -> None:
    assert range_words("any") == Text(ja="すべて", en="any")
    assert range_words("any except 10.1.0.0/16") == Text(ja="10.1.0.0/16 以外", en="any except 10.1.0.0/16")
    assert range_words("any (NEW)") == Text(ja="すべて (NEW)", en="any (NEW)")
    assert range_words("type 8") == Text(ja="種別 8", en="type 8")
    assert range_words("code 0") == Text(ja="コード 0", en="code 0")
    assert range_words("10.1.0.0/16") == Text(ja="10.1.0.0/16", en="10.1.0.0/16")
