"""What happens next: one engine for all verbs over all routes (house rule 2)."""

from tms.workflow.confirm import confirm
from tms.workflow.outcome import LeftOut, Outcome
from tms.workflow.returns import NoteOn
from tms.workflow.submit import submit
from tms.workflow.undo import undo
from tms.workflow.verdicts import pass_, report, return_
from tms.workflow.withdraw import withdraw

__all__ = [
    "LeftOut",
    "NoteOn",
    "Outcome",
    "confirm",
    "pass_",
    "report",
    "return_",
    "submit",
    "undo",
    "withdraw",
]
