"""Why a file cannot be used, in words that say what to do next. One line for each reason."""

from __future__ import annotations

from xinheng.core.intake.finding import FileUnusable

REASONS = {
    "file.missing": "找不到这个文件。请核对文件名和所在文件夹后再试。",
    "file.is-folder": "这是一个文件夹，不是文件。请选择其中的一个文件上传。",
    "file.unreadable": "没有读取这个文件的权限，或文件正被其他程序占用。请关闭正在打开它的程序后再试。",
    "file.empty": "文件是空的，没有任何内容。请确认已保存后重新上传。",
    "file.no-rows": "文件只有表头，没有数据行。本期确无数据的，请办理零报送；否则请填好数据后重新上传。",
    "file.encrypted": "文件已加密，请去掉打开密码后重新上传。",
    "file.damaged": "文件不完整或已损坏，无法打开。请重新导出或另存一份后再上传。",
    "file.not-a-workbook": "这是{what}，不是表格文件。请把数据放进 xlsx、xls 或 csv 文件后上传。",
    "file.is-html": "这个文件实际是网页（HTML），只是用了表格的扩展名。请用 Excel 或 WPS 打开，另存为“Excel 工作簿（*.xlsx）”后重新上传。",
    "file.is-binary": "文件内容不是文本，也不是能识别的表格。请另存为 xlsx 或 csv 后重新上传。",
    "file.not-supported": "这是{what}，暂不能直接读取。请另存为“Excel 工作簿（*.xlsx）”后重新上传。",
    "file.too-large": "文件展开后过大（{what}），为保护系统未予打开。请拆分成几个文件，或删除表格以外多余的空行、空列和格式后重新上传。",
    "file.unsafe-xml": "工作簿里含有外部定义（DOCTYPE），正常保存的表格不会有。请用 Excel 或 WPS 打开另存为新的 xlsx 后再上传。",
    "file.unclosed-quote": "第 {line} 行有一个英文双引号没有成对，其后的内容无法可靠分列。请在该行补上或删去这个引号，或改用 xlsx 报送。",
    "file.encoding-unknown": "看不出文件用的是哪种文字编码。请用 Excel 或 WPS 打开，另存为“CSV UTF-8”或 xlsx 后重新上传。",
    "file.encoding-broken": "第 {row} 行有无法按 {encoding} 编码识别的字符，可能是拼接了不同编码的文件。请更正该行文字，或统一另存为“CSV UTF-8”后重新上传。",
    "file.character-broken": "第 {row} 条记录的“{field}”里有残缺的字符（单独出现的 \\ud800 至 \\udfff），无法识别原来是什么字。请更正该字段后重新上传。",
    "file.json-malformed": "JSON 格式有误（{what}）。请更正后重新上传。",
    "file.json-shape": "JSON 应是记录的数组，或在 rows、data、records、list 之一下放记录的数组；每条记录是一个对象。",
    "file.names-unusable": "记录的字段名为空、过多或与系统保留名相同，无法对应到列。请按目录项的字段名填写后重新上传。",
}


def refuse(code: str, **facts: object) -> FileUnusable:
    """Return the exception to raise for this reason."""
    return FileUnusable(code=code, message=REASONS[code].format(**facts))
