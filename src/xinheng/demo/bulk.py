"""Large penalty files for measuring and for trying things out: any number of rows, written in blocks, seeded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import BinaryIO

import polars as pl
import xlsxwriter

from xinheng.core.policy import default_policy
from xinheng.demo import organisations
from xinheng.demo.dice import Dice, day_before, plus_days
from xinheng.demo.violations import VIOLATIONS

# The standard table without the identity of natural persons (790, columns 10–13): 26 columns.
COLUMNS = (
    "行政相对人名称", "行政相对人类别", "行政相对人代码_1(统一社会信用代码)", "行政相对人代码_2(工商注册号)",
    "行政相对人代码_3(组织机构代码)", "行政相对人代码_4(税务登记号)", "行政相对人代码_5(事业单位证书号)",
    "行政相对人代码_6(社会组织登记证号)", "法定代表人", "行政处罚决定书文号", "违法行为类型", "违法事实", "处罚依据",
    "处罚类别", "处罚内容", "罚款金额(万元)", "没收违法所得、没收非法财物的金额(万元)", "暂扣或吊销证照名称及编号",
    "处罚决定日期", "处罚有效期", "公示截止期", "处罚机关", "处罚机关统一社会信用代码", "数据来源单位",
    "数据来源单位统一社会信用代码", "备注",
)  # fmt: skip

# One kind of error to a bad row.
ERRORS = (
    "missing-facts", "missing-name", "wrong-check-digit", "letter-o", "short-code", "impossible-date", "future-date",
    "unreadable-date", "fine-missing", "fine-not-a-number", "unknown-kind", "too-long", "control-character", "duplicate",
)  # fmt: skip
BLOCK = 100_000
_ON = date(2026, 4, 1)
_CIRCUMSTANCES = (
    "上述事实有现场检查笔录、询问笔录、现场照片、当事人提供的营业执照复印件及相关票据等证据在案证明",
    "当事人在调查过程中积极配合，如实陈述违法事实并主动提供证据材料，未造成危害后果",
    "当事人系初次违法，案发后已停止违法行为并完成整改，本机关已组织复查并制作复查笔录",
    "本机关已依法送达行政处罚事先告知书，当事人在法定期限内未提出陈述、申辩意见，也未要求听证",
)


def penalties(rows: int, *, bad_share: float = 0.03, seed: int = 1, on: date = _ON) -> Iterator[pl.DataFrame]:
    """Yield blocks of a penalty table under the official headers, all columns text; about ``bad_share`` of the rows are wrong."""
    party = organisations.make(max(min(rows // 4, 200_000), 50), seed=seed, on=on).filter(pl.col("kind") != "G")
    party = party.select(
        pl.col("name").alias(COLUMNS[0]),
        pl.when(pl.col("kind") == "T")
        .then(pl.lit("个体工商户"))
        .otherwise(pl.lit("法人及非法人组织"))
        .alias(COLUMNS[1]),
        pl.col("code").alias(COLUMNS[2]),
        pl.when(pl.col("number") % 3 == 0).then("regno").alias(COLUMNS[3]),
        pl.when(pl.col("number") % 5 == 0).then("orgcode").alias(COLUMNS[4]),
        *(pl.lit(None, dtype=pl.String).alias(name) for name in COLUMNS[5:8]),
        pl.col("legal_rep").alias(COLUMNS[8]),
    )
    organs = _organs()
    for number, start in enumerate(range(0, rows, BLOCK)):
        block = _block(party, organs, start, min(BLOCK, rows - start), Dice(seed, "bulk", str(number)), on)
        yield _spoil(block, bad_share, Dice(seed, "bulk errors", str(number)), on)


def _organs() -> pl.DataFrame:
    """Departments of the city that may penalise: an organ the city does not know would be remarked on in every row."""
    able = [d for d in default_policy().departments if {"*", "adm.penalty", "adm.*"}.intersection(d.items)]
    return pl.DataFrame({"name": [d.name for d in able], "code": [d.code for d in able]})


def _block(party: pl.DataFrame, organs: pl.DataFrame, start: int, n: int, dice: Dice, on: date) -> pl.DataFrame:
    fined = [v for v in VIOLATIONS if v.low]
    which = dice.places(len(fined), n)
    decided = dice.workdays(day_before(on, 700), day_before(on, 1), n)
    found = plus_days(decided, -dice.whole(10, 90, n)).dt.strftime("%Y年%m月%d日")
    organ = dice.places(organs.height, n)
    organ_name = organs["name"].gather(organ)
    yuan = dice.skewed(1, 400, n) * 500
    more = dice.pick(_CIRCUMSTANCES, n)
    texts = {
        "kind": [v.kind for v in fined],
        "facts": [v.facts for v in fined],
        "basis": [v.basis for v in fined],
        "mark": [v.mark for v in fined],
    }
    drawn = party[dice.places(party.height, n)].with_columns(
        *(pl.Series(f"_{name}", values).gather(which) for name, values in texts.items()),
        _number=pl.int_range(start + 1, start + n + 1, eager=True),
        _year=decided.dt.year(),
        _found=found,
        _more=more,
        _more2=dice.pick(_CIRCUMSTANCES, n),
        _yuan=yuan,
        _warned=dice.chance(n, 0.3),
        _decided=decided,
        _organ=organ_name,
        _organ_code=organs["code"].gather(organ),
    )
    fine = pl.format("{}.{}", pl.col("_yuan") // 10_000, (pl.col("_yuan") % 10_000 * 100).cast(pl.String).str.zfill(6))
    facts = pl.col("_facts").str.replace("{on}", pl.col("_found"), literal=True)
    day = "%Y/%m/%d"
    return drawn.select(
        *COLUMNS[:9],
        pl.format("深{}〔{}〕{}号", "_mark", "_year", "_number").alias(COLUMNS[9]),
        pl.col("_kind").alias(COLUMNS[10]),
        pl.format("经查，{}。{}。{}。", facts, "_more", "_more2").alias(COLUMNS[11]),
        pl.col("_basis").alias(COLUMNS[12]),
        pl.when("_warned").then(pl.lit("警告;罚款")).otherwise(pl.lit("罚款")).alias(COLUMNS[13]),
        pl.format("{}罚款人民币{}元。", pl.when("_warned").then(pl.lit("警告；")).otherwise(pl.lit("")), "_yuan").alias(
            COLUMNS[14]
        ),
        fine.alias(COLUMNS[15]),
        pl.lit(None, dtype=pl.String).alias(COLUMNS[16]),
        pl.lit(None, dtype=pl.String).alias(COLUMNS[17]),
        pl.col("_decided").dt.strftime(day).alias(COLUMNS[18]),
        pl.col("_decided").dt.offset_by("1y").dt.strftime(day).alias(COLUMNS[19]),
        pl.lit(None, dtype=pl.String).alias(COLUMNS[20]),
        pl.col("_organ").alias(COLUMNS[21]),
        pl.col("_organ_code").alias(COLUMNS[22]),
        pl.col("_organ").alias(COLUMNS[23]),
        pl.col("_organ_code").alias(COLUMNS[24]),
        pl.lit(None, dtype=pl.String).alias(COLUMNS[25]),
    )


def _spoil(block: pl.DataFrame, share: float, dice: Dice, on: date) -> pl.DataFrame:
    n = block.height
    wrong = pl.Series("wrong", dice.places(len(ERRORS), n)).set(~dice.chance(n, share), None)
    name, code, number, facts, kinds, fine, day = (COLUMNS[i] for i in (0, 2, 9, 11, 13, 15, 18))
    frame = block.with_columns(wrong)

    def where(error: str, column: str, value: pl.Expr) -> pl.Expr:
        return pl.when(pl.col("wrong") == ERRORS.index(error)).then(value).otherwise(pl.col(column)).alias(column)

    empty = pl.lit(None, dtype=pl.String)
    steps = (
        where("missing-facts", facts, empty),
        where("missing-name", name, empty),
        where("wrong-check-digit", code, _other_last(code)),
        where("letter-o", code, pl.col(code).str.replace("0", "O", literal=True)),
        where("short-code", code, pl.col(code).str.slice(0, 17)),
        where("impossible-date", day, pl.lit("2025/02/30")),
        where("future-date", day, pl.lit(f"{on.year + 2}/01/05")),
        where("unreadable-date", day, pl.lit("去年年底")),
        where("fine-missing", fine, empty),
        where("fine-not-a-number", fine, pl.lit("伍仟圆整")),
        where("unknown-kind", kinds, pl.lit("责令改正")),
        where("too-long", number, pl.concat_str(pl.lit("深"), pl.lit("示范" * 70), pl.col(number))),
        where("control-character", facts, pl.concat_str(pl.lit("\x07"), pl.col(facts))),
    )
    for step in steps:
        frame = frame.with_columns(step)
    again = pl.col("wrong") == ERRORS.index("duplicate")
    frame = frame.with_columns(
        pl.when(again & (pl.int_range(n) > 0)).then(pl.col(c).shift(1)).otherwise(pl.col(c)).alias(c) for c in COLUMNS
    )
    return frame.select(COLUMNS)


def _other_last(code: str) -> pl.Expr:
    last = pl.col(code).str.slice(17, 1)
    return pl.col(code).str.slice(0, 17) + pl.when(last == "0").then(pl.lit("1")).otherwise(pl.lit("0"))


def write_penalties(
    path: Path,
    rows: int,
    *,
    bad_share: float = 0.03,
    encoding: str = "utf-8",
    format: str = "csv",
    seed: int = 1,
    on: date = _ON,
) -> None:
    """Write a penalty file of ``rows`` rows as csv, jsonl, parquet or xlsx; memory stays that of one block (parquet: of the file)."""
    blocks = penalties(rows, bad_share=bad_share, seed=seed, on=on)
    if format == "xlsx":
        _write_xlsx(path, blocks)
    elif format == "parquet":
        pl.concat(list(blocks)).write_parquet(path)
    else:
        with path.open("wb") as file:
            for number, block in enumerate(blocks):
                _write_text(file, block, encoding=encoding, format=format, first=number == 0)


def _write_text(file: BinaryIO, block: pl.DataFrame, *, encoding: str, format: str, first: bool) -> None:
    if format == "jsonl":
        text = block.write_ndjson()
    elif format == "csv":
        text = block.write_csv(include_header=first)
    else:
        raise ValueError(f"no writer for {format}")
    if encoding in ("utf-8", "utf-8-sig"):
        mark = b"\xef\xbb\xbf" if first and encoding == "utf-8-sig" else b""
        file.write(mark + text.encode())
    else:  # UTF-16 marks its byte order once, at the start of the file
        file.write(text.encode(encoding if first or encoding != "utf-16" else "utf-16-le"))


def _write_xlsx(path: Path, blocks: Iterator[pl.DataFrame]) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("行政处罚")
        sheet.write_row(0, 0, COLUMNS)
        row = 1
        for block in blocks:
            for cells in block.iter_rows():
                for column, cell in enumerate(cells):
                    if cell is not None:
                        sheet.write_string(row, column, cell)
                row += 1
