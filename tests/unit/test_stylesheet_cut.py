"""What the build leaves of a component library's style sheet."""

from __future__ import annotations

import pytest

from frontend.stylesheet import Names, cut

PAGE = """<p class="alert {{ kind }} btn--{{ kind }}">{{ notice("danger") }}</p><style>b{color:var(--ours)}</style>"""
NAMES = Names.of([PAGE])


@pytest.mark.parametrize(
    ("css", "left"),
    [
        (".alert{top:0}", ".alert{top:0}"),
        (".loader{top:0}", ""),
        (".alert,.loader{top:0}", ".alert{top:0}"),
        (".alert .loader{top:0}", ""),
        ("body:not(.loader) a{top:0}", "body:not(.loader) a{top:0}"),
        (".btn--danger{top:0}", ".btn--danger{top:0}"),
        (".btn--tertiary{top:0}", ""),
        ("@media print{.loader{top:0}.alert{top:0}}", "@media print{.alert{top:0}}"),
        ("@media print{.loader{top:0}}", ""),
        ("@font-face{font-family:X;src:url(x.woff2)}", ""),
        ("@keyframes turn{to{rotate:1turn}}", "@keyframes turn{to{rotate:1turn}}"),
        (".alert{top:0!important}", ".alert{top:0!important}"),
        (".alert{background:url(\"data:image/svg+xml,<x y='1'/>\")}",) * 2,
    ],
)
def test_a_rule_stays_if_a_page_can_use_it(css: str, left: str) -> None:
    assert cut(css, NAMES) == left


def test_custom_properties_stay_as_long_as_something_reads_them() -> None:
    css = ":root{--a:var(--b);--b:1px;--ours:red;--nobody:2px;--only-nobody:var(--nobody)}.alert{top:var(--a)}"
    assert cut(css, NAMES) == ":root{--a:var(--b);--b:1px;--ours:red}.alert{top:var(--a)}"


@pytest.mark.parametrize(
    ("physical", "logical"),
    [
        ("margin-left:1px", "margin-inline-start:1px"),
        ("border-right-color:red", "border-inline-end-color:red"),
        ("border-top-left-radius:2px", "border-start-start-radius:2px"),
        ("left:0", "inset-inline-start:0"),
        ("text-align:left", "text-align:start"),
        ("text-align:center", "text-align:center"),
        ("top:0", "top:0"),
    ],
)
def test_directions_follow_the_script(physical: str, logical: str) -> None:
    assert cut(f".alert{{{physical}}}", NAMES) == f".alert{{{logical}}}"
