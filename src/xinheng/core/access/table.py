"""The one table of who may do what. What is not in it is refused; pages, API and tests all read it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from xinheng.core.access.words import Grant, Holder, Items, Purpose, Reach, Right, Role, matches

_OFFICER = Grant(Reach.OWN, Items.OWN, Purpose.REPORT)
_LOOKING_DOWN = Grant(Reach.BELOW, Items.OWN, Purpose.REPORT)
_CENTRE = Grant(Reach.ALL, Items.ALL, Purpose.STEWARD)
_AUDIT = Grant(Reach.ALL, Items.ALL, Purpose.AUDIT)
_ADMIN = Grant(Reach.ALL, Items.ALL, Purpose.ADMINISTER)
_SELF = Grant(Reach.OWN, Items.ALL, Purpose.SELF)
_OF_ITSELF = Grant(Reach.OWN, Items.ALL, Purpose.OWN)  # of the one organisation an account is bound to
_USER = Grant(Reach.OWN, Items.ALL, Purpose.USE)  # for its own matters, one organisation at a time
_R, _C, _A, _S, _M = Role.REPORTER, Role.CENTRE, Role.AUDITOR, Role.ADMIN, Role.MACHINE
_O = Role.OWNER
_PEOPLE = {_R: _SELF, _C: _SELF, _A: _SELF, _S: _SELF}
_READERS = {_R: _LOOKING_DOWN, _C: _CENTRE, _A: _AUDIT}
_SENDERS = {_R: _OFFICER, _C: _CENTRE, _M: _OFFICER}

TABLE: tuple[Right, ...] = (
    Right("desk.open", "进入工作台，看通知、目录、部门和权限表", "open the desk, notices, catalogue, departments, this table", _PEOPLE),
    Right("self.manage", "管理本人的密码、第二因素和登录会话", "manage one's own password, second factor and sessions", {**_PEOPLE, _O: _SELF}),
    Right("submission.read", "查看报送批次、问题和回执，下载标注的工作簿", "see submissions, findings, receipts; take workbooks away", {**_READERS, _M: _OFFICER}),
    Right("submission.send", "报送文件、说明列名、修改退回的行、替换批次", "hand files in, settle titles, mend rows, replace", _SENDERS),
    Right("submission.certify", "确认入库", "certify what goes into the register", _SENDERS),
    Right("submission.withdraw", "撤回或放弃批次", "take submissions back", {_R: _OFFICER, _C: _CENTRE}),
    Right("zero.sign", "零报送", "sign zero reports", {_R: _OFFICER}),
    Right("record.read", "浏览登记库的记录、历史和来源", "browse records, their history and provenance", _READERS),
    Right("record.erase", "提出依法清除记录内容，批准他人提出的清除", "ask for a record to be erased by law, approve what another asked for", {_C: _CENTRE}),
    Right("erasure.read", "查看依法清除的申请和结果", "see requests to erase, and what came of them", {_C: _CENTRE, _A: _AUDIT}),
    Right("reconcile.read", "查看对账、差异和退回", "see reconciliations, differences and what came back", {_R: _OFFICER, _C: _CENTRE, _A: _AUDIT}),
    Right("reconcile.run", "发起对账、管理交换通道", "run reconciliations, manage channels", {_C: _CENTRE}),
    Right("reconcile.note", "登记差异的查明情况", "write down what was found out about a difference", {_R: _OFFICER, _C: _CENTRE}),
    Right("evaluation.read", "查看信用评价、模型和异议", "see evaluations, models and objections", {_C: _CENTRE, _A: _AUDIT}),
    Right("evaluation.manage", "运行评价、复核结果、修订模型、答复异议", "run and decide evaluations, draft models, answer objections", {_C: _CENTRE}),
    Right("evaluation.check", "为规则点名的事项查询组织的评价等级", "ask for a grade, for matters whose rule names it", {_M: _USER}),
    Right("own.read", "查看本组织的档案、评价和理由", "see one's own organisation: records, evaluations, reasons", {_O: _OF_ITSELF}),
    Right("own.object", "对本组织的评价提出异议", "object to an evaluation of one's own organisation", {_O: _OF_ITSELF}),
    Right("owner.manage", "核对身份后为组织开通、停用账号", "open and close accounts of organisations whose identity was checked", {_C: _CENTRE}),
    Right("link.read", "查看待匹配队列", "see the linking queue", {_C: _CENTRE, _A: _AUDIT}),
    Right("link.decide", "认定和解除主体匹配", "link records to subjects, and take links back", {_C: _CENTRE}),
    Right("quarantine.read", "查看目录外的列", "see columns outside the catalogue", {_C: _CENTRE, _A: _AUDIT}),
    Right("change.read", "查看目录变更建议", "see change proposals", _READERS),
    Right("change.propose", "提出目录变更建议", "propose changes of the catalogue", {_R: _OFFICER, _C: _CENTRE}),
    Right("change.decide", "审定他人提出的目录变更", "approve or refuse changes that others proposed", {_C: _CENTRE}),
    Right("news.write", "撰写新闻、政策和案例稿件", "write news, policies and cases", {_R: _OFFICER, _C: _CENTRE, _S: _ADMIN}),
    Right("news.review", "审核并发布稿件", "review and publish what was written", {_C: _CENTRE, _S: _ADMIN}),
    Right("account.read", "查看账号、任职和登录情况", "see accounts, appointments, sign-ins", {_S: _ADMIN, _A: _AUDIT}),
    Right("account.manage", "邀请、任职、停用、解锁、重置第二因素", "invite, appoint, close, unlock, reset second factors", {_S: _ADMIN}),
    Right("key.read", "查看接口密钥", "see API keys", {_S: _ADMIN, _A: _AUDIT}),
    Right("key.manage", "签发和吊销接口密钥", "issue and revoke API keys", {_S: _ADMIN}),
    Right("timetable.read", "查看定时工作", "see regular work and its last runs", {_C: _CENTRE, _S: _ADMIN, _A: _AUDIT}),
    Right("timetable.run", "立即运行一项定时工作", "run regular work out of turn", {_C: _CENTRE, _S: _ADMIN}),
    Right("audit.read", "查看审计记录", "read the audit trail", {_A: _AUDIT, _S: _ADMIN}),
)  # fmt: skip
BY_ACTION: Mapping[str, Right] = MappingProxyType({right.action: right for right in TABLE})


def grant_of(role: str, action: str) -> Grant | None:
    """Return what a role is allowed under an action; None for nothing. An action outside the table is a defect: KeyError."""
    return BY_ACTION[action].grants.get(Role(role))


def may(holder: Holder, action: str, *, department: str | None = None, item: str | None = None) -> bool:
    """Say whether the holder may do this, to a thing of this department (None: of none) and item (None: not about one)."""
    grant = grant_of(holder.role, action)
    if grant is None:
        return False
    if department is not None and grant.reach < Reach.ALL:
        reached = {holder.department} | (holder.below if grant.reach is Reach.BELOW else frozenset())
        if not holder.department or department not in reached:
            return False
    if item and grant.items is Items.OWN:
        return matches(item, holder.powers) and (not holder.items or matches(item, holder.items))
    return True
