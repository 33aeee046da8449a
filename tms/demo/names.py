"""Invented names: surnames and given names in common use, combined by chance."""

from __future__ import annotations

from tms.demo.dice import Dice

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏"
    "卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
#: So common that half of all people bear one of them.
FREQUENT = SURNAMES[:24]
COMPOUND = ("欧阳", "上官", "司徒", "诸葛", "皇甫")
MALE = (
    "伟强磊军洋勇杰涛超明刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林博成东峰建志文国海江"
    "毅诚睿哲恒昊阳晨"
)
FEMALE = (
    "芳娜敏静丽艳娟霞秀燕玲桂丹萍红玉兰英华慧巧美珍莉凤洁梅琳素云莲真环雪荣爱妹香月莺媛瑞凡佳嘉琼勤"
)
SHARED = "子雨思欣一文晓天安清雅明家永志春秋冬海兴若书景怡"


def full_name(dice: Dice, gender: str) -> str:
    """A name for somebody of *gender* (1 male, 2 female)."""
    return surname(dice) + given_name(dice, gender)


def surname(dice: Dice) -> str:
    """One of a hundred; now and then one of two characters."""
    if dice.chance(0.005):
        return dice.pick(COMPOUND)
    return dice.pick(FREQUENT if dice.chance(0.5) else SURNAMES)


def given_name(dice: Dice, gender: str) -> str:
    """One character for a quarter of people, else two."""
    own = MALE if gender == "1" else FEMALE
    last = dice.pick(own)
    return last if dice.chance(0.25) else dice.pick(SHARED + own) + last


#: Places of the invented province, put together from two halves.
FIRST = "云清青白长南石东龙金安平永新福宁湖松玉兰"
SECOND = "溪山川河陵泉岭阳浦江田丰"
TOWNS = ("城关", "中心", "实验", "育才", "新华", "文峰", "朝阳", "启明", "光明", "希望")
#: Names from here on are left to cities.
FAR = 200


def place_name(number: int) -> str:
    """A different name for each of the first 240 numbers."""
    round_, first = divmod(number, len(FIRST))
    return FIRST[first] + SECOND[(round_ + first) % len(SECOND)]


def county_name(number: int) -> str:
    """Every third county is a district."""
    return place_name(number) + ("区" if number % 3 == 0 else "县")


def town_name(number: int) -> str:
    """What the schools of a county are named after, in turn."""
    if number < len(TOWNS):
        return TOWNS[number]
    return place_name(number - len(TOWNS)) + "镇"


def city_name(number: int) -> str:
    """示例市 first; the others are not named like counties."""
    return place_name(number + FAR) + "市" if number else "示例市"
