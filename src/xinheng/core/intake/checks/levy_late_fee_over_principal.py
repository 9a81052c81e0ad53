"""A late fee outside taxes never exceeds what was due."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "levy.late-fee-over-principal", Level.FATAL, "late_fee"
title = "滞纳金超过本金"
message = "除税收外，滞纳金不得超出应缴数额，请核对“滞纳金”和“应缴”。"
basis, category = "行政强制法第四十五条", Category.COMPLIANCE

applies = pl.col("late_fee").is_not_null() & (pl.col("levy_class") != "税收")
fails = pl.col("late_fee") > pl.col("due_amount")

good = {"due_amount": "3000", "late_fee": "3000"}
bad = {"due_amount": "3000", "late_fee": "3000.01"}
example_item = "adm.levy"
