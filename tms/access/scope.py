"""The chokepoint: every statement and every flush of a session passes here (DESIGN.md 4.1).

The actor lies in ``session.info``. Without one, nothing is found and every write raises. Criteria
of the actor's reach are added to each ORM statement; what cannot be confined is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from types import CodeType, FunctionType
from typing import Any

from sqlalchemy import Table, event, false, inspect, true
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql import Executable, visitors

from tms.access.actor import Actor
from tms.access.families import FAMILIES
from tms.access.roles import Family, Reach
from tms.db import Base
from tms.errors import NotAllowed, ScopeError, message
from tms.models.scoped import (
    AuditScoped,
    FileScoped,
    PersonalScoped,
    RecordScoped,
    Scoped,
    WorkScoped,
)
from tms.models.unit import AFTER, SEGMENT

#: Written by statements of the door and the engine only, never by a flush of changed objects.
BEHIND_DOOR = (FileScoped, RecordScoped, WorkScoped, AuditScoped)
#: Setting one of these moves a row between units.
OWNING = frozenset({"unit_path", "unit_id", "teacher_id"})


def bind(session: Session, actor: Actor | None) -> None:
    """Let *session* act for *actor*; None takes the right to see anything away."""
    if session.info.get("actor") != actor:
        session.expunge_all()  # an object found by one actor must not be handed to the next
    session.info["actor"] = actor


@contextmanager
def acting(session: Session, actor: Actor) -> Iterator[Actor]:
    """Within this block *session* acts for *actor*, then again for whoever was before."""
    before = session.info.get("actor")
    bind(session, actor)
    try:
        yield actor
    finally:
        bind(session, before)


@contextmanager
def door(session: Session) -> Iterator[None]:
    """Within this block statements may write files, records and work; the door and engine only."""
    before = session.info.get("door", False)
    session.info["door"] = True
    try:
        yield
    finally:
        session.info["door"] = before


def unscoped(statement: Any, reason: str) -> Any:
    """Exempt *statement* from the scope. Only listed modules may (tests/test_house.py)."""
    return statement.execution_options(unscoped=reason)


def actor_of(session: Session) -> Actor:
    """The actor of *session*.

    :raises NotAllowed: nobody acts.
    """
    actor = session.info.get("actor")
    if not isinstance(actor, Actor):
        raise NotAllowed(message("请先登录。"))
    return actor


# -- criteria --------------------------------------------------------------------------------------


def _subtree(low: str) -> Callable[[type[Any]], Any]:
    high = low + AFTER
    return lambda cls: (cls.unit_path >= low) & (cls.unit_path < high)


def _functions(low: str, mask: int) -> Callable[[type[Any]], Any]:
    high = low + AFTER
    return lambda cls: (
        (cls.unit_path >= low) & (cls.unit_path < high) & (cls.functions.bitwise_and(mask) != 0)
    )


def _above(low: str) -> Callable[[type[Any]], Any]:
    ends = range(SEGMENT, len(low) + 1, SEGMENT)
    above = [low[:end] for end in ends]
    return lambda cls: cls.unit_path.in_(above)


def _own_file(family: Family, teacher_id: int) -> Callable[[type[Any]], Any]:
    if family is Family.FILES:
        return lambda cls: cls.id == teacher_id
    return lambda cls: cls.teacher_id == teacher_id


def _nothing() -> Callable[[type[Any]], Any]:
    return lambda cls: false()


def _all() -> Callable[[type[Any]], Any]:
    return lambda cls: true()


def _own_rows(user_id: int | None) -> Callable[[type[Any]], Any]:
    return lambda cls: cls.user_id == user_id


def criterion(actor: Actor | None, family: Family) -> Callable[[type[Any]], Any]:
    """The rows of *family* that *actor* reaches, as a function of the mapped class.

    SQLAlchemy keeps such functions by their code and names the parameters of one code alike: so
    that no family's bounds are taken for another's, each has code of its own.
    """
    reached: Any = _reached(actor, family)
    code = _code_of(reached.__code__, family)
    return FunctionType(code, reached.__globals__, closure=reached.__closure__)


@cache
def _code_of(code: CodeType, family: Family) -> CodeType:
    return code.replace(co_name=f"{family}_reached")


def _reached(actor: Actor | None, family: Family) -> Callable[[type[Any]], Any]:
    reach = actor.reach(family) if actor else None
    if actor is None or reach is None:
        return _nothing()
    if reach is Reach.ALL:
        return _all()
    if reach is Reach.OWN_ROWS:
        return _own_rows(actor.user_id)
    if reach is Reach.OWN_FILE:
        return _nothing() if actor.teacher_id is None else _own_file(family, actor.teacher_id)
    if reach is Reach.ABOVE:
        return _above(actor.unit_path)
    if reach is Reach.PARENT_SUBTREE:
        return _subtree(actor.parent_path)
    if reach is Reach.PARENT_FUNCTIONS:
        return _functions(actor.parent_path, actor.functions)
    return _subtree(actor.unit_path)


def reaches(actor: Actor, family: Family, path: str) -> bool:
    """Whether a row at *path* may lie in the actor's reach; the criterion decides which do."""
    reach = actor.reach(family)
    if reach is Reach.ALL:
        return True
    if reach is Reach.SUBTREE:
        return path.startswith(actor.unit_path)
    if reach in (Reach.PARENT_SUBTREE, Reach.PARENT_FUNCTIONS):
        return path.startswith(actor.parent_path)
    # what is said above is heard, and written there only
    return reach is Reach.ABOVE and path == actor.unit_path


# -- statements ------------------------------------------------------------------------------------


def scoped_tables() -> dict[Table, type[Any]]:
    """Table → mapped class, of every scoped table."""
    return _scoped_tables(len(Base.metadata.tables))


@cache
def _scoped_tables(_known: int) -> dict[Table, type[Any]]:
    """Worked out again whenever there are more tables."""
    found: dict[Table, type[Any]] = {}
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, Scoped):
            found[mapper.local_table] = mapper.class_  # type: ignore[index]
    return found


def _mentioned(statement: Executable) -> set[Table]:
    """Tables a statement reads or writes, also those it names by their columns only."""
    found: set[Table] = set()
    for node in visitors.iterate(statement):  # type: ignore[arg-type]
        place = getattr(node, "table", node)
        while not isinstance(place, Table) and hasattr(place, "element"):
            place = place.element
        if isinstance(place, Table):
            found.add(place)
    return found


@event.listens_for(Session, "do_orm_execute")
def _confine(state: ORMExecuteState) -> None:
    if state.execution_options.get("unscoped") or state.is_column_load:
        return
    scoped = scoped_tables()
    if not state.is_orm_statement:
        _confine_core(state, scoped)
        return
    if state.is_from_statement:
        raise ScopeError("from_statement cannot be confined to a scope")
    if state.is_insert or state.is_update or state.is_delete:
        _confine_write(state, scoped)
    state.statement = state.statement.options(*_criteria(state.session))


def _criteria(session: Session) -> tuple[Any, ...]:
    """The criteria of the session's actor; built once, since every statement asks for them."""
    actor = session.info.get("actor")
    known: dict[Actor | None, tuple[Any, ...]] = session.info.setdefault("criteria", {})
    if actor not in known:
        known[actor] = tuple(
            with_loader_criteria(
                mixin, criterion(actor, family), include_aliases=True, propagate_to_loaders=False
            )
            for family, mixin in FAMILIES.items()
        )
    return known[actor]


def _confine_core(state: ORMExecuteState, scoped: dict[Table, type[Any]]) -> None:
    """Statements on bare tables carry no entity to confine: only unscoped tables pass."""
    tables = _mentioned(state.statement)
    if not tables or tables & scoped.keys():
        raise ScopeError("a statement without entities cannot be confined to a scope")


def _confine_write(state: ORMExecuteState, scoped: dict[Table, type[Any]]) -> None:
    statement: Any = state.statement
    target = statement.table
    model = scoped.get(target)
    if model is None:
        return
    if issubclass(model, BEHIND_DOOR) and not state.session.info.get("door"):
        raise ScopeError(f"{target.name} is written through tms.records and tms.workflow only")
    if state.is_insert:
        raise ScopeError(f"insert into {target.name} cannot be confined to a scope")
    if isinstance(state.parameters, list | tuple):
        raise ScopeError("an update by list of keys cannot be confined to a scope")
    others = (_mentioned(statement) & scoped.keys()) - {target}
    if others:
        names = ", ".join(sorted(t.name for t in others))
        raise ScopeError(f"a bulk statement on {target.name} may not read {names}: freeze it")
    if state.is_update and _set_keys(state) & OWNING:
        raise ScopeError(f"a bulk statement may not move rows of {target.name} between units")
    if state.session.info.get("actor") is None:
        raise ScopeError("nobody acts: no write")


def _set_keys(state: ORMExecuteState) -> set[str]:
    """Names of the columns an UPDATE sets, be it by values or by parameters."""
    statement: Any = state.statement
    keys = {getattr(key, "key", str(key)) for key in statement._values or ()}
    parameters: Any = state.parameters or ()
    return keys | set(parameters)


# -- flushes ---------------------------------------------------------------------------------------


@event.listens_for(Session, "before_flush")
def _guard_flush(session: Session, _context: Any, _instances: Any) -> None:
    objects = [*session.new, *session.dirty, *session.deleted]
    scoped = [obj for obj in objects if isinstance(obj, Scoped)]
    actor = session.info.get("actor")
    if objects and actor is None:
        raise ScopeError("nobody acts: no write")
    for obj in scoped:
        _guard_object(actor, obj)


def _guard_object(actor: Any, obj: Any) -> None:
    if isinstance(obj, BEHIND_DOOR):
        raise ScopeError(f"{type(obj).__name__} is written through tms.records and tms.workflow")
    if isinstance(obj, PersonalScoped):
        if actor is None or obj.user_id != actor.user_id:
            raise ScopeError(f"{type(obj).__name__} is somebody else's")
        return
    family = next(f for f, mixin in FAMILIES.items() if isinstance(obj, mixin))
    for path in _path_history(obj) or [None]:
        if path is None or not reaches(actor, family, path):
            raise ScopeError(f"{type(obj).__name__} lies outside the actor's reach")


def _path_history(obj: Any) -> list[str | None]:
    history = inspect(obj).attrs.unit_path.history
    return [*(history.added or ()), *(history.unchanged or ()), *(history.deleted or ())]
