"""What audit events are called."""

from __future__ import annotations

from typing import Any

from tms.i18n import gettext as _
from tms.i18n import lazy_gettext as _l

#: By act, in the order in which a filter offers them; others show their own name.
ACTS: dict[str, Any] = {
    "login": _l("登录"),
    "login.refuse": _l("登录被拒绝"),
    "login.second": _l("登录时输入动态码"),
    "login.second_refused": _l("动态码被拒绝"),
    "login.step_up": _l("敏感操作前再次验证"),
    "logout": _l("退出登录"),
    "session.end": _l("结束其他登录"),
    "password.change": _l("修改口令"),
    "password.ask": _l("忘记口令申请"),
    "rules.agree": _l("同意信息安全守则"),
    "factor.enrol": _l("绑定动态码"),
    "factor.release": _l("解除动态码"),
    "denied": _l("越权请求被拒绝"),
    "assignment.switch": _l("切换任职"),
    "account.create": _l("新建账号"),
    "account.reset": _l("重置口令"),
    "account.disable": _l("停用账号"),
    "account.enable": _l("启用账号"),
    "account.expire": _l("设置账号有效期"),
    "account.receive": _l("登记账号签收"),
    "account.slips": _l("发放账号条"),
    "assignment.add": _l("增加任职"),
    "assignment.end": _l("结束任职"),
    "policy.set": _l("设置谁填"),
    "find.number": _l("按证件号码查人"),
    "read": _l("查看档案"),
    "reveal": _l("查看完整号码"),
    "export": _l("导出"),
    "print": _l("打印名单"),
    "print.form": _l("打印个人信息表"),
    "form.sign": _l("上传签名的个人信息表"),
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
    "propose": _l("教师提出修改"),
    "request.cancel": _l("取消变更申请"),
    "request.refuse": _l("不同意变更申请"),
    "change": _l("变更生效"),
    "change.undo": _l("撤销变更"),
    "proof": _l("上传证明材料"),
    "proof.read": _l("查看证明材料"),
    "document": _l("上传材料"),
    "document.read": _l("查看材料"),
    "document.remove": _l("删除材料"),
    "wish": _l("教师请求修改"),
    "wish.decline": _l("不同意教师的请求"),
    "reopen": _l("重新开放填报"),
    "reopen.close": _l("结束重新开放"),
    "move": _l("调整学校"),
    "number": _l("转为正式标识码"),
    "freeze": _l("锁定"),
    "release": _l("解除锁定"),
    "restore": _l("从回收站恢复"),
    "purge": _l("彻底删除"),
    "unit.create": _l("新建单位"),
    "unit.change": _l("修改单位"),
    "unit.one_person": _l("认定为一人单位"),
    "unit.several": _l("取消一人单位"),
    "unit.rename": _l("单位更名"),
    "unit.reopen": _l("恢复单位"),
    "unit.move": _l("调整主管部门"),
    "unit.merge": _l("合并单位"),
    "unit.close": _l("撤销单位"),
    "route.change": _l("修改审核路线"),
    "notice.save": _l("发布或修改通知"),
    "notice.withdraw": _l("撤回通知"),
    "security.save": _l("登记安全管理事项"),
    "security.delete": _l("删除安全管理事项"),
    "keys.rotate": _l("更换密钥"),
    "audit.export": _l("导出审计日志"),
}


#: What an act taken back begins with.
UNDO = "undo."
#: Who acts without an account.
SYSTEMS: dict[str, Any] = {
    "login": _l("登录页面"),
    "console": _l("命令行"),
    "worker": _l("作业进程"),
}


def act_word(act: str) -> Any:
    """The act in words, a step's as its verb's; its own name where it has none."""
    undone = act.removeprefix(UNDO)
    if undone != act:
        return _("撤销：%(act)s", act=act_word(undone))
    return ACTS.get(act) or ACTS.get(act.partition(".")[0], act)
