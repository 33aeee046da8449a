"""Navigation by task: what one comes to do, not which tables there are. A new page is a line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, g, request, url_for

from tms.access import Actor
from tms.admin_views.counts import exports_waiting, jobs_pending, requests_waiting, shown, waiting
from tms.auth import current_actor
from tms.db import db
from tms.gate import rules
from tms.i18n import lazy_gettext as _l
from tms.models import TABLES


@dataclass(frozen=True)
class Link:
    """One entry; shown to whoever the gate lets in."""

    label: Any
    icon: str
    endpoint: str
    args: Mapping[str, str] = field(default_factory=dict)
    #: Number beside it, as text; nothing where it is nothing.
    count: Callable[[Actor], str] | None = None
    #: Besides the gate: whether it makes sense for this actor.
    when: Callable[[Actor], bool] = lambda actor: True
    #: Other endpoints whose pages belong here.
    covers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """A heading and its entries."""

    label: Any
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Shown:
    """An entry as the frame draws it."""

    label: Any
    icon: str
    url: str
    here: bool
    count: str


def _waiting(actor: Actor) -> str:
    return shown(*waiting(db.session(), actor))


def _requests(actor: Actor) -> str:
    return shown(*requests_waiting(db.session(), actor))


def _jobs(actor: Actor) -> str:
    return shown(jobs_pending(db.session(), actor), True)


def _exports(actor: Actor) -> str:
    return shown(*exports_waiting(db.session(), actor))


def _is_staff(actor: Actor) -> bool:
    return actor.teacher_id is None


NAVIGATION = (
    Group(
        _l("办理"),
        (
            Link(_l("待我审核"), "inbox", "inbox.index_view", count=_waiting),
            Link(_l("首页"), "home", "admin.index", when=_is_staff),
            Link(_l("等待最久"), "clock", "waiting.index_view", when=_is_staff),
            Link(_l("退回跟踪"), "back", "returned.index_view", when=_is_staff),
            Link(_l("变更申请"), "pen", "request.index_view", count=_requests),
            Link(_l("重开补正"), "key", "reopening.index_view"),
            Link(_l("导出审批"), "check", "export_request.index", count=_exports),
            Link(_l("通知公告"), "horn", "notice.index_view"),
        ),
    ),
    Group(
        _l("档案"),
        (
            Link(_l("我的档案"), "person", "mine.index"),
            Link(_l("个人信息表"), "list", "form.index"),
            Link(_l("谁看过我的档案"), "search", "reach.index"),
            Link(_l("教师"), "people", "teacher.index_view", when=_is_staff),
            Link(
                _l("按信息项查询"),
                "search",
                "sections.index",
                when=_is_staff,
                covers=tuple(TABLES),
            ),
            Link(_l("核验个人信息表"), "check", "form.check", when=_is_staff),
            Link(_l("锁定"), "lock", "freeze.index"),
            Link(_l("回收站"), "bin", "bin.index"),
        ),
    ),
    Group(
        _l("采集"),
        (
            Link(_l("导入"), "upload", "import.index"),
            Link(_l("导出"), "download", "exports.index"),
            Link(_l("批量操作"), "list", "bulk.index"),
            Link(_l("作业"), "clock", "job.index", count=_jobs, when=_is_staff),
        ),
    ),
    Group(
        _l("单位与账号"),
        (
            Link(_l("单位树"), "tree", "unit_tree.index", covers=("unit_act",)),
            Link(_l("单位"), "list", "unit.index_view"),
            Link(_l("账号"), "key", "account.index_view"),
            Link(_l("账号交接"), "check", "handover.index_view"),
            Link(_l("忘记口令"), "key", "password_ask.index_view"),
        ),
    ),
    Group(_l("安全"), (Link(_l("安全台账"), "lock", "security.index_view"),)),
    Group(
        _l("审计"),
        (
            Link(_l("审计日志"), "list", "audit.index_view"),
            Link(_l("为什么当时不能？"), "clock", "why_then.index"),
        ),
    ),
    Group(
        _l("规则"),
        (
            Link(_l("审核路线"), "way", "route.index"),
            Link(_l("填报要求"), "rule", "policy.index"),
            Link(_l("代码表"), "list", "codes.index"),
        ),
    ),
)


def navigation() -> list[dict[str, Any]]:
    """The groups with what the reader may open; an empty group is not drawn."""
    actor = current_actor()
    if actor is None:
        return []
    found = [{"label": group.label, "links": list(_links(actor, group))} for group in NAVIGATION]
    return [group for group in found if group["links"]]


def _links(actor: Actor, group: Group) -> Iterator[Shown]:
    for link in group.links:
        if not (may_open(link.endpoint) and link.when(actor)):
            continue
        count = link.count(actor) if link.count else ""
        url = url_for(link.endpoint, **dict[str, Any](link.args))
        yield Shown(link.label, link.icon, url, link is _current(actor), count)


def may_open(endpoint: str) -> bool:
    """Whether the gate would let the reader in."""
    rule = rules(current_app).get(endpoint)
    return rule is not None and rule.allows(current_actor())


def _current(actor: Actor) -> Link | None:
    """The entry of this page: the one whose arguments say most of the address."""
    if "nav_here" not in g:
        links = [
            link
            for group in NAVIGATION
            for link in group.links
            if link.when(actor) and _matches(link)
        ]
        g.nav_here = max(links, key=lambda link: len(link.args), default=None)
    found: Link | None = g.nav_here
    return found


def _matches(link: Link) -> bool:
    endpoint = request.endpoint or ""
    view = link.endpoint.split(".")[0]
    same = endpoint == link.endpoint or endpoint.split(".")[0] in (view, *link.covers)
    if link.args:
        same = endpoint == link.endpoint
    return same and all(request.args.get(key) == value for key, value in link.args.items())
