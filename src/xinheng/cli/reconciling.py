"""xinheng reconcile: do two sides hold the same, and where they differ, how?"""

from __future__ import annotations

import click

from xinheng.cli.group import LazyGroup


@click.group(
    cls=LazyGroup,
    lazy={
        "run": ("xinheng.cli.running:run", "与对方对账（网络、文件或读取对方数据表）"),
        "serve": ("xinheng.cli.running:serve", "答复对方送来的对账文件"),
        "status": ("xinheng.cli.running:status", "各对方的对账情况和未办结差异"),
        "statement": ("xinheng.cli.running:statement", "导出一次对账的对账单和差异清单"),
        "verify": ("xinheng.cli.statements:verify", "只用公钥验证一份对账单，不需要数据库"),
        "compare": ("xinheng.cli.comparing:compare", "核对两个文件，不需要数据库"),
    },
)
def reconcile() -> None:
    """对账：两方的数据是否一致，不一致在哪里。"""
