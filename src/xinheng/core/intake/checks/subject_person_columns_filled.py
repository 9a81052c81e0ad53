"""Rows about organisations leave the columns for persons blank."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "subject.person-columns-filled", Level.FATAL, "person_id"
title = "单位行填了自然人证件"
message = "相对人是单位或个体工商户时，自然人的“证件类型”“证件号码”必须为空，请删去。"
basis, category = "发改办财金〔2018〕790号", Category.COMPLIANCE

applies = pl.col("subject_type").is_in(["法人及非法人组织", "个体工商户"])
fails = pl.col("person_id").is_not_null() | pl.col("person_id_type").is_not_null()

good = {"person_id_type": "", "person_id": ""}
bad = {"person_id_type": "身份证", "person_id": "440399194912312102"}
