"""Names of formats and what renders each; all take the same arguments and return bytes.

Only the module of the format that is asked for is imported.

Never here: writing files (`cli`).
"""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import cast

from secaudit.model.run import Assessment
from secaudit.reports.settings import Settings

Renderer = Callable[[Sequence[Assessment], Settings], bytes]

_RENDERERS = {
    "terminal": "registry:terminal",
    "json": "registry:json",
    "sarif": "sarif:render",
    "junit": "junit:render",
    "github": "github:render",
    "github-summary": "github:summary",
    "gitlab": "gitlab:render",
    "markdown": "markdown:render",
    "csv": "csv:render",
    "oscal": "oscal:render",
    "oscal-poam": "oscal_poam:render",
    "oscal-component": "oscal_component:render",
}

NAMES = tuple(_RENDERERS)
"""What `--format` and `--output` accept. `oscal` is the assessment-results."""


def render(name: str, assessments: Sequence[Assessment], settings: Settings) -> bytes:
    """Return the assessments in a format; KeyError for a name that is not in `NAMES`."""
    module, _, function = _RENDERERS[name].partition(":")
    return cast("Renderer", getattr(import_module(f"secaudit.reports.{module}"), function))(assessments, settings)


def terminal(assessments: Sequence[Assessment], settings: Settings) -> bytes:
    """Return the text for a terminal; a CI job is one too, so no line of evidence may be its command."""
    from secaudit.reports import escaping  # noqa: PLC0415 - only when asked for
    from secaudit.reports import terminal as page  # noqa: PLC0415 - tabulate is slow to import

    text = page.render(
        assessments, lang=settings.lang, samples=settings.samples, everything=settings.everything, exit_zero=settings.exit_zero
    )
    return escaping.inert_text(text).encode()


def json(assessments: Sequence[Assessment], settings: Settings) -> bytes:
    """Return the JSON; what a terminal or a CI job would obey is written as an escape, so the values are the same."""
    from secaudit.reports import escaping  # noqa: PLC0415 - only when asked for
    from secaudit.reports import json as page  # noqa: PLC0415 - only when asked for

    data = page.render(assessments, samples=settings.samples, exit_zero=settings.exit_zero)
    return escaping.inert_json(data.decode()).encode()
