"""A licence whose term is over is not 有效."""

import polars as pl

from xinheng.core.intake.check import Category, Context
from xinheng.core.intake.finding import Level

code, level, field = "licence.state-contradicts-term", Level.WARNING, "state"
title = "已过期仍填有效"
message = "“有效期至”已过，“当前状态”仍为有效，请核对。"
basis, category = "发改办财金〔2018〕790号", Category.CONSISTENCY

applies = pl.col("state") == "有效"


def fails(context: Context) -> pl.Expr:
    """The last day of validity lies before the day of the check."""
    return pl.col("valid_to") < context.on


good = {"state": "有效", "valid_to": "2099/12/31"}
bad = {"state": "有效", "decided_on": "2019/03/09", "valid_from": "2019/03/09", "valid_to": "2020/03/08"}
example_item = "adm.licence"
