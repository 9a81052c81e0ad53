"""The sentences that the terminal and the workbook share about one check."""

from __future__ import annotations

from collections.abc import Iterator

from xinheng.core.intake.checked import Report
from xinheng.core.intake.finding import Level

TOLD_BY = {"option": "，按指定的目录项核验", "headers": "，由表头识别"}
_FORMATS = {
    "xlsx": "Excel 工作簿（xlsx）",
    "xls": "旧版 Excel 工作簿（xls）",
    "csv": "文本表格（csv）",
    "json": "JSON",
    "jsonl": "JSON Lines",
    "parquet": "Parquet",
}
_REPAIRS = {
    "trimmed": "去掉首尾空格",
    "empty-like": "“无”“/”等占位符按空处理",
    "invisible-removed": "去掉看不见的字符",
    "line-separator-replaced": "统一换行符",
    "width-folded": "全角字符改为半角",
    "upper-cased": "小写字母改为大写",
    "separators-removed": "去掉编码中的空格和连字符",
    "brackets-folded": "统一括号",
    "label-folded": "代码名称改为规范写法",
    "code-to-label": "代码改为对应名称",
    "separator-folded": "统一多个值之间的分隔符",
    "thousands-separator": "去掉千分位逗号",
    "number-cleaned": "规范数字写法",
    "currency-noted": "去掉金额前后的币种",
    "unit-converted": "按单位换算金额",
    "open-ended": "“长期”等按无期限处理",
    "long-term": "“长期”等按无期限处理",
    "time-dropped": "去掉日期后的时刻",
    "time-folded": "统一时刻写法",
    "month-folded": "统一年月写法",
    "year-folded": "统一年份写法",
    "excel-serial": "Excel 日期序号改为日期",
    "chinese-numerals": "中文数字日期改为数字",
    "yes-no-folded": "统一是否写法",
    "scheme-added": "网址补上 http://",
    "local-code-folded": "行政区划代码改为六位",
    "converted-from-15-digits": "15 位证件号码按规则补为 18 位",
    "filled-from-other-column": "空白处按另一列补填",
}


def repair(kind: str) -> str:
    """Return what a kind of safe repair did."""
    return _REPAIRS.get(kind, f"规范写法（{kind}）")


def format_and_encoding(report: Report) -> str:
    """Return how the file was read."""
    name = _FORMATS.get(report.format, report.format)
    return f"{name}，编码 {report.encoding.upper()}" if report.encoding else name


def by_weight(report: Report) -> list[tuple[str, int]]:
    """Codes with their counts: errors before warnings, frequent ones first."""
    return sorted(report.counts.items(), key=lambda c: (report.levels[c[0]] is not Level.FATAL, -c[1], c[0]))


def next_steps(report: Report) -> Iterator[str]:
    """Say what the sender should do now."""
    if report.rows == 0:
        yield "文件中没有数据行，没有可报送的内容。"
    elif report.returned == 0:
        yield (
            f"{report.rows} 行全部通过，可以报送。"
            if not report.counts
            else (f"{report.rows} 行全部通过，可以报送；另有提醒事项，请顺便核对。")
        )
    elif report.accepted == 0:
        yield f"{report.rows} 行全部退回。请按下表改正后重新报送。"
    else:
        yield f"{report.accepted} 行通过，{report.returned} 行退回。通过的行可以先报送；退回的行改好后单独再报即可。"
