"""What audit events are called."""

from __future__ import annotations

from typing import Any

from tms.i18n import lazy_gettext as _l

#: By act, in the order in which a filter offers them; others show their own name.
ACTS: dict[str, Any] = {
    "login": _l("登录"),
    "logout": _l("退出登录"),
    "denied": _l("越权请求被拒绝"),
    "assignment.switch": _l("切换任职"),
    "account.create": _l("新建账号"),
    "account.reset": _l("重置口令"),
    "account.disable": _l("停用账号"),
    "account.enable": _l("启用账号"),
    "find.number": _l("按证件号码查人"),
    "read": _l("查看档案"),
    "reveal": _l("查看完整号码"),
    "export": _l("导出"),
    "print": _l("打印名单"),
    "export.denied": _l("导出被拒绝"),
    "import": _l("导入"),
    "import.undo": _l("撤销导入"),
    "bulk": _l("批量修改"),
    "bulk.undo": _l("撤销批量修改"),
    "create": _l("建立档案"),
    "save": _l("填写或修改"),
    "submit": _l("报送"),
    "pass": _l("审核通过"),
    "return": _l("退回"),
    "report": _l("上报"),
    "withdraw": _l("撤回"),
    "request": _l("提出变更申请"),
    "change": _l("变更生效"),
    "proof.read": _l("查看证明材料"),
    "move": _l("调整学校"),
    "freeze": _l("锁定"),
    "restore": _l("从回收站恢复"),
    "purge": _l("彻底删除"),
    "unit.create": _l("新建单位"),
    "unit.move": _l("调整主管部门"),
    "unit.merge": _l("合并单位"),
    "unit.close": _l("撤销单位"),
    "route.change": _l("修改审核路线"),
    "keys.rotate": _l("更换密钥"),
    "audit.export": _l("导出审计日志"),
}


def act_word(act: str) -> Any:
    """The act in words; its own name where it has none."""
    return ACTS.get(act, act)
