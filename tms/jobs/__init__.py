"""What takes longer than a request. Kinds of jobs are known by name; `create_app` registers them.

A kind is a generator: it does a part of the work, yields how far it is, and is resumed after that
part has been committed together with its checkpoint. So a job that a killed worker left goes on
where it was, nothing is done twice, and between two parts it can be cancelled.
"""

from tms.jobs.kinds import Kind, Run, kind, register
from tms.jobs.queue import enqueue
from tms.jobs.work import Mark, Pace, Work

__all__ = ["Kind", "Mark", "Pace", "Run", "Work", "enqueue", "kind", "register"]
