"""Many at once: processes that each do their work on a connection of their own, let go together."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask

from tms.access import Actor, bind

#: What a child does with its session; the number is its exit code, below `FAILED`.
Work = Callable[[Any], int]
FAILED = 255


def at_once(application: Flask, works: Sequence[Work]) -> list[int]:
    """Fork a child for each of *works*, that begin together and commit; their exit codes."""
    from tms.db import db

    with application.app_context():
        db.engine.dispose(close=True)  # children must not share a connection
    gate, opener = os.pipe()
    children = []
    for work in works:
        child = os.fork()
        if child == 0:
            os.close(opener)
            os.read(gate, 1)  # returns when the parent closes the other end
            _work(application, work)
        children.append(child)
    os.close(gate)
    os.close(opener)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def _work(application: Flask, work: Work) -> None:
    from tms.db import be_patient, db

    code = FAILED
    be_patient()
    try:
        with application.app_context():
            code = work(db.session())
            db.session.commit()
    except BaseException:
        traceback.print_exc()  # nobody else would say why it failed
        code = FAILED
    finally:
        os._exit(code)


def timed(work: Work, *, start: float = 0, linger: float = 0) -> Work:
    """*work*, begun and committed so many seconds later than it might be."""

    def slow(session: Any) -> int:
        time.sleep(start)
        code = work(session)
        time.sleep(linger)
        return code

    return slow


def as_actor(actor: Actor, verb: Callable[[Any, Actor], Any]) -> Work:
    """One of the engine's verbs, done by *actor*: the number of files that it took."""

    def work(session: Any) -> int:
        bind(session, actor)
        return int(verb(session, actor).taken)

    return work
