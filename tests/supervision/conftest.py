"""What the tests of this room share."""

import pytest

from tests.supervision.desk import Desk


@pytest.fixture
def desk(db: None) -> Desk:
    """A call with its handler, a section chief and a leader."""
    return Desk()
