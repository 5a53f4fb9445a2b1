"""What people paste as one text (收货人 张三，13800138000，江苏省常州市…) taken apart: name, phone, address."""

import re
import unicodedata

import msgspec

from orderloom.domain import phones

_CHARS_MAX = 1_000
_PHONE = re.compile(
    r"(?<![\d*])(?:\+?86[-\s]?)?(1[3-9][\d*]{9}|1[3-9]\d[-\s]\d{4}[-\s]\d{4}|0\d{2,3}-\d{7,8})(?:[-转]\d{1,6})?(?![\d*])"
)
_LABEL = re.compile(
    r"(收货人|收件人|联系人|姓名|名字|手机号码|手机号|手机|联系电话|电话|收货地址|收件地址|详细地址|所在地区|地址|地区)\s*[:：]\s*"
)
_NAMES = frozenset(("收货人", "收件人", "联系人", "姓名", "名字"))
_PEOPLE = re.compile(
    r"[\u4e00-\u9fff]{1,2}(?:·[\u4e00-\u9fff]{1,8})+|[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,2}(?:先生|女士|小姐|老师|经理)"
)
_PLACE = re.compile(r"[省市区县旗州盟镇乡村路街道巷弄号栋楼室层座园]$|^(?:北京|上海|天津|重庆|广东|浙江|江苏|中国)")
_BREAKS = re.compile(r"[\s,，;；、|\n\t]+")


class Pasted(msgspec.Struct, frozen=True):
    """The parts; what was not found is empty. `address` is the rest in its order, ready for `Divisions.read`."""

    name: str
    phone: phones.Phone
    address: str


def read(text: str) -> Pasted:
    """Take a pasted text apart. A name counts only by its label or when it stands alone as a word of its own."""
    plain = unicodedata.normalize("NFKC", text[:_CHARS_MAX]).strip()
    phone = phones.Phone("", "")
    found = _PHONE.search(plain)
    if found is not None:
        phone = phones.read(found.group())
        plain = f"{plain[: found.start()]} {plain[found.end() :]}"
    name = ""
    words: list[str] = []
    labelled = ""
    for word in _words(plain):
        if word in _NAMES or _LABEL.fullmatch(f"{word}:"):
            labelled = word
            continue
        if labelled in _NAMES and not name:
            name = word
        else:
            words.append(word)
        labelled = ""
    if not name:
        people = [word for word in words if _PEOPLE.fullmatch(word) and not _PLACE.search(word)]
        # The first or last word is where a name stands; one in the middle may be part of the address.
        name = next((word for word in people if word in (words[0], words[-1])), "") if len(words) > 1 else ""
        if name:
            words.remove(name)
    return Pasted(name, phone, " ".join(words))


def _words(plain: str) -> list[str]:
    return [word for word in _BREAKS.split(_LABEL.sub(r" \1 ", plain)) if word]
