"""Tests that compare for the sake of truth, thousands of times, run without the tracing of coverage: it makes them three times as long.

What they call has tests of its own, which are counted.
"""

import sys
from collections.abc import Iterator

import pytest


@pytest.fixture
def untraced() -> Iterator[None]:
    """Run a test without the trace function of coverage."""
    tracer = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(tracer)
