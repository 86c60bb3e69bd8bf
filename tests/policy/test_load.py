from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from secaudit.errors import FileError, ManyError, YamlError
from secaudit.model.location import Location
from secaudit.model.policy import Gate, Organisation, Plan, Relay
from secaudit.model.text import Text
from secaudit.policy.load import code_is_valid, load

MINIMAL = """\
organisation: {id: natori, name: {ja: 名取市, en: Natori City}, type: municipality, code: "042072"}
catalogue: "2020-12"
network_model: alpha
"""
FULL = (
    MINIMAL
    + """\
evidence_basis: published
parameters:
  "5.2.2-02": {target: 1.0}
  "6.1.13-01": {methods: [wpa3-enterprise]}
select:
  levels: [required]
  exclude: [{control: "8.4-02", reason: 検討中, approved_by: CISO, expires: 2027-03-31}]
weights: {recommended: 0}
severity_names: {critical: 重大な不適合}
exceptions:
  - {control: "6.1.13-01", subjects: ["AP-07"], reason: 更新, approved_by: C, approved_on: 2026-04-01, expires: 2027-03-31, compensating: x}
  - {control: "6.1.13-01", reason: 全体, approved_by: CISO, approved_on: 2026-04-01, expires: 2026-04-01}
specified_communications:
  - id: SC-01
    from: lgwan
    to: internet
    direction: outbound
    protocol: tcp
    ports: [443, "8000-8010"]
    purpose: 収受
    approved_by: CISO
    approved_on: 2026-04-01
    expires: 2027-03-31
zones: {mynumber: [10.1.0.0/16], internet: [10.3.0.0/16, "outside", "2001:db8::/32"]}
plan: {title: {ja: 計画, en: Plan}, adopted: 2020-04-01, revised: "2022-03", first_fiscal_year: 2020, last_fiscal_year: 2024}
commitments:
  - id: III-2
    name: {ja: 研修, en: Training}
    owner: 総務課
    rows:
      - {name: 研修会, stages: {2019: 継続, 2020: "—"}, unclear: {2021: ["実施", ""]}}
      - {name: 訓練, owner: 防災課}
    indicators: [{name: 受講率, unit: "%", baseline: {2017: 84}, targets: {2019: 99.5, 2020: 全員}}]
    security: true
    source: {document: 計画, section: 第3章}
    note: 一つの表
gate: {fail_on: "score<80.5", minimum_score: 80.1, maximum_drop: 2}
"""
)


def write(root: Path, text: str, name: str = "natori.yaml") -> Path:
    path = root / "policies" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def wrong(root: Path, text: str) -> list[tuple[str, str, str]]:
    with pytest.raises(ManyError) as caught:
        load(write(root, text))
    for error in caught.value.errors:
        assert error.message.ja
    return [(str(error.at), error.message.en, error.hint.en if error.hint else "") for error in caught.value.errors]


def test_the_least_that_a_policy_says(tmp_path: Path) -> None:
    policy = load(write(tmp_path, MINIMAL))
    assert policy.id == "natori"
    assert policy.organisation == Organisation(id="natori", name=Text(ja="名取市", en="Natori City"), type="municipality", code="042072")
    assert policy.evidence_basis == "records"
    assert policy.levels == ("required", "recommended")
    assert policy.weights == {"required": 3, "recommended": 1}
    assert (policy.plan, policy.gate, policy.commitments, policy.flows) == (None, None, (), ())
    assert policy.at == Location(path="policies/natori.yaml", line=1, column="1")
    assert load(write(tmp_path, MINIMAL), base=tmp_path / "policies").at.path == "natori.yaml"


def test_everything_a_policy_can_say(tmp_path: Path) -> None:
    policy = load(write(tmp_path, FULL))
    assert policy.parameters == {"5.2.2-02": {"target": 1.0}, "6.1.13-01": {"methods": ("wpa3-enterprise",)}}
    assert policy.parameter_places["6.1.13-01.methods"] == Location(path="policies/natori.yaml", line=7, column="26")
    assert policy.levels == ("required",)
    assert policy.weights == {"required": 3, "recommended": 0}
    assert policy.severity_names == {"critical": "重大な不適合"}
    (exclusion,) = policy.exclusions
    assert (exclusion.control, exclusion.expires, exclusion.at.line) == ("8.4-02", date(2027, 3, 31), 10)
    first, second = policy.exceptions
    assert (first.subjects, first.compensating, first.at.line) == (("AP-07",), "x", 14)
    assert (second.subjects, second.compensating) == ((), None)
    assert second.live(date(2026, 4, 1))
    assert not second.live(date(2026, 4, 2))
    (flow,) = policy.flows
    assert flow.id == "SC-01"
    assert flow.fields["from"] == "lgwan"
    assert flow.fields["ports"] == "443, 8000-8010"
    assert flow.fields["expires"] == "2027-03-31"
    assert flow.at == Location(path="policies/natori.yaml", line=17, column="5")
    assert not {"relay", "public_system", "cloud_service", "ismap", "reason"} & flow.fields.keys()
    assert policy.relays == ()
    assert policy.zones == {"mynumber": ("10.1.0.0/16",), "internet": ("10.3.0.0/16", "outside", "2001:db8::/32")}
    assert policy.plan == Plan(
        title=Text(ja="計画", en="Plan"), adopted="2020-04-01", revised="2022-03", first_fiscal_year=2020, last_fiscal_year=2024
    )
    (commitment,) = policy.commitments
    assert commitment.rows[0].stages == {2019: "継続", 2020: "—"}
    assert commitment.rows[0].unclear == {2021: ("実施", "")}
    assert (commitment.rows[0].owner, commitment.rows[1].owner, commitment.rows[1].stages) == (None, "防災課", {})
    assert commitment.indicators[0].targets == {2019: 99.5, 2020: "全員"}
    assert (commitment.document, commitment.section, commitment.note, commitment.security) == ("計画", "第3章", "一つの表", True)
    assert policy.gate == Gate(fail_on="score<80.5", minimum_score=Fraction(801, 10), maximum_drop=Fraction(2))


def test_a_gate_may_say_less(tmp_path: Path) -> None:
    assert load(write(tmp_path, MINIMAL + "gate: {fail_on: required}\n")).gate == Gate(
        fail_on="required", minimum_score=None, maximum_drop=None
    )


def test_a_policy_is_frozen(tmp_path: Path) -> None:
    policy = load(write(tmp_path, FULL))
    stages = policy.commitments[0].rows[0].stages
    for mapping in (policy.parameters, policy.parameters["5.2.2-02"], policy.weights, policy.zones, stages, policy.flows[0].fields):
        with pytest.raises(TypeError):
            mapping["x"] = 1  # type: ignore[index]  # that it fails is the point


@pytest.mark.parametrize(
    ("old", "new", "place", "message", "hint"),
    [
        ("042072", "042073", "1:88", "the check digit of the code `042073` is wrong", "check the six digits"),
        ('"042072"', "042072", "", "", ""),
        ("042072", "42072", "1:88", "`42072` of `code` does not have its form", "form:"),
        ("municipality", "town", "1:68", "`town` is not a value of `type`", "known values: `municipality`"),
        ("2020-12", "2020-11", "2:12", "there is no edition `2020-11`", "known editions: `2018-09`"),
        ("alpha", "gamma", "3:16", "`gamma` is not a value of `network_model`", "known values: `alpha`"),
        (
            "evidence_basis: published",
            "evidence_bais: published",
            "4:1",
            "there is no key `evidence_bais` here",
            "did you mean `evidence_basis`?",
        ),
        ('"5.2.2-02": {target: 1.0}', '"5.2.2-02": {}', "6:15", "`5.2.2-02` is empty", "write at least one"),
        ("{target: 1.0}", "{target: {}}", "6:24", "`target`: must be a number, text, true or false, or a list of text", ""),
        ("levels: [required]", "levels: []", "9:11", "`levels` is empty", "write at least one"),
        ("levels: [required]", "only: []", "9:9", "`only` is empty", "write at least one"),
        ("levels: [required]", 'only: ["5.2.2-02", "5.2.2-02"]', "9:22", "`5.2.2-02` is named twice", "delete one"),
        ("weights: {recommended: 0}", "weights: {recommended: -1}", "11:24", "`recommended` must be at least 0", ""),
        ("weights: {recommended: 0}", "weights: {other: 1}", "11:11", "`other` cannot be a key here", ""),
        (
            "expires: 2027-03-31, comp",
            "expires: 2026-03-31, comp",
            "14:111",
            "the end 2026-03-31 lies before the approval on 2026-04-01",
            "check both",
        ),
        ("expires: 2027-03-31, comp", "expires: 2027-02-31, comp", "14:111", "`expires` must be a day", "write it like"),
        ('["AP-07"]', '["AP-07", "AP-07"]', "14:48", "`AP-07` is named twice", "delete one"),
        ("[443,", "[0,", "22:13", "item 1 of `ports`: must be a port", ""),
        ('"8000-8010"', '"8010-8000"', "22:18", "item 2 of `ports`: must be a port", ""),
        ("[443,", "[true,", "22:13", "item 1 of `ports`: must be a port", ""),
        (
            "approved_on: 2026-04-01\n",
            "approved_on: 2028-04-01\n",
            "26:14",
            "the end 2027-03-31 lies before the approval on 2028-04-01",
            "",
        ),
        ("10.1.0.0/16", "10.1.0.1/16", "27:20", "`10.1.0.1/16` is not a network", "host bits 0"),
        ("10.1.0.0/16", "10.1.0.0", "27:20", "`10.1.0.0` is not a network", ""),
        ("10.1.0.0/16", "somewhere", "27:20", "`somewhere` is not a network", ""),
        ("last_fiscal_year: 2024", "last_fiscal_year: 2019", "28:119", "the last fiscal year of the plan lies before its first", ""),
        ('revised: "2022-03"', "revised: 令和4年", "28:65", "`令和4年` of `revised` does not have its form", ""),
        ("2021: [", "2020: [", "34:62", "fiscal year 2020 stands both in `stages` and in `unclear`", ""),
        ("{2019: 継続", "{2019年: 継続", "34:30", "`2019年` cannot be a key here", ""),
        ("2020: 全員", 'x: 1, 2020: ""', "36:85", "", ""),
        ("2020: 全員", '2020: ""', "36:91", "`2020` of `targets`: must be a number, or text as printed", "put text in quotes"),
        ("name: 訓練", "name: 研修会", "35:16", "`研修会` is there twice (first at line 34)", ""),
        ("security: true", 'security: "yes"', "37:15", "`security` must be true or false", ""),
        ("score<80.5", "score>80", "40:17", "`score>80` of `fail_on` does not have its form", ""),
        ("minimum_score: 80.1", "minimum_score: 101", "40:46", "`minimum_score` must be at most 100", ""),
    ],
)
def test_what_is_wrong_with_a_policy(tmp_path: Path, old: str, new: str, place: str, message: str, hint: str) -> None:
    assert old in FULL
    if not place:
        load(write(tmp_path, FULL.replace(old, new, 1)))  # a code with a leading zero stays text without quotes
        return
    found = wrong(tmp_path, FULL.replace(old, new, 1))
    assert any(message in one[1] and hint in one[2] for one in found), found
    assert found[0][0] == f"policies/natori.yaml:{place}", found


def test_commitments_and_flows_have_their_own_ids(tmp_path: Path) -> None:
    start, end = FULL.index("  - id: III-2"), FULL.index("gate:")
    flow_start, flow_end = FULL.index("  - id: SC-01"), FULL.index("zones:")
    text = FULL[:flow_end] + FULL[flow_start:flow_end] + FULL[flow_end:end] + FULL[start:end] + FULL[end:]
    assert [(one[0].split(":")[1], one[1]) for one in wrong(tmp_path, text)] == [
        ("27", "`SC-01` is there twice (first at line 17)"),
        ("50", "`III-2` is there twice (first at line 40)"),
    ]


RELAYED = (
    MINIMAL
    + """\
specified_communications:
  - id: SC-01
    from: lgwan
    to: 10.3.0.5
    direction: both
    protocol: tcp
    purpose: 取り込み
    reason: 端末が多い
    relay: R-01
    public_system: eltax
    cloud_service: {name: 会議, ismap: true}
    approved_by: CISO
    approved_on: 2026-04-01
    expires: 2027-03-31
relays:
  - id: R-01
    kind: sanitised-transfer
    device: 無害化機 1
    from: internet
    to: lgwan
    purpose: ファイルの取り込み
    approved_by: CISO
    approved_on: 2026-04-01
    expires: 2027-03-31
"""
)


def test_a_flow_says_why_it_may_cross_and_a_relay_stands_by_itself(tmp_path: Path) -> None:
    policy = load(write(tmp_path, RELAYED))
    (flow,) = policy.flows
    named = {key: flow.fields[key] for key in ("reason", "relay", "public_system", "cloud_service", "ismap")}
    assert named == {"reason": "端末が多い", "relay": "R-01", "public_system": "eltax", "cloud_service": "会議", "ismap": "true"}
    assert policy.relays == (
        Relay(
            id="R-01",
            kind="sanitised-transfer",
            device="無害化機 1",
            source="internet",
            target="lgwan",
            purpose="ファイルの取り込み",
            approved_by="CISO",
            approved_on=date(2026, 4, 1),
            expires=date(2027, 3, 31),
            at=Location(path="policies/natori.yaml", line=19, column="5"),
        ),
    )
    assert load(write(tmp_path, RELAYED.replace("ismap: true", "ismap: false"))).flows[0].fields["ismap"] == "false"


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        ("id: R-01", "id: SC-01", "19:9", "`SC-01` is the id of a specified communication too"),
        ("sanitised-transfer", "proxy", "20:11", "`proxy` is not a value of `kind`"),
        ("from: internet", "from: 10.3.0.5", "22:11", "`10.3.0.5` of `from` does not have its form"),
        ("ismap: true", 'ismap: "yes"', "14:38", "`ismap` must be true or false"),
        ("{name: 会議, ismap: true}", "{name: 会議}", "14:5", "`ismap` is missing"),
        ("    purpose: ファイルの取り込み\n", "", "19:5", "`purpose` is missing"),
    ],
)
def test_what_is_wrong_with_a_relay(tmp_path: Path, old: str, new: str, place: str, message: str) -> None:
    assert RELAYED.count(old) == 1
    assert [one[:2] for one in wrong(tmp_path, RELAYED.replace(old, new))] == [(f"policies/natori.yaml:{place}", message)]


def test_relays_have_their_own_ids_and_end_after_they_begin(tmp_path: Path) -> None:
    start = RELAYED.index("  - id: R-01")
    again = RELAYED[start:].replace("expires: 2027", "expires: 2025")
    assert [(one[0].split(":")[1], one[1]) for one in wrong(tmp_path, RELAYED + again)] == [
        ("28", "`R-01` is there twice (first at line 19)"),
        ("36", "the end 2025-03-31 lies before the approval on 2026-04-01"),
    ]


def test_all_errors_of_the_file_in_order(tmp_path: Path) -> None:
    found = wrong(tmp_path, FULL.replace("2020-12", "2020-11").replace("042072", "042071").replace("10.1.0.0/16", "x"))
    assert [one[0].split(":")[1] for one in found] == ["1", "2", "27"]


def test_what_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        load(tmp_path / "policies" / "none.yaml")
    with pytest.raises(YamlError):
        load(write(tmp_path, "a: *b"))
    with pytest.raises(ManyError):
        load(write(tmp_path, MINIMAL + 'catalogue: "2020-12"\nnetwork_model: alpha\n'))
    outside = tmp_path / "outside.yaml"
    outside.write_text(MINIMAL, "utf-8")
    link = write(tmp_path, MINIMAL).with_name("link.yaml")
    link.symlink_to(outside)
    assert load(link, base=tmp_path).id == "link"
    with pytest.raises(FileError, match="leads out"):
        load(link, base=tmp_path / "policies")


@pytest.mark.parametrize(
    ("code", "valid"),
    [
        ("042072", True),
        ("043231", True),
        ("011002", True),
        ("131016", True),
        ("993018", True),
        ("042071", False),
        ("470007", True),
        ("472018", True),
    ],
)
def test_check_digits(code: str, *, valid: bool) -> None:
    assert code_is_valid(code) is valid


@pytest.mark.parametrize("path", sorted((Path(__file__).parents[2] / "policies").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_shipped_policies_load(path: Path) -> None:
    if path.stem.endswith(".topology"):
        pytest.skip("not a policy")
    assert load(path).id == path.stem
