"""Why a step of a submission may be refused, and what to do next."""

from __future__ import annotations

from xinheng.core.refusal import Refusal


class NotYourDepartment(Refusal):
    """An officer reports for the own department only."""

    code = "submission.not-your-department"
    message = "您所在部门不是“{department}”，不能代为报送或确认。请由该部门的报送员办理，或联系信用中心。"


class NotYourItem(Refusal):
    """The item is outside the department's powers, or outside what the officer's post answers for."""

    code = "submission.not-your-item"
    message = "目录项 {item} 不在您的岗位或本部门的权力清单内，不能报送或确认。请联系信用中心核对目录，或联系系统管理员调整任职。"


class NotYourTask(Refusal):
    """Only the credit centre decides whose a record is."""

    code = "link.centre-only"
    message = "主体匹配由信用中心办理，请联系信用中心。"


class WrongState(Refusal):
    """The submission is not where this step begins."""

    code = "submission.wrong-state"
    message = "该批次目前为“{state}”，不能{step}。请刷新页面查看最新进度。"


class RowsReturned(Refusal):
    """The sender wanted all rows or none, and some go back."""

    code = "submission.rows-returned"
    message = (
        "该批次有 {returned} 行未通过校验，按“全部通过才入库”的要求未入库。请修改后重新报送，或改为“合格的先入库”。"
    )


class NothingGood(Refusal):
    """No row of the submission can go in."""

    code = "submission.nothing-good"
    message = "该批次没有可入库的数据。请按错误说明修改后重新报送。"


class BeingChecked(Refusal):
    """Another worker is checking this submission at this moment."""

    code = "submission.being-checked"
    message = "该批次正在校验，请稍候。"


class LeaseLost(Refusal):
    """Another worker took the submission over: this one stops, without a trace."""

    code = "submission.lease-lost"
    message = "该批次已由另一个处理进程接手，本进程已停止。"


class ZeroContradicted(Refusal):
    """A department that handed in rows for the period cannot say there were none."""

    code = "zero.contradicted"
    message = "{period} 已有本部门该目录项的入库数据（批次 {ref}），不能再作零报送。如该批次有误，请先撤回。"


class PeriodMalformed(Refusal):
    """A zero report is about a month."""

    code = "zero.period"
    message = "零报送的期间“{period}”应写成 2026-11 这样的年月，且不晚于本月。"


class NothingMended(Refusal):
    """None of the rows handed in again was returned and is still open."""

    code = "mended.none"
    message = "没有可再次报送的行：所选行不在退回清单中，或已经报送过。"


class FileGone(Refusal):
    """The file kept for checking is not there, or not what was received."""

    code = "file.gone"
    message = "原始文件已不在服务器上或内容有变，请重新报送。"


class OriginalErased(Refusal):
    """The original was kept as long as its rule says, and is erased."""

    code = "file.erased"
    message = "原件已于 {day} 按期清除（规则 {rule}），仅保留其校验值。如需标注好的工作簿，请重新报送原文件。"


class StorageFull(Refusal):
    """The disk is full."""

    code = "storage.full"
    message = "服务器存储空间不足，本次操作未完成，已入库的数据不受影响。请联系系统管理员清理空间后重试。"


class DatabaseGone(Refusal):
    """The database does not answer."""

    code = "storage.database"
    message = "数据库暂时无法访问，本次操作未完成，已入库的数据不受影响。请稍后重试，或联系系统管理员。"
