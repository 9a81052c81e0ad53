"""A certificate has both a name and a number."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "licence.certificate-half-given", Level.WARNING, "certificate_no"
title = "许可证书名称和编号只填了一项"
message = "“许可证书名称”和“许可编号”应同时填写。"
basis, category = "发改办财金〔2018〕790号", Category.COMPLETENESS

applies = pl.col("certificate_name").is_not_null() | pl.col("certificate_no").is_not_null()
fails = pl.col("certificate_name").is_null() | pl.col("certificate_no").is_null()

good = {"certificate_name": "食品经营许可证", "certificate_no": "JY14403990000000"}
bad = {"certificate_name": "食品经营许可证", "certificate_no": ""}
example_item = "adm.licence"
