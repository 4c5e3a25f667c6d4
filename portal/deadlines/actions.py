"""What people and commands do with deadlines. Opening and closing them is the steps' business (`effects`)."""

from portal.deadlines.moving import recompute
from portal.deadlines.nudges import nudge, nudge_many, targets

__all__ = ["nudge", "nudge_many", "recompute", "targets"]
