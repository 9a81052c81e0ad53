"""A coercive measure belongs to a case or an inspection."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "coercion.measure-without-case", Level.WARNING, "case_ref"
title = "强制措施没有关联案件"
message = "“关联案件”为空，建议填写处罚立案号或检查编号，便于核对措施的来源。"
basis, category = "广东省行政执法主题库数据规则", Category.COMPLETENESS

applies = pl.lit(True)
fails = pl.col("case_ref").is_null()

good = {"case_ref": "深市监立〔2026〕12号"}
bad = {"case_ref": ""}
example_item = "adm.coercion_measure"
