"""Passwords of twelve and more characters that everybody tries first, in lower case.

Put together by hand from the patterns that published breach statistics agree on: keyboard rows, counting, the word
"password" and greetings in German and English, with the usual digits behind. Shorter ones are refused by length.
"""

from __future__ import annotations

_COUNTING = (
    "123456789012 1234567890123 1234567890123456 12345678901234567890 0123456789012 123456123456 123123123123 "
    "098765432109 987654321098 1234567891011 123456789123 123456789abc abcdefghijkl abcdefghijklm abcdefghijklmnop "
    "abcd1234abcd abc123abc123 a1b2c3d4e5f6 1a2b3c4d5e6f 1q2w3e4r5t6y 1q2w3e4r5t6z 1qaz2wsx3edc "
    "q1w2e3r4t5y6 q1w2e3r4t5z6"
)
_KEYBOARD = (
    "qwertzuiopasdf qwertzuiopue qwertzuiopüasdf qwertzuiop12 qwertzuiop123 qwertz123456 qwertz1234567 "
    "qwertyuiopas qwertyuiop12 qwertyuiop123 qwertyuiopasdf qwertyuiopasdfghjkl qwerty123456 qwerty1234567 "
    "asdfghjklöäü asdfghjkl123 asdfghjkl1234 asdfasdfasdf qwerqwerqwer yxcvbnm12345 zxcvbnm12345 yxcvbnmasdfghjkl"
)
_WORDS = (
    "password1234 password12345 password123456 passwordpassword passwort1234 passwort12345 passwort123456 passwort2024 "
    "passwort2025 passwort2026 passwortpasswort passwort123! password123! password2024 password2025 password2026 "
    "meinpasswort meinpasswort1 meinpasswort123 geheimgeheim geheim123456 geheimespasswort sicherespasswort "
    "hallohallo12 hallohallohallo hallo1234567 hallo12345678 hallo123456789 willkommen12 willkommen123 willkommen1234 "
    "welcome12345 welcome123456 letmein12345 iloveyou1234 iloveyou12345 ichliebedich ichliebedich1 ichliebedich123 "
    "schatzschatz schatz123456 sonnenschein1 sonnenschein123 sonnenschein schalke04schalke fcbayern1900 "
    "borussiadortmund "
    "fussball1234 administrator administrator1 admin1234567 admin123456789 adminadminadmin changeme1234 "
    "changemechangeme "
    "computer1234 internet1234 master123456 testtesttest test12345678 test123456789 testpasswort passwordtest "
    "deutschland1 deutschland123 baden-baden1 startpasswort kennwort1234 kennwortkennwort "
    "superman1234 schmetterling schmetterling1 correcthorsebatterystaple"
)

COMMON_PASSWORDS = frozenset(f"{_COUNTING} {_KEYBOARD} {_WORDS}".split())
