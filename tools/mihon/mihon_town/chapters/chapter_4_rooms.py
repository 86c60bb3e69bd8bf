"""Controlled areas in the town: what they are like, who may enter, who did, and what was carried in and out.

Never here: the equipment in them (`chapter_4_books`), the sums (`chapter_4_sums`).
"""

from datetime import timedelta

from mihon_town.chapters.verdicts import pick
from mihon_town.model import Row, Year, moment
from mihon_town.people import Person, Staff
from mihon_town.stories import Story

ROOMS = ("電算室", "通信機械室", "文書保存庫", "支所機械室")
ENTRIES = 24
MOVES = 8


def add_rooms(year: Year, staff: Staff, story: Story) -> None:
    """Write the rooms and what was moved; lists of people and of entries began in FY2023."""
    rooms = _rooms(story)
    year.add("secure_rooms", rooms, population=len(rooms))
    roster = staff.roster(year.fiscal_year)
    present = [person for person in roster if person.left_on is None and person.employed(year.start)]
    gone = [person for person in roster if person.left_on is not None and person.left_on < year.end]
    year.add("equipment_moves", _moves(year, present, story))
    if year.fiscal_year > 2022:
        trusted = present[3:43:8]
        permits = _permits(year, trusted, gone, story)
        year.add("room_permits", permits, population=len(permits))
        year.add("room_entries", _entries(year, trusted, present, story))


def _rooms(story: Story) -> list[Row]:
    found: list[Row] = [
        {
            "room": name,
            "section": "企画財政課" if place != 2 else "総務課",
            "floor": "upper",
            "locked": True,
            "watched": True,
            "alarmed": True,
            "quake_proof": True,
            "fire_proof": True,
            "water_proof": True,
            "extinguisher": "gas",
            "entry_method": "card" if place < 2 else "register",
        }
        for place, name in enumerate(ROOMS)
    ]
    for row in found[3 : 3 + pick(story, (1, 1, 0, 0, 1))]:
        row["floor"] = "ground"
    for row in found[2 : 2 + pick(story, (1, 0, 0, 0, 1))]:
        row["floor"] = "basement"
    for row in found[1 : 1 + pick(story, (2, 1, 0, 0, 2))]:
        row["alarmed"] = False
    for row in found[: pick(story, (2, 1, 0, 0, 1))]:
        row["water_proof"] = False
    for row in found[2 : 2 + pick(story, (0, 0, 0, 1, 0))]:
        row["quake_proof"] = None
    for row in found[1 : 1 + pick(story, (3, 1, 0, 0, 2))]:
        row["extinguisher"] = "powder"
    for row in found[3 : 3 + pick(story, (1, 0, 0, 0, 1))]:
        row["entry_method"] = "none"
    return found


def _permits(year: Year, trusted: list[Person], gone: list[Person], story: Story) -> list[Row]:
    people = [(person.staff_id, "staff") for person in trusted]
    people += [(person.staff_id, "staff") for person in gone[: pick(story, (0, 1, 0, 0, 2))]]
    people += [("業者-01", "contractor"), ("業者-02", "contractor")]
    return [
        {
            "person_id": number,
            "room": room,
            "affiliation": kind,
            "permitted_on": year.on(4, 3),
            "permitted_by": "情報システム管理者",
        }
        for number, kind in people
        for room in ROOMS[:2]
    ]


def _entries(year: Year, trusted: list[Person], present: list[Person], story: Story) -> list[Row]:
    comers = [*(person.staff_id for person in trusted), "業者-01"]
    found: list[Row] = []
    for number in range(ENTRIES):
        start = moment(year.start + timedelta(days=3 + 15 * number), 9 + number % 8, number * 7 % 60)
        guest = number % 6 == 5
        found.append(
            {
                "entered_at": start,
                "room": ROOMS[number % 2],
                "person_id": f"来-{number:03d}" if guest else comers[number % len(comers)],
                "visitor": guest,
                "affiliation": "保守業者の技術者" if guest else None,
                "purpose": ("点検", "媒体の交換", "故障の対応")[number % 3],
                "escort_id": trusted[0].staff_id if guest else None,
                "left_at": start + timedelta(minutes=35),
            }
        )
    strangers = [person for person in present if person not in trusted]
    for row, person in zip(found[6 : 6 + pick(story, (0, 2, 0, 1, 3))], strangers[7:], strict=False):
        if not row["visitor"]:
            row["person_id"] = person.staff_id
    for row in [row for row in found if row["visitor"]][: pick(story, (0, 1, 0, 0, 2))]:
        row["escort_id"] = None
    return found


def _moves(year: Year, present: list[Person], story: Story) -> list[Row]:
    found: list[Row] = []
    for number in range(MOVES):
        moved = year.start + timedelta(days=20 + 40 * number)
        inward = number % 2 == 0
        found.append(
            {
                "move_no": f"搬-{number + 1:02d}",
                "room": ROOMS[0],
                "equipment": ("サーバ", "ディスク装置", "通信機器")[number % 3],
                "direction": "in" if inward else "out",
                "moved_on": moved,
                "contractor": "受託業者2",
                "effect_checked_on": moved - timedelta(days=6) if inward else None,
                "attendant_id": present[11 + number].staff_id,
            }
        )
    for row in found[2 : 2 + pick(story, (3, 0, 0, 0, 2))]:
        row["attendant_id"] = None
    if pick(story, (0, 1, 0, 0, 1)):
        found[0]["effect_checked_on"] = year.start + timedelta(days=21)
    if pick(story, (1, 0, 0, 1, 0)):
        found[4]["effect_checked_on"] = None
    return found
