"""xinheng exchange: other nodes are met, channels agreed, data pulled, packed and taken in."""

from __future__ import annotations

import click

from xinheng.cli.group import LazyGroup


@click.group(
    cls=LazyGroup,
    lazy={
        "introduce": ("xinheng.cli.meeting:introduce", "生成本节点的名片，交给对方"),
        "meet": ("xinheng.cli.meeting:meet", "登记对方的名片"),
        "table": ("xinheng.cli.meeting:table", "登记只有文件或数据表的对方"),
        "agree": ("xinheng.cli.meeting:agree", "约定交换哪些目录项、哪个方向"),
        "pull": ("xinheng.cli.pulling:pull", "从对方拉取新数据并入库"),
        "package": ("xinheng.cli.pulling:package", "把新数据打成签名日包，供没有网络时携带"),
        "take": ("xinheng.cli.pulling:take", "接收对方的日包"),
    },
)
def exchange() -> None:
    """交换：与省、区和部门的节点互传数据。"""
