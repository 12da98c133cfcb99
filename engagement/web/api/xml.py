"""XML that leaves the house, whatever people have typed."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 does not allow, section 2.2."""


def plain(text: str) -> str:
    """Return ``text`` without the characters that no XML can hold."""
    return _NOT_IN_XML.sub("", text)


def add(parent: Element, name: str, text: str = "", **attributes: str) -> Element:
    """Add an element and return it."""
    child = SubElement(parent, name, {key: plain(value) for key, value in attributes.items()})
    if text:
        child.text = plain(text)
    return child


def document(root: Element) -> bytes:
    """Return the whole document in UTF-8."""
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))
