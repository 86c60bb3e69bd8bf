"""Lines of configurations as people may see them: without passwords, keys and community names.

* What stands behind a word that announces a secret is left out to the end of the line: rather too much than one character of a secret.
* Inside quotes, only the rest of the quotes is left out, so that a remark does not hide the rule that it belongs to.
* Whatever looks like a hash, a key or a certificate is left out without any word before it.
* INVARIANT: masking what is masked changes nothing.

Never here: which lines are shown (`shown`, `advice`).
"""

import re

from secaudit.model.text import Text

MASK = "***"

_WORDS = frozenset(
    {
        *("password", "passwd", "passphrase", "passcode", "pwd", "pw", "secret", "psk", "psksecret", "community", "enc", "md5"),
        *("key", "keys", "key-string", "set-key", "private-key", "authentication-key", "message-digest-key", "activation-key"),
        *("pre-shared-key", "preshared-key", "pre_shared_key", "ppk-secret", "wpa-psk", "sae-password", "api-key", "apikey"),
        *("ldap-login-password", "area-password", "domain-password", "group-password", "auth-pwd", "priv-pwd", "authpwd"),
        *("smtp-auth", "pop-before-smtp", "パスワード", "暗証番号", "合言葉", "事前共有鍵"),
    }
)
"""Words that announce a secret, as whole words."""

_OPENINGS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\s*(?:no )?snmp-server (?:host|user) \S+",
        r"\s*snmpv3 usm user \S+ \S+",
        r".*\bauth (?:username|myname) (?:\d+ )?\S+",
        r"\s*(?:no )?auth user (?:\d+ )?\S+",
        r"\s*(?:no )?login user \S+",
        r"\s*(?:no )?l2tp tunnel auth \S+",
        r"\s*(?:no )?ipsec ike (?:eap|xauth) \S+",
        r"\s*(?:no )?sip server \d+ \S+",
        r"\s*(?:no )?(?:standby|vrrp|glbp|ip nhrp|ip rip|ip ospf)\b.*?\bauthentication",
        r".*\bauthentication text",
        r".*\bauthorization:? (?:basic|bearer)",
        r"\s*set (?=\S*(?:pass(?!ive)|pwd|secret|psk|phrase|communit|token|private|credential|[-_]keys?\d*\s))\S+",
    )
)
"""Beginnings of commands whose next word may be a secret without a word that says so."""

_TOKEN = re.compile(r"""(?P<quoted>"[^"]*"?|'[^']*'?)|[^\s"']+|\s+""")
_GIVEN = re.compile(
    r"""\b([\w-]*(?:password|passwd|passphrase|secret|psk|auth-?key|token|community|auth|key))(=+|:=?)(?![\s=:*])(?:"[^"]*"?|'[^']*'?|\S+)""",
    re.IGNORECASE,
)
_LOGIN = re.compile(r"(?<=://)[^\s\x22']*@")
_CRYPT = re.compile(r"\$(?:\d{1,2}|[a-z0-9]{2,8})\$[^\s\"']*")
_LONG = re.compile(r"(?<![\w+/=])(?=[A-Za-z0-9+/=]*[0-9+=])[A-Za-z0-9+/]{32,}={0,2}(?![\w+/=])")
_HEX = re.compile(r"(?:\b[0-9A-Fa-f]{8}\b[ \t]*){4,}")
_PEM = re.compile(r"-----BEGIN.*")
_TICKED = re.compile(r"`([^`]*)`")


def masked(line: str) -> str:
    """Return a line, or several, without what may be a secret."""
    return "\n".join(_settled(one) for one in line.split("\n"))


def masked_text(text: Text) -> Text:
    """Return a text of ours whose quotations of a configuration (between back-ticks) hold no secret."""
    ja, en = (_TICKED.sub(lambda found: f"`{masked(found[1])}`", one) for one in (text.ja, text.en))
    return Text(ja=ja, en=en)


def _settled(line: str) -> str:
    """Mask until nothing changes: what one mask leaves behind may look like a secret by itself."""
    before = ""
    while line != before:
        before, line = line, _words(_shapes(line))
    return line


def _shapes(line: str) -> str:
    """Leave out what looks like a secret by itself."""
    line = _PEM.sub(MASK, line)
    line = _LOGIN.sub(f"{MASK}@", line)
    line = _CRYPT.sub(MASK, line)
    line = _HEX.sub(lambda found: MASK + " " * found[0].endswith(" "), line)
    line = _LONG.sub(MASK, line)
    return _GIVEN.sub(rf"\1\2{MASK}", line)


def _words(line: str) -> str:
    """Leave out what stands behind a word that announces a secret."""
    for opening in _OPENINGS:
        found = opening.match(line)
        if found is not None and line[found.end() :].strip():
            return f"{found[0]} {MASK}"
    kept = ""
    for token in _TOKEN.finditer(line):
        word = token[0]
        quote = word[0] if token["quoted"] else ""
        close = quote if len(word) > 1 and word.endswith(quote) else ""
        inner = word[len(quote) : len(word) - len(close)]
        if inner.strip(" :=：＝,").lower() in _WORDS and line[token.end() :].strip(" :=："):
            return f"{kept}{word} {MASK}"
        kept += f"{quote}{_words(inner)}{close}" if quote else word
    return kept
