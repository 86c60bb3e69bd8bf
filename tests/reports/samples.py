"""Three sample runs that every format renders: clean, bad, could not look. All of it is made up."""

import dataclasses
from datetime import date
from fractions import Fraction

from secaudit.model.evidence import Loss
from secaudit.model.location import Location
from secaudit.model.outcome import Measured
from secaudit.model.run import Assessment, EvidenceFile
from secaudit.model.status import Status
from secaudit.model.text import Text
from tests.builders import assessment, bound_parameter, finding, grant, outcome, plan, plan_line, ratio

NO_FILE = Text(ja="証跡「委員会議事一覧」が提出されていない", en="no evidence of kind committee_meetings was handed in")
REMEDY = Text(ja="退職の翌日までに利用者IDを止め、台帳に記録してください", en="disable the account by the next day and record it")
ACCOUNTS = "evidence/mihon/FY2025/利用者アカウント一覧.xlsx"


def _accounts(row: int, column: str) -> Location:
    return Location(path=ACCOUNTS, sheet="一覧", row=row, column=column)


def clean() -> Assessment:
    file = EvidenceFile(kind="accounts", path=ACCOUNTS, sha256="d" * 64, rows=352)
    return assessment(
        finding(
            Status.PASS,
            control="2.1-01",
            reason=Text(ja="CISOが定められている", en="a CISO is named"),
            title=Text(ja="CISOを置く", en="there is a CISO"),
            by_data=False,
        ),
        finding(
            Status.PASS,
            *(outcome(f"a{n}", Status.PASS, Text(ja="停止済み", en="disabled"), _accounts(n + 2, "E")) for n in range(3)),
            control="6.2.1-02",
            reason=Text(ja="退職者3人のIDはすべて停止済み", en="the accounts of all 3 leavers are disabled"),
            parameters={"grace_days": bound_parameter(1)},
        ),
        finding(
            Status.NOT_APPLICABLE,
            control="8.3-01",
            level="recommended",
            weight=1,
            reason=Text(ja="クラウドサービスの利用はないと届け出られている", en="no cloud service is in use, as stated"),
            title=Text(ja="クラウドサービスを承認する", en="cloud services are approved"),
        ),
        evidence_files=(file,),
    )


def bad() -> Assessment:
    leavers = finding(
        Status.FAIL,
        outcome("a017", Status.FAIL, Text(ja="2025-06-30 に退職、現在も有効", en="left on 2025-06-30, still enabled"), _accounts(19, "E")),
        outcome("a022", Status.FAIL, Text(ja="2025-09-30 に退職、現在も有効", en="left on 2025-09-30, still enabled"), _accounts(24, "E")),
        outcome("a031", Status.FAIL, Text(ja="2025-12-31 に退職、現在も有効", en="left on 2025-12-31, still enabled"), _accounts(33, "E")),
        outcome("a040", Status.UNKNOWN, Text(ja="有効・無効の欄が空", en="the cell of enabled is blank"), _accounts(42, "E")),
        outcome("a001", Status.PASS, Text(ja="停止済み", en="disabled"), _accounts(3, "E")),
        control="6.2.1-02",
        reason=Text(ja="退職者5人のうち3人のIDが有効", en="3 of 5 leavers still have an enabled account"),
        remedy=REMEDY,
        excepted_subjects=("a022",),
        exceptions=(grant("6.2.1-02", "a022"),),
        parameters={"grace_days": bound_parameter(30, origin="policy", weaker=True), "kinds": bound_parameter(("person", "shared"))},
        notes=(
            Text(ja="例外措置は2025-12-31で期限切れ（許可: CISO）", en="exception expired on 2025-12-31 (approved by CISO)"),
            Text(ja="設定値 grace_days は標準より緩い", en="parameter grace_days is weaker than the catalogue's default"),
        ),
    )
    training = finding(
        Status.FAIL,
        control="5.2-01",
        level="recommended",
        severity="medium",
        weight=1,
        worth=Fraction(200, 300),
        title=Text(ja="情報セキュリティ研修を受けさせる", en="staff take the security training"),
        reason=Text(ja="受講率が目標に届かない", en="the share of trained staff is below the target"),
        measured=ratio(200, 300),
        remedy=Text(ja="未受講の職員に期限を定めて受講させてください", en="set a date for those who have not taken it"),
    )
    access_point = finding(
        Status.FAIL,
        control="6.1.13-01",
        severity="critical",
        disposition="excepted",
        title=Text(ja="無線LANの暗号化を強くする", en="wireless LANs are strongly encrypted"),
        reason=Text(ja="1台が古い方式", en="one access point uses an old scheme"),
        exceptions=(grant("6.1.13-01", expires=date(2027, 3, 31)),),
        remedy=Text(ja="更新してください", en="replace it"),
    )
    drill = finding(
        Status.UNKNOWN,
        control="7.3-01",
        title=Text(ja="訓練を年1回行う", en="a drill is held every year"),
        reason=Text(ja="訓練記録の対象期間が2025-12-31までしかない", en="the drill records cover only up to 2025-12-31"),
        measured=Measured(value=Fraction(400), target=Fraction(365), numerator=None, denominator=None, unit="days"),
        remedy=Text(ja="年度末までの記録を提出してください", en="hand in the records up to the end of the year"),
    )
    missing = tuple(
        finding(
            Status.UNKNOWN,
            control=f"9.1-0{n}",
            title=Text(ja="監査を行う", en="audits are held"),
            reason=NO_FILE,
            remedy=Text(ja="議事一覧を提出してください", en="hand in the minutes"),
        )
        for n in range(1, 6)
    )
    return assessment(
        training,
        access_point,
        leavers,
        drill,
        *missing,
        severity_names={"critical": "重大な不適合", "high": "重大な不適合", "medium": "軽微な不適合", "low": "観察事項"},
        plan=plan(),
        plan_lines=(
            plan_line(Status.PASS, shown=Text(ja="全職員に研修を行った", en="all staff were trained")),
            plan_line(Status.FAIL, commitment="III-3", row="事故の件数", what="indicator", promised="0件", shown=Text(ja="2件", en="2")),
            plan_line(Status.UNKNOWN, commitment="III-4", promised=None, unclear=("実施", "")),
            plan_line(Status.NOT_APPLICABLE, commitment="III-5", promised="—"),
        ),
        losses=(
            Loss(
                code="cell",
                why=Text(ja="「有効」の値 `?` を読めない", en="the value `?` of enabled cannot be read"),
                at=_accounts(42, "E"),
                rows=1,
                column="enabled",
                row_index=40,
            ),
            Loss(
                code="after-as-of",
                why=Text(ja="基準日より後の行（2件）", en="2 rows after the as-of date"),
                at=Location(path="evidence/mihon/FY2025/訓練記録.csv"),
                rows=2,
                left_out=True,
            ),
        ),
    )


def could_not_look() -> Assessment:
    broken = Text(ja="証跡「利用者アカウント一覧」を開けない", en="the evidence of kind accounts cannot be opened")
    made = assessment(
        finding(
            Status.ERROR,
            control="6.2.1-02",
            reason=broken,
            remedy=Text(ja="ファイルを出し直してもらってください", en="ask for the file again"),
        ),
        finding(
            Status.NOT_APPLICABLE,
            control="8.3-01",
            reason=Text(ja="採用した版にない", en="not in the adopted edition"),
            title=Text(ja="クラウドサービスを承認する", en="cloud services are approved"),
        ),
        losses=(
            Loss(
                code="unreadable",
                why=Text(ja="Excelとして開けない（壊れている）", en="not a workbook that can be opened"),
                at=Location(path=ACCOUNTS),
                rows=None,
            ),
        ),
        could_not_look=True,
        evidence_files=(EvidenceFile(kind="accounts", path=ACCOUNTS, sha256=None, rows=0),),
    )
    return dataclasses.replace(made, policy_id="mihon-2")


SAMPLES = {"clean": clean, "bad": bad, "could-not-look": could_not_look}
