"""xinheng on the command line: each command is imported only when it is asked for, so that the check starts at once."""

from __future__ import annotations

import click

from xinheng.cli.group import LazyGroup


@click.group(
    cls=LazyGroup,
    lazy={
        "check": ("xinheng.cli.check:check", "核验一个文件，不需要数据库"),
        "template": ("xinheng.cli.catalogue:template", "生成目录项的填报模板"),
        "items": ("xinheng.cli.catalogue:items", "列出全部目录项"),
        "explain": ("xinheng.cli.explain:explain", "解释一个目录项或一条核验规则"),
        "policy": ("xinheng.cli.policy:policy", "检查政策数据"),
        "submit": ("xinheng.cli.submitting:submit", "报送一个文件到登记库"),
        "zero-report": ("xinheng.cli.submitting:zero_report", "零报送：本月没有可报送的信息"),
        "exchange": ("xinheng.cli.exchanging:exchange", "交换：与省、区和部门的节点互传数据"),
        "verify": ("xinheng.cli.verify:verify", "验证一个证明文件，不联网，不需要数据库"),
        "ledger": ("xinheng.cli.ledger:ledger", "台账：检查点、证明、核对"),
        "witness": ("xinheng.cli.witness:witness", "见证服务：为别处的台账联署检查点"),
        "reconcile": ("xinheng.cli.reconciling:reconcile", "对账：两方数据是否一致"),
        "evaluate": ("xinheng.cli.evaluate:evaluate", "按模型评价全市组织，或说明一个组织的结果"),
        "lake": ("xinheng.cli.lake:lake", "导出、核对评价数据"),
        "serve": ("xinheng.cli.serving:serve", "启动网站和后台处理"),
        "demo": ("xinheng.cli.demo:demo", "生成一座演示城市"),
        "doctor": ("xinheng.cli.doctor:doctor", "检查本机能否正常运行"),
        "backup": ("xinheng.cli.keeping:backup", "备份登记库"),
        "restore": ("xinheng.cli.keeping:restore", "从备份恢复登记库"),
        "recover": ("xinheng.cli.keeping:recover", "接续中断的报送处理"),
        "erase": ("xinheng.cli.erasing:erase", "按期清除原始文件和退回行"),
        "timetable": ("xinheng.cli.timetable:timetable", "定时工作：上次、下次，现在运行"),
        "reindex": ("xinheng.cli.indexing:reindex", "重建名称检索"),
        "opendata": ("xinheng.cli.opendata:opendata", "生成开放数据"),
        "user": ("xinheng.cli.users:user", "管理账号"),
    },
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(package_name="xinheng", message="xinheng %(version)s", help="显示版本号")
def main() -> None:
    """信衡：公共信用信息的报送、核验、登记与公示。

    先试试：xinheng template adm.penalty -o 行政处罚.xlsx，填好后 xinheng check 行政处罚.xlsx。
    """
