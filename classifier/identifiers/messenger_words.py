"""The words for messengers in the languages that are watched, and the patterns around them."""

import regex

from classifier.cleaning import readable

TELEGRAM = (
    r"telegram|telegarm|tele|tlg|tg|телеграмм?|телега|телеге|тг|تلغرام|تليجرام|تيليجرام|تلگرام|"
    r"ٹیلیگرام|ٹیلی گرام|เทเลแกรม|เทเล|텔레그램|텔레|テレグラム|电报|電報|纸飞机|飞机号?|टेलीग्राम|টেলিগ্রাম|"
    r"டெலிகிராம்|ටෙලිග්‍රෑම්|"
    r"តេឡេក្រាម|ເທເລແກຣມ|တယ်လီဂရမ်|ቴሌግራም"
)
WHATSAPP = (
    r"what.?s ?app|whatsap|whatapp|watsapp?|wasap|wsp|wpp|wapp|wa|ватсапп?|вотсапп?|вацап|واتساب|واتس ?اب|واتس|"
    r"واٹس ?ایپ|व्हाट्सएप|व्हाट्सऐप|वाट्सएप|হোয়াটসঅ্যাপ|হোয়াটসআ্যাপ|வாட்ஸ்அப்|වට්ස්ඇප්|왓츠앱|วอทแอพ|วอตส์แอป|"
    r"ዋትሳፕ|ဝပ်ဆပ်|វ៉ាត់សាប់"
)
LINE = r"line|ไลน์|ไลน|ไอดีไลน์|แอดไลน์|ライン|라인|ລາຍ|加?賴"
ZALO = r"zalo|zl"
WECHAT = (
    r"wechat|we chat|weixin|wei xin|vx|wx|微信|薇信|威信|徽信|v信|加v|加薇|加微|"
    r"วีแชท|위챗|وي ?شات|вичат|ウィーチャット|វីឆាត"
)
OTHERS = (
    r"instagram|insta|ig|tik ?tok|twitter|threads|facebook|fb|messenger|youtube|yt|snapchat|snap|skype|viber|"
    r"discord|kakao|вк|vk"
)

# What stands between the word for a messenger and the name: separators, emojis, "id", another messenger's name.
_LEAD = (
    r"(?P<lead>(?>(?:[\s:=\-–—>~\[*•|/&,.\"'“”]|\((?!\d{1,5}\))|\p{Extended_Pictographic}|\ufe0f|号|號|群|ไอดี|"
    r"(?:id|user(?:name)?|nick|acc(?:ount)?|us|me|at|is|là|no|number|số|qua|hoặc|or|and|atau|và|только|айди|"
    rf"{TELEGRAM}|{WHATSAPP}|{LINE}|{ZALO}|{WECHAT})(?![\p{{L}}\p{{N}}_])){{0,12}}))"
)
BEFORE = r"(?i)(?<![\p{Latin}\p{Cyrillic}\p{Arabic}\p{N}_@])"
_NUMBER = r"(?P<number>\+?\(?\d(?:[ ().\-]{0,2}\d){6,14})(?![\p{Latin}\d])"


def link_pattern(pattern: str) -> "regex.Pattern[str]":
    """A link whose host and path match `pattern`, with or without scheme, to its end."""
    return regex.compile(rf"(?i)(?<![\w.@\-])(?:https?://)?(?:www\.)?(?:{pattern})(?:[/?#][^\s<>\"']*)?")


def name_pattern(words: str, name: str) -> "regex.Pattern[str]":
    """One of the words, what may stand between, and a name: groups `word`, `lead`, `at` and `name`."""
    return regex.compile(
        rf"{BEFORE}(?P<word>{readable(words).text}){readable(_LEAD).text}(?P<at>@?)(?P<name>{name})(?![\p{{Latin}}\d_@/]|\.\w)"
    )


def number_pattern(words: str) -> "regex.Pattern[str]":
    """A number behind one of the words (group `number`), or before it as in `0900 000 031 (Zalo)` (`first`)."""
    words, lead = readable(words).text, readable(_LEAD).text
    after = rf"{BEFORE}(?:{words})(?![\p{{Latin}}]){lead}{_NUMBER}"
    first = _NUMBER.replace("number", "first")
    before = rf"(?<![\w+]){first}[ ]?[(\[/,\-–]?[ ]?(?:{words})(?![\p{{L}}\p{{N}}])(?!\s*[:=]?\s*[+\d@])"
    return regex.compile(f"(?:{after})|(?:{before})")
