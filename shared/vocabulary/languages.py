"""Languages by ISO 639 code, as HSDS 3.1 `language.code` asks, with the name in itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """A language: code (ISO 639-1, or 639-3 where there is none), English name, own name."""

    code: str
    name: str
    autonym: str
    aliases: tuple[str, ...] = ()


_TABLE = (
    Language("en", "English", "English"),
    Language("es", "Spanish", "Español", ("castellano",)),
    Language("zh", "Chinese", "中文", ("mandarin", "cantonese")),
    Language("vi", "Vietnamese", "Tiếng Việt"),
    Language("ko", "Korean", "한국어"),
    Language("tl", "Tagalog", "Tagalog", ("filipino",)),
    Language("ar", "Arabic", "العربية"),
    Language("ru", "Russian", "Русский"),
    Language("ht", "Haitian Creole", "Kreyòl ayisyen", ("creole",)),
    Language("fr", "French", "Français"),
    Language("pt", "Portuguese", "Português", ("brazilian",)),
    Language("hi", "Hindi", "हिन्दी"),
    Language("th", "Thai", "ไทย"),
    Language("am", "Amharic", "አማርኛ"),
    Language("so", "Somali", "Soomaali"),
    Language("quc", "K'iche'", "K'iche'", ("quiche", "mayan")),
    Language("ase", "American Sign Language", "ASL", ("sign language", "deaf")),
)

LANGUAGES: dict[str, Language] = {language.code: language for language in _TABLE}
