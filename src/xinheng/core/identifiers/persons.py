"""Is this name a person's and nothing more? Traders without a trade name (无字号) are registered under their owner's."""

from __future__ import annotations

from typing import Final

from xinheng.core.identifiers.names import DOUBLE_SURNAMES

# The surnames of more than nine tenths of the population. Some are words as well (高, 金, 万): the two- or three-character
# name of a shop that happens to begin with one is treated as a person's. It is found by its code; nobody is found by mistake.
SURNAMES: Final = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范金石廖贾夏韦付傅方白邹孟熊秦邱丘江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞"
    "颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲"
    "房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙"
    "荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝封官谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强"
    "帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆"
    "茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由"
)
# A word for a shop, a body or a trade at the end: not a person's name, however short.
_BODIES: Final = frozenset(
    "店社厂场馆坊行部院所校会队站局处室楼园铺档摊屋家吧号堂轩阁居庄村司心学厅库房苑城街巷道厨吃饮食品业团委组网车床布衣鞋帽茶酒肉"
    "菜米面粉油盐花木石材瓷砖瓦电器灯具纸笔书报刊画药械械洗染发廊印修配件货运输寓宾旅"
)


def looks_like_bare_person(folded: str) -> bool:
    """Say whether a name, regions taken off, can be a person's: a surname and one or two characters, no word for a body."""
    surname = 2 if folded[:2] in DOUBLE_SURNAMES else 1
    if not 2 <= len(folded) <= surname + 2 or len(folded) == surname:
        return False
    if surname == 1 and folded[0] not in SURNAMES:
        return False
    return folded[-1] not in _BODIES and all("一" <= c <= "鿿" for c in folded)
