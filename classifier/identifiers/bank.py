"""Bank accounts: IBANs by their checksum, other numbers only behind the words for one."""

from collections.abc import Iterator
from typing import ClassVar

import regex
from stdnum import iban

from classifier.identifiers.base import IdentifierType, Mention
from classifier.identifiers.view import View

_IBAN = regex.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{2,4}){2,8}(?![A-Za-z0-9])")
_WORDS = (
    r"stk|s[ốo] ?t[àa]i ?kho[ảa]n|s[ốo] tk|tknh|account (?:no|number|num)|acc(?:t|ount)? ?(?:no|number|#)|"
    r"a/c(?: no)?|bank (?:acc(?:ount)?|a/c)|เลขบัญชี|เลขที่บัญชี|บัญชีธนาคาร|(?:no(?:mo?r)?\.? ?)?rek(?:ening)?|"
    r"no\.? ?akaun|akaun bank|លេខគណនី|គណនីធនាគារ|ဘဏ်အကောင့်|အကောင့်နံပါတ်|ເລກບັນຊີ|บช\.?|银行卡号?|銀行卡號?|卡号|卡號|账号|"
    r"帳號|账户|口座番号|口座|계좌번호|계좌|हिसाब नंबर|खाता (?:नंबर|संख्या|नम्बर)|खाता|অ্যাকাউন্ট (?:নম্বর|নং)|হিসাব নম্বর|"
    r"اکاؤنٹ نمبر|رقم الحساب|номер (?:карты|счета|сч[её]та)|карта сбер\w*|hisob raqami|karta raqami|hesap no|"
    r"கணக்கு எண்|ගිණුම් අංකය|የሂሳብ ቁጥር|nambari ya akaunti|numéro de compte|n[úu]mero de (?:cuenta|conta)|"
    r"cuenta bancaria|conta banc[áa]ria|gcash|paymaya|bkash|nagad|kbz ?pay|wave ?pay|aba"
)
# Where one of these stands before the number, it is a telephone number.
_CALL = r"zalo|sđt|sdt|lh|tel|phone|hotline|line|ไลน์|โทร|what.?s ?app|電話|电话"
_BEHIND_WORD = regex.compile(
    rf"(?i)(?<![\p{{L}}\p{{N}}])(?:{_WORDS})(?![\p{{Latin}}])(?:(?!{_CALL})[^\d\n+!?@]){{0,25}}"
    r"(?P<number>\d(?:[ .\-]?\d){5,19})(?![\p{Latin}\d])"
)
_SHORTEST, _LONGEST = 6, 20


class BankAccount(IdentifierType):
    """An IBAN without spaces, or the digits of an account or card."""

    name: ClassVar[str] = "bank_account"

    def clean(self, raw: str, region: str | None = None) -> str | None:  # noqa: ARG002
        compact = regex.sub(r"[\s.\-]", "", raw)
        if compact.isascii() and compact.isdigit():
            return compact if _SHORTEST <= len(compact) <= _LONGEST else None
        return compact if iban.is_valid(compact) else None

    def find(self, view: View) -> Iterator[Mention]:
        if not view.has_digits:
            return
        for match in _IBAN.finditer(view.text):
            yield from self._iban(*match.span(), match[0])
        for match in _BEHIND_WORD.finditer(view.text):
            normalized = self.clean(match["number"])
            if normalized:
                yield Mention(*match.span("number"), normalized)

    def _iban(self, start: int, end: int, raw: str) -> Iterator[Mention]:
        """The candidate, or what is left of it without words in capitals behind it."""
        while raw:
            normalized = self.clean(raw)
            if normalized:
                yield Mention(start, end, normalized)
                return
            raw = raw.rpartition(" ")[0]
            end = start + len(raw)

    def specificity(self, normalized: str) -> float:  # noqa: ARG002
        return 0.9
