"""The form in which a municipality makes the site its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from wtforms import BooleanField, HiddenField, StringField, TextAreaField, ValidationError
from wtforms.fields import ColorField, FileField

from engagement.kernel import variants
from engagement.kernel.colours import COLOUR
from engagement.kernel.i18n import gettext, lazy_gettext
from engagement.kernel.pictures import Frame, PictureInfo
from engagement.tenancy.branding import NAMES, LookValues
from engagement.web.shared.forms import BaseForm, Longest, Required, text_field
from engagement.web.shared.upload import Chosen, PictureFields

LOGO = Frame(longest_side=480, cut=variants.LOGO)
PICTURE = Frame(longest_side=1600, cut=variants.HERO)
LONGEST_TEXT = 600
SHORT_COLOUR = re.compile(r"#[0-9a-f]{3}")
TEXTS = (
    "name", "platform_name", "claim", "introduction", "headline", "logo_alt", "picture_alt", "picture_credit",
    "box_title", "box_text",
)  # fmt: skip


def _as_colour(value: str | None) -> str | None:
    """Take a colour as people write it: with or without ``#``, in capitals, with three digits."""
    if not isinstance(value, str):
        return value
    written = value.strip().lower()
    found = written if written.startswith("#") else f"#{written}"
    if SHORT_COLOUR.fullmatch(found):
        found = "#" + "".join(digit * 2 for digit in found[1:])
    return found if COLOUR.fullmatch(found) else value.strip()


def _plain_lines(value: str | None) -> str | None:
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def _colour_field(label: str) -> StringField:
    return StringField(label, validators=[Required()], filters=[_as_colour])


def _lines_field(label: str) -> TextAreaField:
    return TextAreaField(label, validators=[Longest(LONGEST_TEXT)], filters=[_plain_lines], render_kw={"rows": 3})


def _well_formed(_form: object, field: StringField) -> None:
    if not COLOUR.fullmatch(field.data or ""):
        raise ValidationError(gettext("Please write the colour with six digits or letters from a to f, like #0b5cad."))


@dataclass(frozen=True)
class ColourFields:
    """A colour can be typed or picked; ``was`` holds what both showed, so that the one that was changed counts."""

    text: StringField
    picker: ColorField
    was: HiddenField

    def settle(self) -> None:
        """Let the typed colour count if it was changed, else the picked one; then both show the same."""
        typed, picked, was = (self.text.data or "", _as_colour(self.picker.data) or "", self.was.data or "")
        if typed == was and picked != was and COLOUR.fullmatch(picked):
            self.text.data = picked
        self.show(was)

    def show(self, otherwise: str) -> None:
        """Let picker and memory follow the text; a malformed one leaves them at ``otherwise``."""
        self.picker.data = self.was.data = self.colour(otherwise)

    def colour(self, otherwise: str) -> str:
        """Return the colour, or another one as long as it is malformed."""
        written = str(self.text.data or "")
        return written if COLOUR.fullmatch(written) else otherwise


class BrandingForm(BaseForm):
    """All of a look."""

    platform_name = text_field(lazy_gettext("Name of the site"), longest=120, required=True)
    name = text_field(lazy_gettext("Name of the municipality"), longest=120, required=True)
    claim = text_field(lazy_gettext("Claim"), longest=200)

    brand_colour = _colour_field(lazy_gettext("Main colour"))
    brand_picker = ColorField(lazy_gettext("Pick the main colour"))
    brand_was = HiddenField()
    accent_colour = _colour_field(lazy_gettext("Second colour"))
    accent_picker = ColorField(lazy_gettext("Pick the second colour"))
    accent_was = HiddenField()

    logo = FileField(lazy_gettext("Picture file of the logo"))
    logo_alt = text_field(lazy_gettext("What the logo shows"), longest=200)
    remove_logo = BooleanField(lazy_gettext("Remove the logo"))
    kept_logo = HiddenField()

    headline = text_field(lazy_gettext("Headline"), longest=200)
    introduction = _lines_field(lazy_gettext("Introduction"))
    picture = FileField(lazy_gettext("Picture file"))
    picture_alt = text_field(lazy_gettext("What can be seen in the picture?"), longest=300)
    picture_credit = text_field(lazy_gettext("Whose picture it is"), longest=200)
    remove_picture = BooleanField(lazy_gettext("Remove the picture"))
    kept_picture = HiddenField()
    box_title = text_field(lazy_gettext("Headline of the box for associations"), longest=120)
    box_text = _lines_field(lazy_gettext("Text of the box for associations"))

    seen = HiddenField()

    validate_brand_colour = staticmethod(_well_formed)
    validate_accent_colour = staticmethod(_well_formed)

    @property
    def brand(self) -> ColourFields:
        """Return the fields of the main colour."""
        return ColourFields(self.brand_colour, self.brand_picker, self.brand_was)

    @property
    def accent(self) -> ColourFields:
        """Return the fields of the second colour."""
        return ColourFields(self.accent_colour, self.accent_picker, self.accent_was)

    @property
    def logo_fields(self) -> PictureFields:
        """Return the fields of the logo."""
        return PictureFields(self.logo, self.kept_logo, self.remove_logo, "branding logo", LOGO)

    @property
    def picture_fields(self) -> PictureFields:
        """Return the fields of the picture of the home page."""
        return PictureFields(self.picture, self.kept_picture, self.remove_picture, "branding picture", PICTURE)

    def right_with(self, logo: Chosen, picture: Chosen) -> bool:
        """Check all fields together with the pictures that came with them."""
        right = self.validate()
        problems = {name: chosen.problem for name, chosen in (("logo", logo), ("picture", picture)) if chosen.problem}
        for name, chosen in (("logo_alt", logo), ("picture_alt", picture)):
            if chosen.picture and not self[name].data:
                problems[name] = gettext("Please say in a few words what can be seen, for people who cannot see it.")
        self.take_problems(problems)
        return right and not problems

    def described(self, before: LookValues, logo: PictureInfo | None, picture: PictureInfo | None) -> LookValues:
        """Return the look that the form describes.

        Args:
            before: the present look, whose colours stand in for malformed ones in a preview.
            logo: the kept file, None for none.
            picture: the same of the home page.
        """
        values: dict[str, Any] = {name: self[name].data or "" for name in TEXTS}
        values |= _kept("logo", logo) or {"logo_alt": ""}
        values |= _kept("picture", picture) or {"picture_alt": "", "picture_credit": ""}
        return LookValues(
            **values,
            brand_colour=self.brand.colour(before.brand_colour),
            accent_colour=self.accent.colour(before.accent_colour),
        )


def as_fields(look: LookValues) -> dict[str, Any]:
    """Return what the fields show of a look."""
    shown = {name: getattr(look, name) for name in NAMES if name in (*TEXTS, "brand_colour", "accent_colour")}
    brand, accent = look.brand_colour, look.accent_colour
    return {**shown, "brand_picker": brand, "brand_was": brand, "accent_picker": accent, "accent_was": accent}


def _kept(name: str, picture: PictureInfo | None) -> dict[str, Any]:
    if picture is None:
        return {}
    return {f"{name}_sha256": picture.sha256, f"{name}_width": picture.width, f"{name}_height": picture.height}
