"""xinheng reconcile: do two sides hold the same, and where they differ, how?"""

from __future__ import annotations

import click

from xinheng.cli.group import LazyGroup


@click.group(
    cls=LazyGroup,
    lazy={
        "compare": ("xinheng.cli.comparing:compare", "核对两个文件，不需要数据库"),
    },
)
def reconcile() -> None:
    """对账：两方的数据是否一致，不一致在哪里。"""
