"""Confiscated gains and goods add up to the total."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "penalty.confiscated-split-differs", Level.WARNING, "confiscated_wan"
title = "没收分项与合计不符"
message = "没收违法所得与没收非法财物两个分项之和应等于没收合计金额，请核对。"
basis, category = "发改办财金〔2018〕790号", Category.CONSISTENCY

_PARTS = ("confiscated_wan", "confiscated_gains_wan", "confiscated_goods_wan")

applies = pl.all_horizontal(pl.col(c).is_not_null() for c in _PARTS)
fails = pl.col("confiscated_wan") != pl.sum_horizontal(_PARTS[1:])

good = {"confiscated_wan": "0.3", "confiscated_gains_wan": "0.2", "confiscated_goods_wan": "0.1"}
bad = {"confiscated_wan": "0.3", "confiscated_gains_wan": "0.2", "confiscated_goods_wan": "0.2"}
example_item = "adm.penalty"
