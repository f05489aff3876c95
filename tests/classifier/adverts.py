"""Invented adverts in many scripts, and variants of them as reposts differ, for the tests of campaigns."""

import random

import regex

ADVERTS = {
    "vi": (
        "Tuyển gấp nhân viên gõ máy tính, không cần kinh nghiệm. Bao ăn ở và vé máy bay hai chiều. Lư"
        "ơng tháng đầu tám trăm đô, thưởng theo doanh số. Làm trong phòng máy lạnh, nghỉ bốn ngày mỗi"
        " tháng. Ai đi được tuần này nhắn ngay."
    ),
    "en": (
        "Looking for chat agents who can type well, no degree needed. The company books the flight an"
        "d gives a shared room with meals. First month pays twelve hundred, bonus after that. Work is"
        " indoors, four days off. Seats for Friday."
    ),
    "es": (
        "Se buscan operadores de chat para oficina en el extranjero, sin estudios. La empresa paga el"
        " vuelo, la comida y el cuarto compartido. Sueldo de mil doscientos al mes más bonos. Turnos "
        "de noche, un descanso semanal. Salimos el viernes."
    ),
    "ru": (
        "Требуются операторы чата за границу, опыт не нужен, всему научим на месте. Компания оплачива"
        "ет билет, жильё и питание для всех. Оклад тысяча двести плюс проценты с продаж. Работа в офи"
        "се, один выходной. Вылет в пятницу, пишите."
    ),
    "zh": (
        "急招聊天打字员，无需学历经验，到岗有人带。公司报销往返机票，住四人间，每天三餐免费供应。首月"
        "保底八千，之后按业绩拿提成，多劳多得。办公室有空调，每月休四天，生日发红包。本周五统一出发，"
        "名额只剩六个，想来的尽快发照片。"
    ),
    "ja": (
        "海外のコールセンターで働く方を急募しています。経験も語学も必要なく、研修は現地で行います。航"
        "空券と寮と食事は会社が全額負担します。初月から四十万円を保証し、成績に応じて歩合を加算します"
        "。休みは月に四日、出発は今週の金曜日です。"
    ),
    "ko": (
        "해외 사무실에서 채팅 상담을 맡을 직원을 급하게 모집합니다. 경력과 학력은 보지 않고 현지에서 "
        "가르쳐 드립니다. 항공권과 숙소와 식사는 모두 회사가 부담합니다. 첫 달 삼백만 원을 보장하고 "
        "실적에 따라 수당이 붙습니다. 이번 금요일에 함께 출발합니다."
    ),
    "th": (
        "รับสมัครพนักงานพิมพ์แชทด่วนไม่ต้องมีประสบการณ์ บริษัทออกค่าตั๋วเครื่องบินและมีห้องพักรวมพร้อ"
        "มอาหารสามมื้อ เดือนแรกได้สามหมื่นบาทผ่านโปรแล้วมีค่าคอมเพิ่ม ทำงานในห้องแอร์หยุดเดือนละสี่วั"
        "น ใครพร้อมเดินทางวันศุกร์นี้ทักมาได้เลย"
    ),
    "km": (
        "ត្រូវការបុគ្គលិកវាយអក្សរជាបន្ទាន់ មិនចាំបាច់មានបទពិសោធន៍ទេ ក្រុមហ៊ុនចេញថ្លៃសំបុត្រយន្តហោះ មា"
        "នបន្ទប់ស្នាក់នៅនិងអាហារបីពេល ខែដំបូងទទួលបានប្រាំរយដុល្លារ បន្ទាប់មកមានប្រាក់លើកទឹកចិត្ត ធ្វើ"
        "ការក្នុងបន្ទប់ម៉ាស៊ីនត្រជាក់ ឈប់សម្រាកបួនថ្ងៃក្នុងមួយខែ ចេញដំណើរថ្ងៃសុក្រនេះ"
    ),
    "my": (
        "စာရိုက်ဝန်ထမ်းများ အမြန်ခေါ်ယူနေပါသည်၊ အတွေ့အကြုံမလိုပါ။ ကုမ္ပဏီက လေယာဉ်လက်မှတ်ဖိုး ပေးပြီး "
        "နေစရာနှင့် အစားအသောက် ပါပါသည်။ ပထမလ လစာ ဆယ်သိန်း အာမခံပြီး နောက်ပိုင်း ကော်မရှင် ရပါမည်။ အဲကွ"
        "န်းခန်းထဲ အလုပ်လုပ်ရပြီး တစ်လလေးရက် နားရပါသည်။"
    ),
    "hi": (
        "चैट पर बात करने वाले कर्मचारी तुरंत चाहिए, अनुभव या डिग्री ज़रूरी नहीं है। कंपनी हवाई टिकट, "
        "कमरा और तीन समय का खाना देगी। पहले महीने पचास हज़ार की गारंटी और उसके बाद कमीशन मिलेगा। एसी "
        "दफ़्तर में काम, महीने में चार छुट्टियाँ। शुक्रवार को निकलना है।"
    ),
    "ar": (
        "مطلوب موظفو محادثة للعمل في مكتب خارج البلاد دون شهادة أو خبرة سابقة. الشركة تدفع تذكرة الطا"
        "ئرة وتوفر غرفة مشتركة ووجبات يومية للجميع. راتب الشهر الأول ألف ومئتان مع عمولة على المبيعات"
        ". العمل داخل مكتب مكيف وعطلة أسبوعية. السفر يوم الجمعة."
    ),
}
_OTHER_WORDS = {
    "vi": "xinh mới rẻ bạn cùng",
    "en": "quick friendly overseas newest trusted",
    "es": "nuevo rápido amable seguro serio",
    "ru": "новый быстро честно дружно срочно",
    "zh": "真诚 靠谱 全新 好友 快速",
    "ja": "安心 新規 最高 仲間 特別",
    "ko": "빠른 새로운 친절한 믿을 좋은",
    "th": "ดีมาก ใหม่ เร็ว เพื่อน จริง",
    "km": "ថ្មី ល្អ លឿន មិត្ត ពិត",
    "my": "အသစ် ကောင်း မြန် မိတ် တကယ်",
    "hi": "नया अच्छा जल्दी सच्चा दोस्त",
    "ar": "جديد سريع ممتاز صادق أصدقاء",
}
_SPACELESS = {"zh", "ja", "th", "km"}


def variant(language: str, edits: int, seed: int) -> str:
    """The advert with so many words changed; where no spaces are written, two or three characters for a word."""
    rng = random.Random(seed)
    others = _OTHER_WORDS[language].split()
    units = _units(language, ADVERTS[language])
    for place in rng.sample([n for n, unit in enumerate(units) if regex.search(r"\p{L}", unit)], edits):
        units[place] = rng.choice(others)
    return ("" if language in _SPACELESS else " ").join(units)


def _units(language: str, text: str) -> list[str]:
    if language not in _SPACELESS:
        return text.split(" ")
    clusters = regex.findall(r"\X", text)
    size = 2 if language in {"zh", "ja"} else 3
    return ["".join(clusters[n : n + size]) for n in range(0, len(clusters), size)]


def reordered(text: str) -> str:
    """The sentences (or clauses) the other way round."""
    parts = [part for part in regex.split(r"(?<=[.。။।၊,，])", text) if part.strip()]
    return " ".join(reversed(parts if len(parts) > 1 else text.split(" ")))
