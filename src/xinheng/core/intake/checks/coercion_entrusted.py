"""Coercive measures may not be entrusted to another body."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "coercion.entrusted", Level.FATAL, "entrust_name"
title = "行政强制措施不得委托"
message = "行政强制措施权不得委托，“受委托部门”应为空；如系他人实施，请核对实施机构。"
basis, category = "行政强制法第十七条", Category.COMPLIANCE

applies = pl.lit(True)
fails = pl.col("entrust_name").is_not_null() | pl.col("entrust_code").is_not_null()

good = {"entrust_name": ""}
bad = {"entrust_name": "某某协会"}
example_item = "adm.coercion_measure"
