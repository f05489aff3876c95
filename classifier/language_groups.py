"""Groups of languages that are calibrated and judged together: each alone has too few labelled posts."""

LANGUAGE_GROUPS = {
    "maritime South-East Asia and Viet Nam": ("vi", "id", "ms", "tl"),
    "mainland South-East Asia, unspaced": ("th", "lo", "km", "my"),
    "South Asia": ("hi", "bn", "ne", "ur", "ta", "si"),
    "East Asia": ("zh", "ja", "ko"),
    "western Europe": ("en", "fr", "es", "pt"),
    "others": ("ru", "uz", "tr", "ar", "am", "sw"),
}
GROUP_OF_LANGUAGE = {lang: group for group, langs in LANGUAGE_GROUPS.items() for lang in langs}
