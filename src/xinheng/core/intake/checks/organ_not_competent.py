"""The deciding organ has the power to decide such things (权力清单)."""

import polars as pl

from xinheng.core.intake.check import Category, Context
from xinheng.core.intake.finding import Level

code, level, field = "organ.not-competent", Level.FATAL, "organ_code"
title = "机关无此项职权"
message = "部门名录中，该机关没有作出此类决定的职权，请核对机关代码；职权有调整的，请信用中心先更新名录。"
basis, category = "深圳市部门名录（权力清单）", Category.COMPLIANCE

applies = pl.col("organ_code").is_not_null()


def fails(context: Context) -> pl.Expr:
    """The organ is known, and this item is not among those it decides on."""
    item = context.item.id
    without = [
        d.code for d in context.policy.departments if not {"*", item, item.split(".")[0] + ".*"}.intersection(d.items)
    ]
    return pl.col("organ_code").is_in(without)


good: dict[str, str] = {}
