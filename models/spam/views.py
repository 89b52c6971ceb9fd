"""The forms in which one mail may be pasted into a request."""

import email
import email.policy
import html
import re

_UNREAD = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


def _content(part) -> str:
    try:
        return part.get_content()
    except (LookupError, ValueError, KeyError, AssertionError):
        # Unknown charsets and broken encodings are common in spam: read the bytes as they are.
        return part.get_payload(decode=False) if isinstance(part.get_payload(), str) else ""


def _as_shown(raw: str) -> tuple:
    """(subject, text) as a mail program shows them: decoded, plain text preferred, otherwise HTML without its tags."""
    message = email.message_from_string(raw, policy=email.policy.default)
    try:
        subject = str(message["subject"] or "")
    except (LookupError, ValueError):
        subject = ""
    texts = [part for part in message.walk() if part.get_content_maintype() == "text" and not part.is_attachment()]
    body = "\n".join(_content(part) for part in texts if part.get_content_subtype() == "plain")
    if body.strip() == "":
        marked_up = "\n".join(_content(part) for part in texts)
        body = html.unescape(_TAG.sub(" ", _UNREAD.sub(" ", marked_up)))
    return subject, body


def whole_message(raw: str) -> str:
    return raw


def subject_and_text(raw: str) -> str:
    return "Subject: {}\n\n{}".format(*_as_shown(raw))


def text_only(raw: str) -> str:
    return _as_shown(raw)[1]


VIEWS = {"whole message": whole_message, "subject and text": subject_and_text, "text only": text_only}
