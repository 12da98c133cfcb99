"""What suits me? Six short questions that lead to suggestions with reasons; nothing of it is kept."""

from __future__ import annotations

from collections.abc import Callable

from flask import render_template, request, url_for

from engagement.catalogue.times import listed
from engagement.kernel.i18n import comma, gettext, ngettext
from engagement.kernel.permissions import Permission
from engagement.matching.fitting import Term
from engagement.matching.suggestions import Suggestion, suggest
from engagement.web.public import blueprint
from engagement.web.public.questions import STEPS, Answers, choices, read_answers
from engagement.web.shared import context
from engagement.web.shared.access import requires
from engagement.web.shared.presentation import distance
from engagement.web.shared.reading import cleaned

MOST = 8
LONGEST_AGE = 20


@blueprint.get("/passt-zu-mir")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def guided() -> str:
    """Ask one question; the answers to the others travel along in the form."""
    words = context.vocabulary().offered()
    answers = read_answers(request.args, words, context.tenant())
    if answers.problems:
        return _question(answers, "wo")
    return _question(answers, _asked_step())


@blueprint.get("/passt-zu-mir/vorschlaege")
@requires(Permission.PUBLIC_CATALOGUE_READ)
def guided_suggestions() -> str:
    """Show what fits the answers, and why; an answer that cannot be used is asked for again."""
    answers = read_answers(request.args, context.vocabulary(), context.tenant())
    if answers.problems:
        return _question(answers, "wo")
    found = suggest(context.session(), answers.wish(), answers.words, MOST)
    return render_template(
        "public/guided/suggestions.html",
        words=context.vocabulary(),
        answers=answers,
        told=told(answers),
        found=[(one, reasons(one, answers), doubts(one)) for one in found],
    )


def _asked_step() -> str:
    number = request.args.get("frage", "1")
    return STEPS[int(number) - 1] if number in {str(place) for place in range(1, len(STEPS) + 1)} else STEPS[0]


def _question(answers: Answers, step: str) -> str:
    number = STEPS.index(step) + 1
    is_last = number == len(STEPS)
    return render_template(
        "public/guided/question.html",
        words=context.vocabulary().offered(),
        answers=answers,
        step=step,
        number=number,
        steps=len(STEPS),
        choices=choices(),
        typed_age=cleaned(request.args.get("alter", ""), LONGEST_AGE),
        target=url_for("public.guided_suggestions") if is_last else url_for("public.guided"),
        before=url_for("public.guided", frage=number - 1, **answers.arguments()) if number > 1 else None,
    )


def told(answers: Answers) -> list[tuple[int, str]]:
    """Return what was answered, in words, each with the number of its question."""
    known, filters = choices(), answers.filters
    lines = {
        "kategorie": [term.name for term in filters.categories],
        "zielgruppe": [term.name for term in filters.target_groups],
        "tun": [known["tun"][key] for key in answers.doings],
        "zeit": [known["zeit"][key] for key in answers.times],
        "dauer": [known["dauer"][answers.effort]] if answers.effort else [],
        "wo": _where_told(answers, known["mit"]),
    }
    return [(STEPS.index(step) + 1, comma().join(parts)) for step, parts in lines.items() if parts]


def _where_told(answers: Answers, companies: dict[str, str]) -> list[str]:
    place = answers.filters.place
    parts = (
        gettext("near %(place)s", place=place) if place else "",
        gettext("from home too") if answers.at_home else "",
        companies[answers.company] if answers.company else "",
        gettext("without steps") if answers.step_free else "",
        ngettext("%(num)s year old", "%(num)s years old", answers.age) if answers.age else "",
    )
    return [part for part in parts if part]


def reasons(one: Suggestion, answers: Answers) -> list[str]:
    """Return in words what speaks for a suggestion."""
    return [_REASONS[term](one, answers) for term in one.fit.reasons]


def doubts(one: Suggestion) -> list[str]:
    """Return in words what to consider first."""
    lines = {
        Term.FIELD: gettext("Another field than you named."),
        Term.PEOPLE: gettext("For other people than you named."),
        Term.TIME: gettext("At other times than you named."),
        Term.RHYTHM: gettext("It takes place again and again."),
        Term.PLACE: gettext("Rather far away from you."),
        Term.EFFORT: gettext("It takes more time than you named."),
    }
    said = [lines[term] for term in one.fit.doubts if term in lines]
    if one.fit.unknown_needs:
        said.append(gettext("Whether there are steps is not known. Please ask the organisation."))
    return said


def _field_reason(one: Suggestion, answers: Answers) -> str:
    shared = [term.name for term in answers.filters.categories if term.id in one.card.category_ids]
    return gettext("It belongs to what is close to your heart: %(fields)s.", fields=listed(shared))


def _people_reason(one: Suggestion, answers: Answers) -> str:
    shared = [term.name for term in answers.filters.target_groups if term.id in one.card.target_group_ids]
    return gettext("You are there for people you named: %(groups)s.", groups=listed(shared))


def _doing_reason(_one: Suggestion, answers: Answers) -> str:
    names = choices()["tun"]
    return gettext(
        "It sounds like something you like to do: %(doings)s.", doings=listed([names[key] for key in answers.doings])
    )


def _place_reason(one: Suggestion, _answers: Answers) -> str:
    if one.card.place_kind == "remote":
        return gettext("You can do it from home.")
    if one.km is None:
        return gettext("It is in your town.")
    return gettext("The way is short: %(distance)s.", distance=distance(one.km))


_REASONS: dict[Term, Callable[[Suggestion, Answers], str]] = {
    Term.FIELD: _field_reason,
    Term.PEOPLE: _people_reason,
    Term.DOING: _doing_reason,
    Term.PLACE: _place_reason,
    Term.TIME: lambda _one, _answers: gettext("It takes place when you have time."),
    Term.RHYTHM: lambda _one, _answers: gettext("It is on one date only."),
    Term.EFFORT: lambda _one, _answers: gettext("It takes no more time than you can give."),
    Term.COMPANY: lambda _one, _answers: gettext("You can do it together."),
    Term.TASTER: lambda _one, _answers: gettext("You can look in once before you decide."),
}
"""Each reason as a sentence, from the suggestion and the answers."""
