"""What the engine says, in both languages; declared rules bring their own words."""

from __future__ import annotations

from typing import Final

from tms.dictionary.terms import Kind

#: {zh} and {en} are the label, the rest is explained by its name.
MESSAGES: Final = {
    "required": ("请填写“{zh}”。", "Please fill in “{en}”."),
    "forbidden": (
        "按其他项的填写情况，“{zh}”不应填写，请清空。",
        "With the other entries as they are, “{en}” must stay empty.",
    ),
    "code": (
        "“{zh}”的值不在可选项之内，请重新选择。",
        "“{en}” is not one of the choices; please choose again.",
    ),
    "type": ("“{zh}”应为{form_zh}。", "“{en}” should be {form_en}."),
    "length": ("“{zh}”不能超过{length}个字符。", "“{en}” must not exceed {length} characters."),
    "range": (
        "“{zh}”应在{minimum}到{maximum}之间。",
        "“{en}” should lie between {minimum} and {maximum}.",
    ),
    "min_records": (
        "“{zh}”至少应有{count}条记录。",
        "“{en}” needs records: at least {count}.",
    ),
    "none_record": (
        "“{zh}”填写为“无”时，本表不能再有其他记录。",
        "“{en}” says there is nothing to report: no other record may stand beside it.",
    ),
    "natural_key": (
        "“{zh}”中有重复的记录。",
        "“{en}” has the same record twice.",
    ),
    "campaign_year": (
        "“{zh}”缺少{year}年度的记录。",
        "“{en}” has no record for {year}.",
    ),
}

FORMS: Final = {
    Kind.TEXT: ("文字", "text"),
    Kind.CODE: ("代码", "a code"),
    Kind.DATE: ("日期，如2020-01-31", "a date such as 2020-01-31"),
    Kind.MONTH: ("年月，如2020-01", "a month such as 2020-01"),
    Kind.YEAR: ("年份，如2020", "a year such as 2020"),
    Kind.INTEGER: ("整数", "a whole number"),
    Kind.DECIMAL: ("数字", "a number"),
    Kind.ID_NUMBER: ("证件号码", "the number of a document"),
    Kind.PHOTO: ("照片", "a photo"),
}
