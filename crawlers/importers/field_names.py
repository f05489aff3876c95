"""What tables and JSON call the parts of a post, in the languages that Lurewatch reads; best first.

Names are compared by `bare`, so that "Post URL", "post_url", "postUrl" and "post.url" are one.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

FIELDS: dict[str, tuple[str, ...]] = {
    "text": (
        "text", "full text", "body", "post text", "message", "content", "job description", "self text", "tweet",
        "tweet text", "post content", "message text", "text original", "caption text", "caption", "description",
        "post", "comment", "comment text", "text display", "contents", "desc", "status", "advert", "details",
        "hit sentence", "snippet", "nội dung", "nội dung bài viết", "bài viết", "mô tả", "tin nhắn", "bình luận",
        "ข้อความ", "รายละเอียด", "เนื้อหา", "โพสต์", "ความคิดเห็น", "内容", "正文", "內容", "文本", "描述", "消息", "訊息",
        "评论", "貼文", "本文", "内容文", "投稿内容", "メッセージ", "내용", "본문", "메시지", "댓글", "texte",
        "contenu", "message texte", "texto", "contenido", "mensaje", "descripción", "mensagem", "descrição",
        "conteúdo", "isi", "isi postingan", "isi pesan", "pesan", "postingan", "deskripsi", "keterangan", "teks",
        "kandungan", "mesej", "текст", "сообщение", "описание", "пост", "матн", "النص", "الرسالة", "المحتوى",
        "الوصف", "المنشور", "متن", "پیغام", "metin", "mesaj", "açıklama", "içerik", "gönderi", "matn", "xabar",
        "पाठ", "विवरण", "संदेश", "सन्देश", "পাঠ্য", "বিবরণ", "বার্তা", "লেখা", "चिठी", "စာသား", "အကြောင်းအရာ", "အသေးစိတ်",
        "អត្ថបទ", "សារ", "ខ្លឹមសារ", "ຂໍ້ຄວາມ", "ເນື້ອໃນ", "ujumbe", "maelezo", "mensahe", "nilalaman", "teksto", "செய்தி",
        "உரை", "විස්තරය", "පණිවිඩය", "ጽሑፍ", "መልእክት",
    ),
    "title": (
        "title", "subject", "job title", "headline", "position", "display title", "tiêu đề", "chức danh", "หัวข้อ",
        "ชื่อเรื่อง", "ตำแหน่ง", "标题", "標題", "职位", "職位", "件名", "タイトル", "제목", "titre", "título", "asunto",
        "judul", "tajuk", "заголовок", "должность", "العنوان", "başlık", "शीर्षक", "শিরোনাম", "sarlavha", "عنوان",
        "ခေါင်းစဉ်", "ចំណងជើង", "ຫົວຂໍ້", "kichwa", "pamagat", "தலைப்பு", "මාතෘකාව", "ርዕስ",
    ),
    "author": (
        "author", "author name", "user", "username", "user name", "author username", "author unique id",
        "author user username", "author meta name", "user username", "user screen name", "user unique id",
        "screen name", "sender", "sender name", "from", "from name", "name", "posted by", "poster",
        "owner username", "owner name", "owner", "post owner name", "account name", "account", "account username",
        "channel title", "channel name", "channel", "nickname", "handle", "post author", "company", "company name",
        "employer", "page name", "group name", "tác giả", "người đăng", "người gửi", "tên", "công ty", "ผู้เขียน",
        "ผู้โพสต์", "ผู้ส่ง", "ชื่อผู้ใช้", "ชื่อ", "บริษัท", "作者", "发布者", "发布人", "用户", "用户名", "昵称", "發布者",
        "發文者", "用戶", "暱稱", "公司", "投稿者", "送信者", "会社名", "작성자", "보낸사람", "auteur",
        "expéditeur", "entreprise", "autor",  # codespell:ignore autor
        "remitente", "usuario", "empresa", "remetente", "usuário", "penulis", "pengirim", "nama", "nama pengguna",
        "pengguna", "perusahaan", "penghantar", "syarikat", "автор", "отправитель", "имя", "компания", "الكاتب",
        "المرسل", "اسم المستخدم", "الاسم", "الناشر", "الشركة", "نویسنده", "مصنف", "yazar", "gönderen", "kullanıcı",
        "muallif", "yuboruvchi", "लेखक", "प्रेषक", "লেখক", "প্রেরক", "ရေးသူ", "ပို့သူ", "အမည်", "អ្នកនិពន្ធ", "អ្នកបង្ហោះ",
        "អ្នកផ្ញើ", "ឈ្មោះ", "ຜູ້ຂຽນ", "ຜູ້ສົ່ງ", "ຊື່", "mwandishi", "mtumaji", "may akda", "nagpadala", "pangalan",
        "ஆசிரியர்", "කර්තෘ", "ጸሐፊ", "ላኪ",
    ),
    "posted_at": (
        "unix timestamp", "created utc", "taken at timestamp", "posted at", "date posted", "post date", "posted",
        "posted on", "published at", "published on", "published", "publish date", "publication date", "pub date",
        "post created", "post created at", "post time", "posted date", "created at", "created time", "created on",
        "create time", "create time iso", "created", "date created", "creation time", "creation date",
        "creation timestamp", "taken at", "sent at", "sent", "date sent", "datetime", "date time", "timestamp",
        "date utc", "date", "time", "ngày đăng", "ngày", "thời gian", "ngày giờ", "thời gian đăng", "วันที่โพสต์",
        "วันที่", "วันเวลา", "เวลา", "日期", "时间", "時間", "发布时间", "發布時間", "发布日期", "發佈時間", "日時",
        "投稿日時", "投稿日", "日付", "날짜", "작성일", "작성일시", "일시", "date de publication",
        "date publication", "date heure", "fecha", "fecha de publicación", "fecha y hora", "data",
        "data de publicação", "data hora", "tanggal", "waktu", "tanggal posting", "tarikh", "masa", "дата",
        "дата публикации", "время", "التاريخ", "تاريخ النشر", "الوقت", "تاریخ", "tarih", "sana", "दिनांक", "तारीख",
        "मिति", "তারিখ", "ရက်စွဲ", "နေ့စွဲ", "កាលបរិច្ឆេទ", "ថ្ងៃ", "ວັນທີ", "tarehe", "petsa", "தேதி", "දිනය", "ቀን",
    ),
    "url": (
        "permalink", "permalink url", "post url", "tweet url", "post link", "message link", "url", "web video url",
        "link", "tweet link", "web url", "web address", "job url", "uri", "hyperlink", "mcl url", "liên kết",
        "đường dẫn", "ลิงก์", "ลิงค์", "链接", "網址", "网址", "連結", "リンク", "링크", "lien", "enlace", "tautan",
        "pautan", "ссылка", "الرابط", "رابط", "bağlantı", "havola", "लिंक", "লিংক", "လင့်", "តំណ", "ລິ້ງ", "kiungo",
    ),
    "location": (
        "location", "place", "city", "country", "location name", "địa điểm", "nơi làm việc", "สถานที่", "地点",
        "地點", "勤務地", "지역", "lieu", "lugar", "ubicación", "local", "lokasi", "место", "город", "الموقع",
        "konum",
    ),
    "salary": (
        "salary", "pay", "wage", "wages", "lương", "mức lương", "เงินเดือน", "薪资", "薪水", "工资", "給与", "급여",
        "salaire", "salario", "sueldo", "salário", "gaji", "зарплата", "الراتب", "maaş",
    ),
    "native_id": (
        "native id", "id", "post id", "message id", "item id", "tweet id", "comment id", "video id", "id str",
    ),
    "lang_hint": (
        "lang hint", "language", "lang",
    ),
}  # fmt: skip
# A time of day that stands in a column of its own, beside that of the day.
CLOCKS = (
    "time", "hour", "giờ", "thời gian", "เวลา", "时间", "時間", "時刻", "시간", "heure", "hora", "jam", "waktu",
    "masa", "время", "الوقت", "الساعة", "saat", "vaqt", "समय", "সময়", "အချိန်", "ម៉ោង", "ເວລາ", "muda", "oras",
)  # fmt: skip
_PARTING = str.maketrans("", "", " _-./:#*\t\n\u00a0")
_DEEPEST = 3


@lru_cache(maxsize=10_000)
def bare(name: str) -> str:
    """`name` in lower case without what parts its words."""
    return name.casefold().translate(_PARTING)


_BARE = {field: tuple(bare(name) for name in names) for field, names in FIELDS.items()}
_BARE_CLOCKS = frozenset(bare(name) for name in CLOCKS)
_FIELD_OF = {name: field for field, names in reversed(_BARE.items()) for name in names}


def fields_among(names: Iterable[str]) -> dict[str, str]:
    """The best of `names` for each part of a post that they name."""
    present: dict[str, str] = {}
    for name in names:
        present.setdefault(bare(name), name)
    best = {field: next((name for name in known if name in present), None) for field, known in _BARE.items()}
    return {field: present[name] for field, name in best.items() if name}


def fields_in(item: Mapping[str, Any], said: Mapping[str, str]) -> dict[str, str]:
    """What a JSON object says of each part of a post; `said` has the names that a person gave."""
    named: dict[str, str] = {}
    for name, value in leaves(item):
        if value:
            named.setdefault(bare(name), value)
    ways = {field: (bare(said[field]), *known) if field in said else known for field, known in _BARE.items()}
    best = {field: next((named[name] for name in known if name in named), None) for field, known in ways.items()}
    return {field: value for field, value in best.items() if value}


def names_a_post(cells: Iterable[str]) -> bool:
    """Whether `cells` look like a row of names: words for a post's text or title, and for something else of it."""
    named = {_FIELD_OF[name] for name in map(bare, cells) if name in _FIELD_OF}
    return bool(named & {"text", "title"}) and len(named) > 1


def is_date_name(name: str) -> bool:
    """Whether a column of that name holds dates."""
    return _FIELD_OF.get(bare(name)) == "posted_at"


def clock_among(names: Iterable[str]) -> str | None:
    """The name for a time of day."""
    return next((name for name in names if bare(name) in _BARE_CLOCKS), None)


def leaves(value: Mapping[str, Any], depth: int = _DEEPEST) -> Iterator[tuple[str, str]]:
    """Texts and numbers of a JSON object by the way to them, such as `user.name`; lists are left out."""
    for key, each in value.items():
        if isinstance(each, dict) and depth:
            yield from ((f"{key}.{further}", found) for further, found in leaves(each, depth - 1))
        elif isinstance(each, str | int | float) and not isinstance(each, bool):
            text = f"{each:.0f}" if isinstance(each, float) and each.is_integer() else str(each)
            yield key, text.strip()
