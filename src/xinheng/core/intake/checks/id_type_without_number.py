"""An id number and its kind come together."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "id.type-without-number", Level.FATAL, "legal_rep_id"
title = "证件类型与号码只填了一项"
message = "法定代表人的“证件类型”和“证件号码”须同时填写或同时为空。"
basis, category = "发改办财金〔2018〕790号", Category.COMPLETENESS

applies = pl.lit(True)
fails = pl.col("legal_rep_id").is_null() != pl.col("legal_rep_id_type").is_null()

good = {"legal_rep_id_type": "", "legal_rep_id": ""}
bad = {"legal_rep_id_type": "身份证", "legal_rep_id": ""}
