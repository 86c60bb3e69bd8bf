"""A process of its own that records: `recorder.py FILE TEMPLATE runs NAME COUNT` or `recorder.py FILE TEMPLATE forever NAME`.

`runs` records COUNT runs of two payloads each and says nothing; `forever` says `ready` and records runs of five until it is killed.
"""

import itertools
import json
import sys
from pathlib import Path

from secaudit.history.sqlite import Sqlite
from secaudit.wire.canonical import dumps


def payload(template: str, run: str, part: int) -> str:
    """A payload that verifies and is tagged with its run, in place of the evidence's digest."""
    content = json.loads(template)
    content["digests"]["evidence"] = f"{run}/{part}"
    return dumps(content)


def main(path: str, template: str, mode: str, name: str, count: str = "0") -> None:
    store, text = Sqlite(Path(path)), Path(template).read_text("utf-8")
    if mode == "runs":
        for number in range(int(count)):
            store.record([payload(text, f"{name}-{number}", part) for part in range(2)])
        return
    runs = ([payload(text, f"{name}-{number}", part) for part in range(5)] for number in range(8))
    made = list(runs)  # made before `ready`, so that kills meet the recording
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for run in itertools.cycle(made):
        store.record(run, again=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
