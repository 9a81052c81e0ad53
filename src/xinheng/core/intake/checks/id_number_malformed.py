"""A citizen id number given for the legal representative is a real one (it is checked, then not kept)."""

import polars as pl

from xinheng.core.identifiers import citizen_id
from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "id.number-malformed", Level.FATAL, "legal_rep_id"
title = "身份证号码有误"
message = "证件类型为“身份证”，但号码未通过校验（位数、出生日期或校验码有误），请核对。"
basis, category = "GB 11643-1999", Category.ACCURACY

applies = (pl.col("legal_rep_id_type") == "身份证") & pl.col("legal_rep_id").is_not_null()
fails = pl.col("legal_rep_id").map_batches(
    lambda numbers: citizen_id.judge(numbers).get_column("reason").is_not_null(), return_dtype=pl.Boolean
)

good = {"legal_rep_id_type": "身份证", "legal_rep_id": "440399194912312102"}
bad = {"legal_rep_id_type": "身份证", "legal_rep_id": "440304190001010011"}
