"""Tables of running projects."""

from portal.execution.models.evaluation import Evaluation
from portal.execution.models.milestone import Milestone, MilestoneQuerySet
from portal.execution.models.output import Output, OutputQuerySet
from portal.execution.models.task_book import TaskBook, TaskBookQuerySet, TaskBookVersion

__all__ = [
    "Evaluation",
    "Milestone",
    "MilestoneQuerySet",
    "Output",
    "OutputQuerySet",
    "TaskBook",
    "TaskBookQuerySet",
    "TaskBookVersion",
]
