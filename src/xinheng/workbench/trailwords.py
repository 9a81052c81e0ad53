"""How lines of the audit trail are told to people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xinheng.apps.audit.models import Event

WORDS = {
    "account.opened": gettext_noop("开通账号"),
    "account.invited": gettext_noop("发出邀请链接"),
    "account.password-set": gettext_noop("凭链接设置密码"),
    "account.password-changed": gettext_noop("修改密码"),
    "account.signed-in": gettext_noop("登录"),
    "account.signed-out": gettext_noop("退出"),
    "account.sign-in-failed": gettext_noop("登录失败"),
    "account.locked": gettext_noop("错误次数太多，暂时锁定"),
    "account.unlocked": gettext_noop("解锁"),
    "account.appointed": gettext_noop("任职变更"),
    "account.closed": gettext_noop("停用账号"),
    "account.reopened": gettext_noop("恢复账号"),
    "account.sign-on": gettext_noop("统一登录开关"),
    "account.sign-on-joined": gettext_noop("与统一身份认证关联"),
    "account.session-ended": gettext_noop("结束一台设备的登录"),
    "account.sessions-ended": gettext_noop("结束其他设备的登录"),
    "account.factor-added": gettext_noop("添加第二因素"),
    "account.factor-removed": gettext_noop("移除第二因素"),
    "account.factor-reset": gettext_noop("管理员重置第二因素"),
    "key.issued": gettext_noop("签发接口密钥"),
    "key.revoked": gettext_noop("吊销接口密钥"),
    "submission.received": gettext_noop("接收报送"),
    "submission.received-again": gettext_noop("同一文件再次报送"),
    "submission.check": gettext_noop("开始检查"),
    "submission.checked": gettext_noop("检查完成"),
    "submission.certified": gettext_noop("确认"),
    "submission.accepted": gettext_noop("入库"),
    "submission.withdrawn": gettext_noop("撤回"),
    "submission.refused": gettext_noop("文件不能使用"),
    "submission.failed": gettext_noop("处理失败"),
    "submission.rolled-back": gettext_noop("中断后还原"),
    "record.read": gettext_noop("查看记录"),
    "erasure.asked": gettext_noop("提出依法清除"),
    "erasure.refused": gettext_noop("不同意依法清除"),
    "erasure.taken-back": gettext_noop("收回清除申请"),
    "record.erased": gettext_noop("依法清除记录内容"),
    "link.linked": gettext_noop("认定主体"),
    "link.unlinked": gettext_noop("解除匹配"),
    "change.proposed": gettext_noop("提出目录变更"),
    "change.approved": gettext_noop("审定目录变更"),
    "change.refused": gettext_noop("不同意目录变更"),
    "change.withdrawn": gettext_noop("收回目录变更"),
    "owner.invited": gettext_noop("为组织开通账号"),
    "evaluation.checked": gettext_noop("为规则点名的事项查询等级"),
    "own.read": gettext_noop("组织查看本组织的评价"),
    "timetable.run": gettext_noop("立即运行定时工作"),
    "demo.begun": gettext_noop("开始搭建演示城市"),
    "demo.built": gettext_noop("演示城市建成"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the trail."""

    at: datetime
    by: str
    words: str
    about: str


def told(event: Event) -> Told:
    """Return an event in the reader's language; an action without words stays as it is."""
    word = WORDS.get(event.action, "")
    kind = event.about_type.rpartition(".")[2]
    return Told(event.at, str(event.by or ""), _(word) if word else event.action, f"{kind} {event.about_id}")
