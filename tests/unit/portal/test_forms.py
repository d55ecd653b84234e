"""The form that takes the PIN is found, however the page is built, or the page is refused for a reason."""

from __future__ import annotations

import pytest

from tests.stand_in.pages import FIELDS, Shape, pin_page
from tests.unit.portal.profiles import PROFILE, URL, as_page
from vault.errors import FormNotAllowed, PageNotUnderstood
from vault.portal.candidates import CAPTCHA, MORE, NO_FORM, SCRIPT
from vault.portal.forms import SEVERAL, pin_form

BUTTON = '<input type="submit" value="Zertifikatsdownload">'
OTHER_BUTTON = '<input type="submit" value="Weiter">'


def post(inside: str, button: str = BUTTON) -> str:
    """A form as most pages have it: posted, with one button."""
    return f"<form method=post>{inside}{button}</form>"


PIN_FORM = post("PIN <input name=a1>")

FOUND = {
    "label for": post("<label for=x>Ihre PIN</label><input id=x name=a1>", OTHER_BUTTON),
    "label around": post("<label>Kennwort <input name=a1></label>", OTHER_BUTTON),
    "placeholder": post('<input name=a1 placeholder="PIN eingeben">', OTHER_BUTTON),
    "aria-label": post('<input name=a1 aria-label="PIN aus der SMS">', OTHER_BUTTON),
    "cell beside": f"<form method=post><table><tr><td>PIN:<td><input name=a1><td>{OTHER_BUTTON}</table></form>",
    "definition list": post("<dl><dt>Passwort<dd><input name=a1></dl>", OTHER_BUTTON),
    "line break": post("Zertifikats-Kennwort<br><input name=a1>", OTHER_BUTTON),
    "only the button speaks": post("<input name=a1>"),
    "only the page speaks": "<h1>Downloadseite für Ihr persönliches Zertifikat!</h1>"
    "<form method=post><input name=a1><input type=submit></form>",
    "type password": post("<input type=password name=a1>", OTHER_BUTTON),
    "type tel": post('<input type=tel name=a1 title="PIN">', OTHER_BUTTON),
    "type number": post("PIN <input type=number name=a1 maxlength=6>", OTHER_BUTTON),
    "unknown type": post("PIN <input type=pin name=a1>", OTHER_BUTTON),
    "one-time code": post("<input autocomplete=one-time-code name=a1>", OTHER_BUTTON),
    "upper case": '<FORM METHOD="POST">PIN <INPUT NAME="a1"><INPUT TYPE="SUBMIT" VALUE="ZERTIFIKATSDOWNLOAD"></FORM>',
    "xhtml": '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><body>'
    f'<form method="post"><input name="a1"/>{BUTTON}</form></body></html>',
    "reference shown read-only": post("<input name=did value=f8 readonly>PIN <input name=a1>"),
    "reference filled in": post("Referenz <input name=ref value=f8>PIN <input name=a1>"),
    "trap for robots": post('<div style="display: none"><input name=web></div><input name=a1>'),
    "trap beside the page": post("<input name=web style='position:absolute; left:-9999px'><input name=a1>"),
    "trap by its class": post("<input name=web class='x d-none'><input name=a1>"),
    "page with a search that speaks": "<nav>Suche</nav><p>Ihr Zertifikat</p>" + post("<input name=a1>", OTHER_BUTTON),
    "optional remark": post("PIN <input name=a1>Bemerkung <input name=note>"),
    "readonly until it is entered": post(
        """<input type=password name=a1 readonly onfocus="this.removeAttribute('readonly')">"""
    ),
    "button switched on by script": post("PIN <input name=a1>", "<button disabled>Zertifikatsdownload</button>"),
    "no button at all": "<form method=post>PIN <input name=a1></form>",
    "button is an image": '<form method=post>PIN <input name=a1><input type=image alt="Zertifikatsdownload"></form>',
    "controls by form=": "<form id=f method=post></form>PIN <input form=f name=a1><button form=f>Los</button>",
    "form without end": f"<div><form method=post></div><p>PIN <input name=a1>{BUTTON}</p>",
    "table and form mixed": f"<table><form method=post><tr><td>PIN<td><input name=a1><tr><td>{BUTTON}</form></table>",
    "300 levels deep": "<div>" * 300 + post("PIN <input name=a1>") + "</div>" * 300,
    "template beside": f"<template>{PIN_FORM}</template>{PIN_FORM}",
    "beside a login": post("<input name=user><input type=password name=pw>", "<button>Login</button>") + PIN_FORM,
    "beside a password": post("<input type=password name=pw>", "<button>Login</button>") + PIN_FORM,
    "beside a captcha": post("<input type=email name=m><div class=h-captcha></div>", OTHER_BUTTON) + PIN_FORM,
    "help text after the field": post("<input name=a1> Groß- und Kleinschreibung beachten "),
    "misleading field name": post("<input name=a1 id=userInput>"),
}


@pytest.mark.parametrize("shape", FOUND)
def test_the_field_is_found(shape: str) -> None:
    """Whatever the markup around it, the field for the PIN is the one that a person would type into."""
    form = pin_form(as_page(FOUND[shape]), PROFILE)
    assert form.field == "a1"
    assert [name for name, value in form.entries if value is None] == ["a1"]
    assert form.action == URL


@pytest.mark.parametrize(
    "name",
    [
        *("pin", "PIN", "kennwort", "passwort", "password", "j_password", "form:pin", "ctl00$Main$txtPin", "userPin"),
        *("smsPin", "tx_dl[pinCode]", "pin_code", "zertifikatspin", "Zertifikatskennwort", "pwd", "pinNummer"),
    ],
)
def test_a_name_alone_is_enough(name: str) -> None:
    """A field that only its own name speaks for is found on a page that says nothing."""
    form = pin_form(as_page(f'<form method="post"><input name="{name}"><input type="submit"></form>'), PROFILE)
    assert form.field == name


REFUSED = {
    "two fields for a PIN": (post("PIN <input name=a>PIN <input name=b>"), MORE),
    "a box for each digit": (post(f"PIN {'<input name=p maxlength=1>' * 4}"), MORE),
    "user and password": (post("Name <input name=u><input type=password name=p>"), MORE),
    "required remark": (post("PIN <input name=p>Telefon <input name=t required>"), MORE),
    "terms to be accepted": (post("PIN <input name=p><input type=checkbox name=agb required>"), MORE),
    "required choice": (post("PIN <input name=p><select name=s required><option value=''>?</select>"), MORE),
    "two equal forms": (post("PIN <input name=a>") * 2, SEVERAL),
    "button that only blocks": (post("PIN <input name=p>", "<button>Zertifikat sperren</button>"), NO_FORM),
    "button that only sends a PIN": (post("PIN <input name=p>", "<button>PIN neu zusenden</button>"), NO_FORM),
    "form in a template": (f"<template>{PIN_FORM}</template>", NO_FORM),
    "no form": ("<p>Wartungsarbeiten</p>", NO_FORM),
    "search only": ("<form><input name=q placeholder=Suche><button>Los</button></form>", NO_FORM),
    "newsletter only": ("<form method=post>E-Mail <input name=mail><button>OK</button></form>", NO_FORM),
    "script page": ("<div id=root></div><script src=x.js></script>", SCRIPT),
    "field of no form": (f"PIN <input name=p>{BUTTON}<form action=/s></form>", SCRIPT),
    "link instead of a button": (post("PIN <input name=p>", "<a href=# onclick=go()>Download</a>"), SCRIPT),
    "script button": (post("PIN <input name=p>", "<button type=button onclick=x()>OK</button>"), SCRIPT),
    "field without a name": (post("PIN <input id=pin>"), SCRIPT),
    "script address": (f"<form method=post action='java\nscript:go()'>PIN <input name=p>{BUTTON}</form>", SCRIPT),
    "captcha": (post("PIN <input name=p><input name=captcha>"), CAPTCHA),
    "hidden captcha": (post("PIN <input name=p><input type=hidden name=g-recaptcha-response>"), CAPTCHA),
    "switched off": (post("PIN <input name=p disabled>"), NO_FORM),
    "fieldset switched off": (post("<fieldset disabled>PIN <input name=p></fieldset>"), NO_FORM),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_page_that_cannot_be_used_is_refused_for_its_reason(case: str) -> None:
    """A page that only a person in a browser could use says so, and nothing is guessed."""
    source, why = REFUSED[case]
    with pytest.raises(PageNotUnderstood) as caught:
        pin_form(as_page(source), PROFILE)
    assert caught.value.fields["why"] == why
    assert caught.value.fields["pin_sent"] is False


ELSEWHERE = {
    "other host": "<form method=post action=https://evil.example/>PIN <input name=p></form>",
    "other port": "<form method=post action=https://www.arag.de:8443/>PIN <input name=p></form>",
    "other scheme": "<form method=post action=http://www.arag.de/>PIN <input name=p></form>",
    "host without scheme": "<form method=post action=//evil.example/>PIN <input name=p></form>",
    "user name in front": "<form method=post action=https://a:b@www.arag.de/>PIN <input name=p></form>",
    "look-alike host": "<form method=post action=https://www.arag.de.evil.example/>PIN <input name=p></form>",
    "backslashes": r"<form method=post action=\\evil.example/x>PIN <input name=p></form>",
    "mail": "<form method=post action=mailto:a@www.arag.de>PIN <input name=p></form>",
    "base": "<base href=https://evil.example/><form method=post action=x>PIN <input name=p></form>",
    "button's address": "<form method=post>PIN <input name=p><button formaction=//evil.example>OK</button></form>",
    "button's method": "<form method=post>PIN <input name=p><button formmethod=GET>OK</button></form>",
    "get": "<form method=get>PIN <input name=p></form>",
    "no method": "<form>PIN <input name=p></form>",
    "dialog": "<form method=dialog>PIN <input name=p></form>",
    "address that is none": "<form method=post action='https://[::1'>PIN <input name=p></form>",
}


@pytest.mark.parametrize("case", ELSEWHERE)
def test_the_pin_never_goes_elsewhere(case: str) -> None:
    """Only the page's own scheme, host and port get the PIN, and only by POST."""
    with pytest.raises(FormNotAllowed):
        pin_form(as_page(ELSEWHERE[case]), PROFILE)


@pytest.mark.parametrize("action", ["", "/x?y=1", "https://www.arag.de/x?y=1", "https://WWW.ARAG.DE:443/x?y=1#z"])
def test_the_pages_own_origin_is_allowed_in_every_spelling(action: str) -> None:
    """A relative, absolute or spelled-out address of the same origin is taken, without its fragment."""
    form = pin_form(as_page(f'<form method=post action="{action}">PIN <input name=p></form>'), PROFILE)
    assert str(form.action) == (str(URL) if not action else "https://www.arag.de/x?y=1")


def test_what_a_browser_sends_goes_along() -> None:
    """Hidden, checked and selected values go along in their order; what is switched off, and other buttons, do not."""
    form = pin_form(
        as_page("""
        <form method=post>
          <input type=hidden name=t value="a&amp;b"><input type=hidden name=_charset_>
          <input type=checkbox name=yes checked><input type=checkbox name=no value=1>
          <input type=radio name=r value=1><input type=radio name=r value=2 checked>
          <select name=s1><option>eins</option><option value=2>zwei</option></select>
          <select name=s2><option value=1>eins</option><option value=2 selected>zwei</option></select>
          <select name=s3 multiple><option selected>a</option><option>b</option><option selected>c</option></select>
          <textarea name=ta>
Zeile</textarea>
          <input name=off value=1 disabled><input type=file name=f><input value=unnamed type=hidden>
          PIN <input name=pin>
          <input type=submit name=back value="Zurück"><input type=submit name=go value="Zertifikatsdownload">
          <button name=help value=1>Hilfe</button><input type=reset name=x>
        </form>"""),
        PROFILE,
    )
    assert form.entries == (
        ("t", "a&b"), ("_charset_", "utf-8"), ("yes", "on"), ("r", "2"), ("s1", "eins"), ("s2", "2"), ("s3", "a"),
        ("s3", "c"), ("ta", "Zeile"), ("pin", None), ("go", "Zertifikatsdownload"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("buttons", "pressed"),
    [
        ("<button name=b value=1>Abbrechen</button><button name=c value=2>Weiter</button>", ("c", "2")),
        ("<button name=b value=1>PIN vergessen?</button><button name=c value=2>OK</button>", ("c", "2")),
        ("<button name=b value=1>Zertifikat widerrufen</button><button name=c value=2>OK</button>", ("c", "2")),
        ("<button name=b value=1>OK</button><button name=c value=2>Zum Zertifikatsdownload</button>", ("c", "2")),
        ("<button name=b value=1>OK</button><button name=c value=2>Senden</button>", ("b", "1")),
    ],
)
def test_the_button_that_hands_in_the_pin_is_pressed(buttons: str, pressed: tuple[str, str]) -> None:
    """The profile's button, else the first that does not say that it does something else."""
    form = pin_form(as_page(f"<form method=post>PIN <input name=p>{buttons}</form>"), PROFILE)
    assert form.entries == (("p", None), pressed)


@pytest.mark.parametrize(
    ("accept", "page_type", "charset"),
    [
        ("", "text/html; charset=utf-8", "utf-8"),
        ("", "text/html; charset=ISO-8859-1", "cp1252"),
        ("", "text/html; charset=iso-8859-15", "iso8859-15"),
        ("UTF-8", "text/html; charset=ISO-8859-1", "utf-8"),
        ("x-unknown, ISO-8859-1", "text/html; charset=utf-8", "cp1252"),
        ("utf-16", "text/html", "utf-8"),
        ("punycode rot13 zlib", "text/html; charset=idna", "utf-8"),
    ],
)
def test_the_pins_encoding_is_the_forms(accept: str, page_type: str, charset: str) -> None:
    """``accept-charset`` decides, else the page's own character set; nothing that is no character set is looked up."""
    source = f'<form method=post accept-charset="{accept}">PIN <input name=p></form>'
    assert pin_form(as_page(source, page_type), PROFILE).charset == charset


@pytest.mark.parametrize("shape", [Shape.PLAIN, Shape.JSF, Shape.ASPNET, Shape.SPRING, Shape.WICKET, Shape.TYPO3,
                                   Shape.TABLE, Shape.SEVERAL_FORMS, Shape.LATIN1, Shape.MULTIPART])  # fmt: skip
def test_the_stand_ins_pages_are_found(shape: Shape) -> None:
    """Each shape of the stand-in names the field that it later looks at."""
    found = pin_form(as_page(pin_page(shape, "/TokenService/download", "did=1"), "text/html"), PROFILE)
    assert found.field == FIELDS.get(shape, "pin")
    assert found.multipart == (shape is Shape.MULTIPART)


def test_text_plain_is_refused() -> None:
    """A form that sends text/plain is none that a server could read the PIN from for sure."""
    with pytest.raises(PageNotUnderstood):
        pin_form(as_page("<form method=post enctype=text/plain>PIN <input name=p></form>"), PROFILE)
