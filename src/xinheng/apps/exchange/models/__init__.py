"""Exchange and reconciliation: what is stored."""

from xinheng.apps.exchange.models.counterparts import Channel, Counterpart, Direction, Way
from xinheng.apps.exchange.models.runs import Run, RunState, Task
from xinheng.apps.exchange.models.sums import Leaf, Page, Tree
from xinheng.apps.exchange.models.travel import Arrival, Feed, Heard, Rejection, Returned, ReturnKind, Session

__all__ = [
    "Arrival", "Channel", "Counterpart", "Direction", "Feed", "Heard", "Leaf", "Page", "Rejection", "ReturnKind", "Returned",
    "Run", "RunState", "Session", "Task", "Tree", "Way",
]  # fmt: skip
