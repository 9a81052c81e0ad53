"""A surcharge (加处罚款、滞纳金) never exceeds the principal."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "coercion.surcharge-over-principal", Level.FATAL, "surcharge"
title = "加处金额超过本金"
message = "加处罚款或者滞纳金的数额不得超出金钱给付义务的数额，请核对“加处金额”和“本金”。"
basis, category = "行政强制法第四十五条", Category.COMPLIANCE

applies = pl.col("surcharge").is_not_null()
fails = pl.col("surcharge") > pl.col("principal")

good = {"principal": "5000", "surcharge": "5000"}
bad = {"principal": "5000", "surcharge": "5000.01"}
example_item = "adm.coercion_exec"
