"""分别: numbers that belong, one by one, to what was listed before them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from xltools.proof import vocabulary
from xltools.proof.passages import Passage, Sentence, boundaries, is_heard
from xltools.proof.subjects import same_measure


@dataclass(frozen=True, slots=True)
class Shared:
    """What one of several numbers belongs to: the number at ``index`` in the sentence, or the clause ``before``,
    or the one ``back`` before it of the numbers that a sentence before listed, for whoever ``before`` names; of the
    ``counted`` numbers that its parts began with where words count them (上述两类).

    ``rest`` is the end of the list, with what all its members share, ``common`` that without what may be the last
    member's own (it is no longer than the one before), ``topic`` what stands before the list; ``verb`` what 分别 is
    followed by (``占``).
    """

    index: int | None = None
    verb: str = ""
    before: str = ""
    rest: str = ""
    common: str = ""
    topic: str = ""
    back: int = 0
    counted: int = 0


def shared_out(sentence: Sentence, owners_listed: Callable[[str], tuple[str, ...]]) -> Mapping[int, Shared]:
    """For each number after a 分别, by its place in the sentence, what it belongs to; {} where that is not clear.

    ``owners_listed``: the owners that were listed last where a text ends; they too may be told one by one.
    """
    found: dict[int, Shared] = {}
    passages = sentence.passages
    told: dict[int, Shared] = {}
    at = 0
    while at < len(passages):
        run = _run(passages, at)
        if len(run) > 1:
            of_owners = _of_owners(passages, run, owners_listed)
            told = _earlier_numbers(passages, run) or of_owners if _is_told(passages[at]) else of_owners
            told = told or (_listed(passages, run) if _is_told(passages[at]) else {})
        elif told:
            run, told = _told_again(passages, at, list(told.values()))
        found.update(told)
        at = run[-1] + 1 if run else at + 1
    return found


def listed(text: str) -> list[str]:
    """The members of a list: 微博、微信和网站."""
    return [member.strip() for member in _LIST.split(text) if member.strip()]


_JOINED = re.compile(r"[、和与及,]|,?以及")
_LIST = re.compile("以及|[、和与及]")
_RESPECTIVELY = re.compile("分别|依次|各(?=占|为|增|减|达)")


def _run(passages: tuple[Passage, ...], at: int) -> list[int]:
    """The numbers that one 分别, or the words for so many owners, is followed by."""
    is_told = _is_told(passages[at]) or vocabulary.SO_MANY_OWNERS.search(passages[at].between)
    return _joined(passages, at) if is_told else []


def _joined(passages: tuple[Passage, ...], at: int) -> list[int]:
    """A number and those joined to it: 12件和11件."""
    run = [at]
    for following in range(at + 1, len(passages)):
        gap = passages[following].opening[len(passages[following - 1].opening) :]
        width = passages[following - 1].quantity.end - passages[following - 1].quantity.start
        if not _JOINED.fullmatch(gap[width:].strip()):
            break
        run.append(following)
    return run


def _is_told(passage: Passage) -> bool:
    return _RESPECTIVELY.search(passage.between) is not None


def _told_again(
    passages: tuple[Passage, ...], at: int, told: list[Shared]
) -> tuple[list[int], dict[int, Shared]]:
    """As many numbers for the next owner: 县区分别为12件和11件,市本级为6件和3件."""
    run, whose = _joined(passages, at), _WHOSE.fullmatch(passages[at].between.strip())
    is_again = whose is not None and len(run) == len(told) and all(each.back or each.index is not None for each in told)
    if whose is None or not is_again:
        return [at], {}
    again = [replace(each, before=whose[1]) if each.back else replace(each, verb=whose[1]) for each in told]
    return run, dict(zip(run, again, strict=True))


_WHOSE = re.compile("[,;]([^,;0-9]{2,12}?)(?:则|也)?(?:为|是|有)?")


def _of_owners(
    passages: tuple[Passage, ...], run: list[int], owners_listed: Callable[[str], tuple[str, ...]]
) -> dict[int, Shared]:
    """龙山、永顺两县最多,为43件、37件; 微信推送两县分别是57条和55条: as many numbers as the owners counted."""
    between = passages[run[0]].between
    counted = next(reversed(list(vocabulary.SO_MANY_OWNERS.finditer(between))), None)
    owners = owners_listed(passages[run[0]].opening) if counted else ()
    if counted is None or not len(run) == len(owners) == vocabulary.COUNT[counted[1]]:
        return {}
    breaks = boundaries(between[: counted.start()])
    before = between[breaks[-1] + 1 if breaks else 0 : counted.start()]
    before = "" if len(listed(before)) == len(run) else before
    behind = _RESPECTIVELY.sub("", between[counted.end() :]).replace(",", "")
    topic = between[: breaks[-1]] if breaks else ""
    return {
        at: Shared(before=before + owner + behind, rest=before, common=before, topic=topic)
        for at, owner in zip(run, owners, strict=True)
    }


def _earlier_numbers(passages: tuple[Passage, ...], run: list[int]) -> dict[int, Shared]:
    """Shares and changes belong to the numbers just before them: as many, in the same order."""
    first = passages[run[0]]
    is_about_numbers = vocabulary.SHARE_AT_END.search(first.before) or vocabulary.CHANGE_AT_END.search(first.before)
    if not (is_about_numbers and first.quantity.is_percentage):
        return {}
    earlier = _spoken_before(passages, run)
    return {at: Shared(index, first.before) for at, index in zip(run, earlier, strict=True)} if earlier else {}


def _spoken_before(passages: tuple[Passage, ...], run: list[int]) -> list[int]:
    """As many numbers before, those of a bracket just closed if they are as many; [] where there are fewer."""
    first = passages[run[0]]
    numbers = [at for at in range(run[0]) if not passages[at].quantity.is_percentage]
    heard = [at for at in numbers if is_heard(passages[at], first)]
    inside = [at for at in numbers if heard and passages[at].asides == (*first.asides, heard[-1])]
    earlier = inside if len(inside) == len(run) else heard[-len(run) :]
    return earlier if len(earlier) == len(run) else []


def _listed(passages: tuple[Passage, ...], run: list[int]) -> dict[int, Shared]:
    """The members of the list right before 分别, each with what follows 分别 as its clause."""
    between = passages[run[0]].between
    found = list(_RESPECTIVELY.finditer(between))[-1]
    head, tail = between[: found.start()].rstrip(" ,:"), between[found.end() :]
    breaks = boundaries(head)
    clause = head[breaks[-1] + 1 :] if breaks else head
    if breaks and vocabulary.THESE.fullmatch(clause):  # 专职的少、兼职的多,二者分别为
        clause = head[breaks[-2] + 1 if len(breaks) > 1 else 0 : breaks[-1]]
    if share := vocabulary.SHARE_AT_END.search(clause):  # 网站、微博占比分别为
        clause, tail = clause[: share.start()], share.group() + tail
    members = _members(clause, len(run))
    if len(members) < len(run):
        return _listed_before(passages, run, clause) if len(members) == 1 else {}
    last, common = members[-1], members[-1][len(members[-2]) :]
    topic = head[: breaks[-1]] if breaks else ""
    return {at: Shared(None, tail, each + tail, last, common, topic) for at, each in zip(run, members, strict=True)}


def _listed_before(passages: tuple[Passage, ...], run: list[int], clause: str) -> dict[int, Shared]:
    """网站181049条、微博1202条,县市分别为: the numbers before, in this sentence or in the one before, one by one."""
    counted = vocabulary.SO_MANY_OF_THESE.search(clause)
    if counted and passages[run[0]].starts_sentence and vocabulary.COUNT[counted[1]] == len(run):
        whose = clause[: counted.start()] + clause[counted.end() :]
        return {at: Shared(before=whose, back=len(run) - n, counted=len(run)) for n, at in enumerate(run)}
    whose = vocabulary.ADDED_UP.sub("", vocabulary.THESE.sub("", clause))
    if passages[run[0]].starts_sentence:
        return {at: Shared(before=whose, back=len(run) - n) for n, at in enumerate(run)} if len(run) > 2 else {}
    pairs = dict(zip(run, _spoken_before(passages, run), strict=False))
    measures = [(passages[at].quantity.measure, passages[to].quantity.measure) for at, to in pairs.items()]
    are_alike = all(same_measure(*each) for each in measures)
    return {at: Shared(index=to, verb=whose) for at, to in pairs.items()} if are_alike else {}


def _members(clause: str, count: int) -> list[str]:
    first = clause.split("、")
    members = [*first[:-1], *re.split("以及|[和与及]", first[-1], maxsplit=1)]
    if len(members) != count:
        members = listed(clause)
    return members[-count:]
