"""What tests of satisfaction share."""

from __future__ import annotations

import warnings

import pytest


@pytest.fixture
def strict():
    """Make every warning of a test's own body an error, not those of what other tests left to be tidied."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
