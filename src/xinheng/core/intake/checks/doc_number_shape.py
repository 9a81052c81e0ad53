"""A decision number looks like one: 深市监罚〔2026〕12号."""

import polars as pl

from xinheng.core.intake.check import Category
from xinheng.core.intake.finding import Level

code, level, field = "doc.number-shape", Level.WARNING, "doc_no"
title = "文号格式少见"
message = "文书号通常形如“深市监罚字〔2026〕12号”，请核对是否误填了案号、名称或证书编号；确为编码的可忽略。"
basis, category = "发改办财金〔2018〕790号", Category.ACCURACY

# Many organs use bare codes, so letters and digits alone are left in peace; words without a number are not.
_SHAPE = r"^[\p{Han}A-Za-z（）()、]+〔[0-9]{4}〕(?:第)?[（(]?[\p{Han}0-9A-Za-z\-—]+[)）]?号(?:之[一二三四五六七八九十]+)?$|^[0-9A-Za-z\-_./〔〕()（）号第年字]+$"

applies = pl.col("doc_no").is_not_null() & ~pl.col("doc_no:usual")
fails = ~pl.col("doc_no").str.contains(_SHAPE)

good = {"doc_no": "深市监罚字〔2026〕12号"}
bad = {"doc_no": "关于某某公司的处罚决定"}
