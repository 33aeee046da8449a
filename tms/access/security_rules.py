"""The security rules that every holder of an account agrees to (DOMAIN.md R90).

A change of content is a new version: everybody is then asked again at the next login.
"""

from __future__ import annotations

from typing import Final

from tms.errors import Message, message

VERSION: Final = "2026-1"
RULES: Final[tuple[Message, ...]] = (
    message("账号只由本人使用，不借给他人；口令、动态口令和恢复代码不告诉任何人，包括管理员。"),
    message("只因工作需要查看和导出教师信息；导出的文件用完即删，不发到微信群等公共平台。"),
    message("离开电脑时退出或锁屏；不在公用电脑上保存口令。"),
    message("发现账号被盗用、信息泄露或误发，立即报告本单位系统管理员。"),
    message("查看、修改、导出都有记录，可以追查到人。"),
)
