"""What happens next: one engine for all verbs over all routes (house rule 2)."""

from tms.workflow.outcome import LeftOut, Outcome
from tms.workflow.submit import submit
from tms.workflow.verdicts import pass_, report, return_

__all__ = ["LeftOut", "Outcome", "pass_", "report", "return_", "submit"]
