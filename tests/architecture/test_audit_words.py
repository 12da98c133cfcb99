"""Every action that the code records has words on the page that shows the log."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from engagement.applications.kinds import Action as ApplicationAction
from engagement.opportunities.policy import Action as OpportunityAction
from engagement.web.municipality.deeds import DEEDS, SUBJECTS

CODE = Path(__file__).resolve().parents[2] / "engagement"
DYNAMIC = {"opportunity.": OpportunityAction, "application.": ApplicationAction}
"""Actions that are put together from a closed list."""


def calls(tree: ast.AST) -> Iterator[tuple[ast.AST, ast.Call]]:
    """Return each call of ``record`` with the function around it."""
    for function in ast.walk(tree):
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record":
                    yield function, node


def actions_of(function: ast.AST, value: ast.expr) -> set[str]:
    """Return what the second argument of ``record`` can be.

    Raises:
        AssertionError: it cannot be told from the code.
    """
    if isinstance(value, ast.Constant):
        return {str(value.value)}
    if isinstance(value, ast.IfExp):
        return actions_of(function, value.body) | actions_of(function, value.orelse)
    if isinstance(value, ast.JoinedStr) and isinstance(value.values[0], ast.Constant):
        prefix = str(value.values[0].value)
        return {f"{prefix}{action.value}" for action in DYNAMIC[prefix]}
    if isinstance(value, ast.Name):
        return _assigned(function, value.id)
    raise AssertionError(f"line {value.lineno}: the action cannot be told")


def _assigned(function: ast.AST, name: str) -> set[str]:
    """Return what a variable or parameter of the function is given; a parameter is left to its callers."""
    found: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id == name for one in node.targets):
            found |= actions_of(function, node.value)
    return found


def literals(tree: ast.AST) -> set[str]:
    """Return the actions handed to helpers that pass them on to ``record``: they are written like one."""
    helpers = {
        function.name
        for function, call in calls(tree)
        if isinstance(function, ast.FunctionDef)
        and isinstance(call.args[1], ast.Name)
        and call.args[1].id in {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}
    }
    while True:
        more = helpers | {
            function.name
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef)
            for node in ast.walk(function)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in helpers
            and any(isinstance(one, ast.Name) and one.id == "action" for one in node.args)
        }
        if more == helpers:
            break
        helpers = more
    given = [
        one
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in helpers
        for one in (*node.args, *(word.value for word in node.keywords))
    ]
    texts = {str(one.value) for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return {text for text in texts if text.count(".") == 1 and text.replace(".", "").replace("_", "").isalpha()}


def recorded(source: str) -> set[str]:
    tree = ast.parse(source)
    found = {action for function, call in calls(tree) for action in actions_of(function, call.args[1])}
    return found | literals(tree)


def everything() -> set[str]:
    return {action for file in CODE.rglob("*.py") for action in recorded(file.read_text(encoding="utf-8"))}


def test_every_recorded_action_has_words() -> None:
    assert sorted(everything() - set(DEEDS)) == []


def test_there_are_no_words_for_what_nobody_records() -> None:
    assert sorted(set(DEEDS) - everything()) == []


def test_every_kind_of_object_has_a_word() -> None:
    kinds = {
        str(call.args[2].value)
        for file in CODE.rglob("*.py")
        for _, call in calls(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call.args[2], ast.Constant)
    }
    assert sorted(kinds - set(SUBJECTS)) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('def f(s):\n    record(s, "a.b", "a", 1)', {"a.b"}),
        ('def f(s, x):\n    record(s, "a.b" if x else "a.c", "a", 1)', {"a.b", "a.c"}),
        ('def f(s):\n    action = "a.d"\n    record(s, action, "a", 1)', {"a.d"}),
        ('def f(s, deed):\n    record(s, deed, "a", 1)\ndef g(s):\n    f(s, "a.e")', {"a.e"}),
        (
            """
def f(s, action):
    record(s, action, "a", 1)
def g(s, action):
    f(s, action)
def h(s):
    g(s, action="a.f")
""",
            {"a.f"},
        ),
        (
            'def f(s, x):\n    record(s, f"opportunity.{x}", "a", 1)',
            {f"opportunity.{one}" for one in OpportunityAction},
        ),
    ],
)
def test_the_check_sees_each_way_of_recording(source: str, found: set[str]) -> None:
    assert recorded(source) == found


def test_the_check_refuses_what_it_cannot_tell() -> None:
    with pytest.raises(AssertionError, match="cannot be told"):
        recorded("def f(s, x):\n    record(s, x.action, 'a', 1)")
