"""Readiness for a law, per field: the share that passes, what is open, days left, who may be exempt.

Never here: counting, deciding who is exempt.
"""

from collections.abc import Mapping

from secaudit.model.guideline import FieldReadiness, Readiness
from secaudit.model.text import Lang, Text
from secaudit.reports.figures import number, percent

SHOWN = 8
"""Open controls named per field; all are counted, and the JSON has all."""


def law_lines(readiness: Readiness, lang: Lang) -> list[str]:
    """Return the readiness in lines."""
    day, title = readiness.day.isoformat(), readiness.framework.title
    lines = [
        Text(ja=f"法への備え（{day} の時点で効力のあるもの）: {title.ja}", en=f"readiness for the law in force on {day}: {title.en}").get(
            lang
        )
    ]
    for field in readiness.fields:
        lines += _field(field, lang)
    lines += [
        Text(
            ja=f"  ※ 当てはまらない団体がある: {one.text.ja}。これに当たるかは団体が確かめる（ここでは決めていない）。",
            en=f"  note: exempt are: {one.text.en}. Whether this holds is for the organisation to say; it is not decided here.",
        ).get(lang)
        for one in readiness.exempt
    ]
    lines.append(Text(ja=f"  ※ {readiness.framework.note.ja}", en=f"  note: {readiness.framework.note.en}").get(lang))
    return lines


def _field(field: FieldReadiness, lang: Lang) -> list[str]:
    entry = field.entry
    counted = f"{field.passing}/{field.required}"
    share = Text(ja="必須の管理策がない", en="no required control applies") if field.share is None else _share(field, counted)
    line = Text(
        ja=f"  {entry.number} {entry.title.ja}: {share.ja}・{_days(field).ja}",
        en=f"  {entry.number} {entry.title.en}: {share.en}; {_days(field).en}",
    ).get(lang)
    shown = [f"    - {one.control} {one.title.get(lang)}: {one.status.label.get(lang)}" for one in field.open[:SHOWN]]
    if len(field.open) > SHOWN:
        more = len(field.open) - SHOWN
        shown.append(Text(ja=f"    - ほか{more}件", en=f"    - {more} more").get(lang))
    notes = [f"    ※ {one.get(lang)}" for one in (entry.transition, entry.note) if one is not None]
    return [line, *shown, *notes]


def _share(field: FieldReadiness, counted: str) -> Text:
    share = percent(field.share)
    return Text(ja=f"必須の管理策 {counted} が適合（{share}）", en=f"{counted} required controls pass ({share})")


def _days(field: FieldReadiness) -> Text:
    day = "" if field.entry.in_force is None else field.entry.in_force.isoformat()
    if field.days_left > 0:
        return Text(ja=f"{day} の施行まであと{field.days_left}日", en=f"in force on {day}, {field.days_left} days left")
    return Text(ja=f"{day} から施行されている", en=f"in force since {day}")


def law_json(readiness: Readiness) -> Mapping[str, object]:
    """Write the readiness."""
    return {
        "day": readiness.day.isoformat(),
        "framework": readiness.framework.id,
        "basis": {"numbers": readiness.framework.numbers, "maps": readiness.framework.maps},
        "fields": [_field_json(field) for field in readiness.fields],
        "may_be_exempt": [{"ja": one.text.ja, "en": one.text.en} for one in readiness.exempt],
    }


def _field_json(field: FieldReadiness) -> Mapping[str, object]:
    entry = field.entry
    transition = entry.transition
    return {
        "number": entry.number,
        "title": {"ja": entry.title.ja, "en": entry.title.en},
        "in_force": None if entry.in_force is None else entry.in_force.isoformat(),
        "days_left": field.days_left,
        "required": field.required,
        "passing": field.passing,
        "share": number(field.share),
        "open": [{"control": one.control, "status": one.status.value} for one in field.open],
        "transition": None if transition is None else {"ja": transition.ja, "en": transition.en},
    }
