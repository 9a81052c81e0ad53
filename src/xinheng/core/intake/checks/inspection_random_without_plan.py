"""A random inspection (双随机) names its plan."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "inspection.random-without-plan", Level.FATAL, "plan_id"
title = "双随机检查未填计划编号"
message = "检查类别为随机（双随机），请填写“双随机计划编号”。"
basis, category = "国家“互联网+监管”数据规则", Category.COMPLETENESS

applies = pl.col("check_type").str.starts_with("随机")
fails = pl.col("plan_id").is_null()

good = {"check_type": "重点", "plan_id": ""}
bad = {"check_type": "随机", "plan_id": ""}
example_item = "adm.inspection"
