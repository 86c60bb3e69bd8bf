"""For GitHub Actions: annotations on standard output, and the summary of a job as Markdown.

* A step shows ten annotations and drops others without a word: the worst ten are written, and a line says how many more there are.
* All text passes the escapers, so no line begins with a command that is not ours.
* A summary above 1,024 KiB is refused as a whole: ours ends at 900 kB, with a note.

Never here: setting outputs, masks or any other command than error, warning and notice.
"""

from collections.abc import Sequence

from secaudit.model.finding import Finding
from secaudit.model.run import Assessment
from secaudit.model.status import Status
from secaudit.model.text import Text
from secaudit.reports.escaping import command_data, command_property, inert_text, plain
from secaudit.reports.markdown import Page, write
from secaudit.reports.settings import Settings
from secaudit.reports.wording import counts_line, detail, heading, line_of, listed, place, score_line, status_word, urgency, warnings

ANNOTATIONS = 10
SUMMARY = 895_000
"""Size of the summary without the ends of its blocks and its notes; unit: bytes."""


def render(assessments: Sequence[Assessment], settings: Settings) -> bytes:
    """Return the lines for standard output: what was assessed, then annotations."""
    lines = []
    for assessment in assessments:
        said = (heading(assessment, settings.lang), score_line(assessment, settings.lang), counts_line(assessment, settings.lang))
        lines.append(inert_text(" | ".join(map(plain, said))))
    notes = warnings(assessments, settings)[:ANNOTATIONS]
    lines += [f"::warning title=secaudit::{command_data(plain(said))}" for said in notes]
    room = ANNOTATIONS - len(notes)
    pairs = [(one, finding) for one in assessments for finding in listed(one, everything=False)]
    pairs.sort(key=lambda pair: urgency(pair[1]))
    lines += [_annotation(one, finding, settings) for one, finding in pairs[:room]]
    rest = len(pairs) - room
    if rest > 0:
        said_more = Text(ja=f"… ほか{rest}件（ジョブの要約を見てください）", en=f"… and {rest} more, see the job summary")
        lines.append(said_more.get(settings.lang))
    return ("\n".join(lines) + "\n").encode()


def _annotation(assessment: Assessment, finding: Finding, settings: Settings) -> str:
    where = place(assessment, finding)
    line = line_of(where)
    properties = [f"file={command_property(where.path)}", *([f"line={line}"] if line else [])]
    properties.append(f"title={command_property(f'{finding.control} {finding.title.get(settings.lang)}')}")
    said = [f"{status_word(finding, settings.lang)}: {finding.reason.get(settings.lang)}", *detail(finding, settings)]
    return f"::{_command(finding)} {','.join(properties)}::{command_data(chr(10).join(map(plain, said)))}"


def _command(finding: Finding) -> str:
    if finding.disposition == "excepted":
        return "notice"
    return "warning" if finding.status is Status.UNKNOWN else "error"


def summary(assessments: Sequence[Assessment], settings: Settings) -> bytes:
    """Return the summary of the job, for the file that `GITHUB_STEP_SUMMARY` names."""
    return inert_text(write(Page(SUMMARY), assessments, settings, fold=True)).encode()
