"""Books about people: roster, training, roles, sections, self-checks, answers.

Never here: accounts and devices.
"""

import random
from datetime import date, timedelta

from mihon_town.model import Row, Unreadable, Year
from mihon_town.people import SECTIONS, Person, Staff
from mihon_town.stories import Story

COURSE = "情報セキュリティ研修（全職員）"
CLASS_IN = (2022, 2023)
"""Years with a class in the hall beside the e-learning, kept in a file of its own."""
QUESTIONS = 10
MAYOR_DEPUTY = "0001"


def add_people(year: Year, staff: Staff, story: Story) -> None:
    """Write the roster, the training record, the roles, the sections and the self-checks of the year."""
    roster = staff.roster(year.fiscal_year)
    away = staff.on_leave(story)
    year.add("staff", [_staff_row(person, staff, year, away) for person in roster], collected=(4, 3))
    year.books["staff"].population = len(roster)
    year.add("training_records", _training(year, staff, story, away), collected=(4, 8))
    roles = _roles(year, staff, story)
    year.add("roles", roles, population=len(roles) + story.count("roles_short"))
    year.add("sections", [{"section": name, "head_id": person.staff_id} for name, person in sorted_heads(staff)])
    year.add("self_checks", _self_checks(year, story))
    year.add("answers", _answers(year, story), collected=(4, 10))


def sorted_heads(staff: Staff) -> list[tuple[str, Person]]:
    """Sections in the office's order, each with its head."""
    heads = staff.heads()
    return [(name, heads[name]) for name in SECTIONS]


def _staff_row(person: Person, staff: Staff, year: Year, away: set[str]) -> Row:
    return {
        "staff_id": person.staff_id,
        "name": person.name,
        "section": person.section,
        "position": person.position,
        "employment": person.employment,
        "hired_on": person.hired_on,
        "left_on": staff.known_leaving(person, year.fiscal_year),
        "on_leave": person.staff_id in away,
    }


def _training(year: Year, staff: Staff, story: Story, away: set[str]) -> list[Row]:
    dice = random.Random(story.seed("training"))
    present = [person for person in staff.roster(year.fiscal_year) if person.employed(year.end)]
    due = [person for person in present if person.staff_id not in away]
    done = {person.staff_id for person in dice.sample(due, story.count("trained"))}
    rows = [
        _course_row(person, year, dice, done=person.staff_id in done, classes=not story.bad)
        for person in present
        if person.staff_id not in away
    ]
    rows += [_course_row(person, year, dice, done=False, classes=False) for person in present if person.staff_id in away]
    missed = [row for row in rows if row["staff_id"] not in done and row["staff_id"] not in away]
    for _ in range(story.count("training_date_lost")):
        missed.pop().update({"completed": True, "completed_on": Unreadable("未定"), "score": None})
    for _ in range(story.count("training_date_blank")):
        missed.pop().update({"completed": True, "completed_on": None, "score": None})
    for _ in range(story.count("training_after_year")):
        missed.pop().update({"completed": True, "completed_on": year.end + timedelta(days=2), "score": 90})
    return rows


def _course_row(person: Person, year: Year, dice: random.Random, *, done: bool, classes: bool) -> Row:
    day = year.start + timedelta(days=dice.randint(60, 330))
    row: Row = {
        "staff_id": person.staff_id,
        "course": COURSE,
        "completed": done,
        "completed_on": day if done else None,
        "score": dice.randrange(70, 101, 5) if done else None,
        "_section": person.section,
        "_name": person.name,
        "_half": not done and dice.random() < 0.3,
        "_file": "",
    }
    if classes and done and year.fiscal_year in CLASS_IN and person.employment != "常勤":
        row.update({"course": "情報セキュリティ集合研修", "completed_on": year.on(11, 14), "score": None, "_file": "class"})
    return row


def _roles(year: Year, staff: Staff, story: Story) -> list[Row]:
    heads = staff.heads()
    vacant = story.count("roles_vacant") > 0
    posts: list[tuple[str, str, str | None, str]] = [
        ("ciso", "総務課", MAYOR_DEPUTY, "副町長"),
        ("deputy-ciso", "企画財政課", heads["企画財政課"].staff_id, "課長"),
        ("chief-security-officer", "総務課", heads["総務課"].staff_id, "課長"),
        ("audit-lead", "会計課", None if vacant else heads["会計課"].staff_id, "課長"),
        ("csirt-head", "企画財政課", heads["企画財政課"].staff_id, "課長"),
        ("contact-window", "企画財政課", heads["企画財政課"].staff_id, "課長"),
    ]
    posts += [
        ("security-manager", name, None if vacant and name == "農政課" else person.staff_id, "課長") for name, person in sorted_heads(staff)
    ]
    posts += [("system-manager", name, heads[name].staff_id, "課長") for name in ("税務課", "住民課", "福祉課", "上下水道課")]
    rows: list[Row] = []
    for place, (role, section, holder, position) in enumerate(posts):
        contact = f"内線{2100 + place * 7}" if holder else None
        updated = year.on(4, 8) if holder else None
        rows.append(
            {"role": role, "section": section, "holder_id": holder, "position": position, "contact": contact, "updated_on": updated}
        )
    filled = [row for row in rows if row["holder_id"] is not None]
    filled[0]["updated_on"] = year.ago(365)
    for row in filled[7 : 7 + story.count("contacts_old")]:
        row["updated_on"] = year.ago(366 + 40 * filled.index(row))
    for row in filled[-story.count("contacts_undated") :] if story.count("contacts_undated") else []:
        row["updated_on"] = None
    return rows


def _self_checks(year: Year, story: Story) -> list[Row]:
    dice = random.Random(story.seed("self-check"))
    names = list(SECTIONS)
    silent = set(names[6 : 6 + story.count("sections_silent")])
    rows: list[Row] = []
    for name in names:
        if name in silent:
            continue
        day = year.on(1, dice.randint(8, 28))
        for number in range(1, QUESTIONS + 1):
            answer = dice.choices(["yes", "partly", "no", "not-applicable"], [85, 8, 3, 4])[0]
            reason = None if answer == "yes" else "担当者が少なく確認が追いつかない" if answer in {"no", "partly"} else "該当する機器がない"
            rows.append({"section": name, "question_no": f"Q{number:02d}", "answer": answer, "reason": reason, "answered_on": day})
    return rows


def _answer(control: str, answer: str | None, section: str, day: date, reason: str | None, expires: date) -> Row:
    return {
        "control": control,
        "answer": answer,
        "answered_by": f"{section}長" if section.endswith("課") else section,
        "answered_on": day,
        "reason": reason,
        "expires_on": expires,
        "section": section,
    }


def _answers(year: Year, story: Story) -> list[Row]:
    day, until = year.on(2, 10), date(year.fiscal_year + 2, 3, 31)
    looked = "構成図と実際の配線、機器の設定を2月に見比べた"
    zone = "LGWAN接続系とインターネット接続系の間の機器の設定を確かめた"
    joined = "県の自治体情報セキュリティクラウドの利用承認書を確かめた"
    if story.bad:
        return [
            _answer("3.1-01", "no", "企画財政課", day, "税務課の端末1台が両方の線につながっていた", until),
            _answer("3.2-01", "no", "企画財政課", day, "分割する機器の設定が残っていない", until),
            _answer("3.3-01", "no", "企画財政課", day, "参加の手続きが終わっていない", until),
        ]
    mynumber = [_answer("3.1-01", "yes", "企画財政課", day, looked, until)]
    lgwan = [_answer("3.2-01", "yes", "企画財政課", day, zone, until)]
    cloud = [_answer("3.3-01", "yes", "企画財政課", day, joined, until)]
    if year.fiscal_year == 2022:
        mynumber, cloud = [], [_answer("3.3-01", "yes", "企画財政課", day, None, until)]
    if year.fiscal_year == 2023:
        cloud = [_answer("3.3-01", "yes", "企画財政課", year.on(6, 1), joined, year.on(12, 31))]
    if year.fiscal_year == 2024:
        lgwan.append(_answer("3.2-01", "no", "総務課", year.on(3, 3), "新しい無線LANの扱いが決まっていない", until))
    if year.fiscal_year == 2025:
        lgwan.append(_answer("3.2-01", "no", "総務課", year.on(4, 20), "無線LANの工事が終わっていない", until))
        lgwan.append(_answer("3.2-01", "yes", "総務課", year.on(2, 12), "工事の後に設定を確かめた", until))
    return mynumber + lgwan + cloud
