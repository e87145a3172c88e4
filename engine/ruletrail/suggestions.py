"""Which name somebody may have meant: looked for only when a hint is read, in bounded time.

A file may hold thousands of names that do not exist beside thousands that do, and only its first
problems are shown. So a problem keeps where to look, and the looking is done for what is shown.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property, partial
from itertools import chain, islice
from typing import TYPE_CHECKING

from ruletrail.normal_forms import normalise_text

if TYPE_CHECKING:
    from ruletrail.many_names import NamesOfPairs, RankedNames

LONGEST_NAME = 80
"""Characters of a name that is looked for; longer ones are texts, not names."""

MOST_LISTED = 12
"""Names that a hint lists where it lists those that are known."""

_MOST_COMPARED = 64
"""Names that are compared letter by letter with the one that was written."""

_MOST_RANKED = 2000
"""Names among which those to list are chosen."""

_LEAST_WORD, _LONGEST_QUESTION = 4, 1000
_LEAST_ALIKE, _MOST_ALIKE, _SURELY_ALIKE = 0.6, 0.8, 0.85
_LARGEST_FAMILY = 4
_YEAR = r"(?<=_)(?:19|20)[0-9]{2}(?![0-9])"
"""A year in a name: `tariffa_2026`.

Patterns are compiled where something is looked for, which a good report never needs.
"""
_FOLDS = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1", "L": "1", "i": "1"})

_LEADING_ZEROS = r"(?<![0-9OoIl])[0Oo]+(?=[IlL]?[0-9])"
"""Zeros, or what the eye takes for them, before the first digit of a number."""

PRINTED_QUOTES = "“[^“”]*”|„[^„“”]*[“”]|”[^”]*”|«[^«»]*»|‘[^‘]*’|‚[^‚‘]*‘|‹[^‹›]*›"
"""A text in the quotes of text processors, which are letters like any other here."""

_QUOTE_SIGNS = "“”„‟«»‘’‚‹›\"'"

FOR_ANY = frozenset({
    "*", "tutti", "tutte", "ogni", "qualsiasi", "qualunque", "all", "any", "every", "-", "_",
})  # fmt: skip
"""What people write for whatever there is."""
FOR_THE_REST = frozenset({
    "altri", "altre", "altro", "altra", "resto", "restanti", "rimanenti", "altrimenti",
    "other", "others", "rest", "else", "default", "otherwise",
})  # fmt: skip
"""What people write for whatever is not said before."""


def within_printed_quotes(text: str) -> tuple[str, str]:
    """Return what stands between such quotes, and the quotes; both empty where none are around it.

    Of a pair one may be a straight one.
    """
    text = text.strip()
    inner = text.strip(_QUOTE_SIGNS)
    if not inner or {text[0], text[-1]} - set(_QUOTE_SIGNS):
        return "", ""
    return inner.strip(), f"{text[0]} {text[-1]}"


def _admit_all(_: str) -> bool:
    """Admit every name."""
    return True


class KnownNames:
    """Names that exist. They are held as they are and put in order when first asked."""

    def __init__(
        self, *names: Collection[str], admits: Callable[[str], object] | None = None
    ) -> None:
        """Hold collections of names; a mapping's keys are meant.

        What is not admitted is never suggested, for it is wrong itself.
        """
        self._names, self._order = names, _Order(names, admits or _admit_all)
        self.taken: AbstractSet[str] = frozenset()
        """Names among these that are taken already, and cannot be meant."""
        self._admitted: dict[str, int] = {}

    def without(self, taken: Collection[str]) -> "KnownNames":
        """Return these names without some; what was put in order is used for both."""
        left = KnownNames(*self._names)
        left._order, left.taken = self._order, {*self.taken, *taken}
        return left

    def __contains__(self, name: object) -> bool:
        """Tell whether a name exists."""
        return name not in self.taken and any(name in names for names in self._names)

    def first(self, count: int) -> list[str]:
        """List some of the names, in the order given."""
        return list(islice(self._left(chain(*self._names)), count))

    def _left(self, names: Iterable[str]) -> Iterator[str]:
        return (name for name in names if name not in self.taken)

    def nearest(
        self, name: str, without: str = "", fits: Callable[[str], object] | None = None
    ) -> str:
        """Return the known name most like `name`, or nothing; the letter O and the digit 0 first.

        Names that differ only by O/0, I/l/1, case or a leading zero win over an edit distance,
        because that is how the printed forms differ from each other (`ROA`, `R0A`; `R7`, `R07`).
        `without` is a name that cannot be meant, nor can one that does not fit.
        """
        if len(name) > LONGEST_NAME:
            return ""
        is_fit = fits or _admit_all
        alike = (other for other in self.lookalikes(name) if other != without and is_fit(other))
        return next(alike, "") or self._closest(name, without, fits)

    def slips(self, name: str) -> list[str]:
        """List the known names that differ from this one by one slip of the pen."""
        if len(name) > LONGEST_NAME:
            return []
        known = self._left(self._order.sorted)
        return [each for each in known if each != name and is_one_slip(name, each)]

    def lookalike(self, name: str) -> str:
        """Return a known name that the eye takes for this one, or nothing."""
        return next(iter(self.lookalikes(name)), "")

    def lookalikes(self, name: str) -> list[str]:
        """List the known names that the eye takes for this one."""
        if len(name) > LONGEST_NAME:
            return []
        alike = self._left(self._order.by_fold.get(_fold(name), ()))
        return [other for other in alike if other != name]

    def alike(self, text: str) -> list[str]:
        """List the known names that the eye takes for a text, else those of its letters alone."""
        found = self.lookalikes(code_like(text))
        known = self._left(self._order.sorted)
        return found or [name for name in known if _bare(name) == _bare(text)]

    def family(self, name: str) -> tuple[str, ...]:
        """Return the known names that are this one and a suffix, if it is clear that one is meant.

        Of `R07` those are `R07_2017` and `R07_2021`; one alone is no family, and many are a list.
        So are those of other years of `fee_2026`.
        """
        return self._few(list(self._left(self._with_suffix(name))))

    def whole_family(self, name: str) -> tuple[str, ...]:
        """Return the same of all that are known, those that are taken too."""
        return self._few(self._with_suffix(name))

    def _with_suffix(self, name: str) -> list[str]:
        if len(name) > LONGEST_NAME:
            return []
        return self._order.by_stem.get(_fold(name), []) or self._of_other_years(name)

    @staticmethod
    def _few(family: Sequence[str]) -> tuple[str, ...]:
        return tuple(family) if 1 < len(family) <= _LARGEST_FAMILY else ()

    def years(self, name: str) -> tuple[str, ...]:
        """Return the names, taken or not, that are this one with a year behind it, whatever its."""
        stem = re.sub(f"_{_YEAR}$", "", name)
        found = self._order.by_stem.get(_fold(stem), []) if len(name) <= LONGEST_NAME else []
        return tuple(each for each in found if each != name and re.search(f"{_YEAR}$", each))

    def _of_other_years(self, name: str) -> list[str]:
        """List the known names that are this one, of another year.

        Only of names in words: the code of a form's field is another thing with another year.
        """
        undated = re.sub(_YEAR, "", name)
        is_word = undated != name and not _digits(undated)
        return self._order.by_undated.get(undated, []) if is_word else []

    def _closest(self, name: str, without: str, fits: Callable[[str], object] | None) -> str:
        # a code with another number is another thing, not a typing error: R10 is not R40;
        # nor is one with another letter alone before its number: R24 is not M24
        group = self._order.by_digits.get(_digits(name))
        others: list[str] = []
        if group is not None:
            admitted = group.leave_out(self._admit(group, _digits(name)), (name, without))
            if fits is not None:
                admitted &= group.admit(filter(fits, group.names))
            others = group.most_alike(name, admitted, _MOST_COMPARED)
        from difflib import get_close_matches  # noqa: PLC0415 - only when something is wrong

        close = get_close_matches(name, sorted(others), n=1, cutoff=_LEAST_ALIKE)
        # a year is no number of a code: what is written for one is written anew for the next
        return next(iter([*close, *self._left(self._of_other_years(name))]), "")

    def _admit(self, group: "NamesOfPairs", digits: str) -> int:
        """Return the names of a group that are not taken, put down once."""
        if digits not in self._admitted:
            self._admitted[digits] = group.leave_out(group.all, self.taken)
        return self._admitted[digits]

    def list_about(self, written: str, about: Mapping[str, object]) -> list[str]:
        """List some of the names, in the order given: those first that speak of what was written.

        `about` may hold a `title` of each.
        """
        ranked = self._order.rank(about)
        found = ranked.list_first(written, MOST_LISTED, _LEAST_WORD, self.taken)
        return found if len(found) == MOST_LISTED else self.first(MOST_LISTED)


def _title_of(about: object) -> str:
    return str(about.get("title", "")) if isinstance(about, Mapping) else ""


class _Order:
    """Names in order, and by what is looked for of them; each put together when first asked."""

    def __init__(self, names: Collection[Collection[str]], admits: Callable[[str], object]) -> None:
        self._names, self._admits = names, admits
        self._ranked: tuple[Mapping[str, object], RankedNames] | None = None

    def rank(self, about: Mapping[str, object]) -> "RankedNames":
        """Return the first of the names, in the order given, with their titles."""
        if self._ranked is None or self._ranked[0] is not about:
            from ruletrail.many_names import RankedNames  # noqa: PLC0415 - only when one is wrong

            names = list(islice(chain(*self._names), _MOST_RANKED))
            self._ranked = about, RankedNames(names, [_title_of(about.get(each)) for each in names])
        return self._ranked[1]

    @cached_property
    def sorted(self) -> list[str]:
        known = {name for name in chain(*self._names) if len(name) <= LONGEST_NAME}
        return sorted(filter(self._admits, known))

    @cached_property
    def by_fold(self) -> dict[str, list[str]]:
        """Names by what the eye reads: they differ by O/0, I/l/1, case or a leading zero only."""
        return self._gather(_fold)

    @cached_property
    def by_digits(self) -> dict[str, "NamesOfPairs"]:
        """Names by their digits."""
        from ruletrail.many_names import NamesOfPairs  # noqa: PLC0415 - only when one is wrong

        return {digits: NamesOfPairs(names) for digits, names in self._gather(_digits).items()}

    @cached_property
    def by_undated(self) -> dict[str, list[str]]:
        """Names with a year in them, by what they are without it."""
        found: dict[str, list[str]] = {}
        for name in filter(partial(re.search, _YEAR), self.sorted):
            found.setdefault(re.sub(_YEAR, "", name), []).append(name)
        return found

    @cached_property
    def by_stem(self) -> dict[str, list[str]]:
        """Names by what the eye reads of them before their last `_`."""
        found: dict[str, list[str]] = {}
        for name in self.sorted:
            if "_" in name:
                found.setdefault(_fold(name.rpartition("_")[0]), []).append(name)
        return found

    def _gather(self, say: Callable[[str], str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self.sorted:
            found.setdefault(say(name), []).append(name)
        return found


_NOTHING: Mapping[str, object] = {}


class Nearest:
    """The known name nearest to one that was written; looked for when it is first asked."""

    def __init__(
        self,
        name: str,
        known: KnownNames,
        about: Mapping[str, object] | None = None,
        *,
        without: str = "",
        otherwise: str = "",
        fits: Callable[[str], object] | None = None,
    ) -> None:
        """Keep what was written, and where to look; `about` may hold a `title` of each name.

        `without` is a name that cannot be meant, such as that of the entry which reads it;
        `otherwise` is found where no other is very near. One that does not fit, of another type, is
        found only where a slip of the pen makes it of what was written. Of a family of which some
        names are taken, the last one is meant.
        """
        self.name, self._known, self._about = name, known, about or _NOTHING
        self._without, self._otherwise, self._fits = without, otherwise, fits

    @cached_property
    def several(self) -> tuple[str, ...]:
        """The names that are this one and a suffix, where none looks the same as it."""
        return () if self._known.lookalike(self.name) else self._known.family(self.name)

    @cached_property
    def found(self) -> str:
        """The nearest name; empty where none is near, or several are as near."""
        if self.several:
            return ""
        near = self._known.nearest(self.name, self._without) or self._without_its_year()
        near = near or self._last_of_family()
        if near and self._fits is not None and not self._fits(near) and not self._is_slip(near):
            fitting = self._known.nearest(self.name, self._without, self._fits)
            near = fitting if self._ratio(fitting) >= _MOST_ALIKE else ""
        return near if near and self._is_likelier(near) else self._otherwise

    @cached_property
    def is_sure(self) -> bool:
        """Whether the nearest name may be written unasked for: it is a slip, and of no other."""
        near = self.found
        if not near:
            return False
        if near.rpartition(".")[2] == self.name or _fold(near) == _fold(self.name):
            return True
        is_near = self._is_slip(near) or self._ratio(near) >= _SURELY_ALIKE
        slips = self._known.slips(self.name) if is_near else []
        return is_near and all(each in (near, self._without) for each in slips)

    def _ratio(self, near: str) -> float:
        from difflib import SequenceMatcher  # noqa: PLC0415 - only when something is wrong

        return SequenceMatcher(None, self.name, near).ratio()

    def _is_slip(self, near: str) -> bool:
        return _fold(near) == _fold(self.name) or is_one_slip(self.name, near)

    def _is_likelier(self, near: str) -> bool:
        """Tell whether a name is so like the one written that nothing else is thought of."""
        is_alike = self._ratio(near) >= _MOST_ALIKE
        return not self._otherwise or _fold(near) == _fold(self.name) or is_alike

    def _without_its_year(self) -> str:
        """Return the name that lacks a year which its title has: of `M12_2024` M12, "users 2024".

        A title of another year is another value's.
        """
        year = re.search(_YEAR, self.name)
        name = self.name.removesuffix(f"_{year[0]}") if year else self.name
        is_cut = name != self.name and name in self._known and name != self._without
        return name if year and is_cut and year[0] in self._title(name) else ""

    def _last_of_family(self) -> str:
        """Return the one name of a family that is not written yet: of `R7` and of `R07_2020`.

        Only where names are written at all, as in a report: a formula may read any of them.
        """
        known = self._known
        if not known.taken:
            return ""
        for family in (known.whole_family(self.name), known.years(self.name)):
            free = [name for name in family if name in known]
            if len(free) == 1:
                return free[0]
        return ""

    def _title(self, name: str) -> str:
        return _title_of(self._about.get(name))

    @cached_property
    def listed(self) -> tuple[str, ...]:
        """Some known names, and an ellipsis where there are more: those that speak of it first."""
        known = self._known.first(MOST_LISTED + 1)
        if len(known) <= MOST_LISTED:
            return tuple(known)
        return (*self._known.list_about(self.name, self._about), "…")

    def __eq__(self, other: object) -> bool:
        """Compare what is found."""
        if not isinstance(other, Nearest):
            return False
        return (self.found, self.several) == (other.found, other.several)

    def __hash__(self) -> int:
        """Agree with the comparison."""
        return hash((self.found, self.several))

    def __reduce__(self) -> tuple[type["Nearest"], tuple[str, KnownNames]]:
        """Cross a process boundary with what is found, not with all that was looked through."""
        names = (self.found,) if self.found else self.several or self.listed
        return (Nearest, (self.name, KnownNames(names)))


_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
"""Dashes and minus signs that text processors write for a hyphen."""


def with_hyphens(text: str) -> str:
    """Write the dashes of a text, and its minus signs, as the hyphen of the keyboard."""
    return text.translate(_DASHES)


_LETTERS_LIKE_DIGITS = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1"})


def with_digits(text: str) -> str:
    """Write letters that are taken for digits, the `l` of `l5,6`, as these; empty without any.

    What has no digit is a word, and no number with a slip in it.
    """
    written = text.translate(_LETTERS_LIKE_DIGITS)
    return written if written != text and any(map(str.isdigit, text)) else ""


def code_like(text: str) -> str:
    """Write a text as a code: letters, digits and `_`, without accents and spaces; maybe empty.

    Letters of other alphabets have no such form: then it is empty too.
    """
    plain = normalise_text(with_hyphens(text), "NFKD")
    if any(char.isalnum() and not char.isascii() for char in plain):
        return ""
    return re.sub(r"[^A-Za-z0-9]+", "_", plain.encode("ascii", "ignore").decode()).strip("_")


_LOOK_ALIKES = str.maketrans(
    "аеорсухіјѕһԁԛԝАВЕКМНОРСТХУІЈЅονρυαΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijshdqwABEKMHOPCTXYIJSovpuaABEZHIKMNOPTYX",
)
"""Letters of the Cyrillic and the Greek alphabet that look like Latin ones."""


def latin_like(text: str) -> str:
    """Write a code in Latin letters that has others which only look so; empty for any other."""
    found = text.translate(_LOOK_ALIKES)
    is_code = all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", each) for each in found.split("."))
    return found if is_code and found != text else ""


def _bare(text: str) -> str:
    """Write a code, or a title like one, without what people leave out, put in, or write small."""
    return "".join(char for char in text.lower() if char.isalnum())


def find_titled(asked: str, titles: Mapping[str, Collection[str]]) -> list[str]:
    """List the codes whose title is what is asked for, else begins with it, else has it within.

    One that begins with it is no answer where others speak of it too, unless it has a pause there:
    "Part 3, …" is called so, and "abitanti per …" is something else than "numero di abitanti".
    """
    wanted = " ".join(asked.lower().split())
    called = [
        (code, " ".join(title.lower().split())) for code, named in titles.items() for title in named
    ]
    same = [code for code, title in called if title == wanted]
    if same or len(wanted) < _LEAST_TITLE:
        return list(dict.fromkeys(same))
    whole = re.compile(rf"(?<!\w){re.escape(wanted)}(?!\w)")
    found = [(place.start(), code) for code, title in called if (place := whole.search(title))]
    first = list(dict.fromkeys(code for start, code in found if start == 0))
    is_called = any(title.startswith((f"{wanted},", f"{wanted}:")) for _, title in called)
    if len(first) > 1 or (first and is_called):
        return first
    return list(dict.fromkeys([*first, *(code for _, code in found)]))


_WORD = r"[^\W_]+"
_LEAST_TITLE = 4
_LEAST_TELLING, _LEAST_INFLECTED = 3, 5


def find_by_words(asked: str, titles: Mapping[str, Collection[str]]) -> tuple[list[str], list[str]]:
    """List the codes that all the words of a question speak of, else those that most of them do.

    Words may stand in the titles of a code or in the code itself, in any order, and end otherwise:
    `ore anziani` finds the code whose title is "Utenti anziani, totale ore". Those whose titles
    have the words as they were asked come first, then those whose code has more of them.
    """
    words = list(dict.fromkeys(_words(asked[:_LONGEST_QUESTION])))
    phrase, ranked = " ".join(words), list[tuple[int, int, int, int, str]]()
    telling = [word for word in words if len(word) >= _LEAST_TELLING]
    for at, (code, named) in enumerate(titles.items()):
        own, said = _words(code), [_words(title) for title in named]
        known = {*own, *chain(*said)}
        met = {word for word in words if _is_among(word, known)}
        missed = -sum(word in met for word in telling) if set(words) - met else -len(words) - 1
        is_phrase = any(phrase in " ".join(each) for each in said)
        in_code = sum(word in own for word in words)
        ranked.append((missed, -in_code, 0 if is_phrase else len(own), at, code))
    ranked.sort()
    best = ranked[0][0] if ranked else 0
    found = [code for missed, *_, code in ranked if missed == best < 0]
    return (found, []) if best == -len(words) - 1 else ([], found)


def _words(text: str) -> list[str]:
    return re.findall(_WORD, plain_word(text))


def _is_among(word: str, known: Collection[str]) -> bool:
    """Tell whether a word is among others, or one that only ends otherwise."""
    if word in known or len(word) < _LEAST_INFLECTED or not word.isalpha():
        return word in known
    return any(other.startswith(word[:-1]) for other in known)


_APOSTROPHES = "'’‘`´"
"""What stands in the place of an accent, or around a word: `Si'`."""


def plain_word(text: str) -> str:
    """Write words as they are meant: no accents, apostrophes, capitals; `Sí`, `Si'` are `si`."""
    bare = "".join(char for char in text if char not in _APOSTROPHES)
    marked = normalise_text(bare, "NFKD")
    plain = "".join(char for char in marked if not unicodedata.combining(char))
    return " ".join(plain.replace("_", " ").split()).strip(" .").casefold()


def same_word(written: str, names: Collection[str]) -> str:
    """Return the one name that is what was written but for accents, apostrophes and capitals."""
    return KnownWords(names).same(written)


class KnownWords:
    """Names by the words that they are meant as, for many that are written."""

    def __init__(self, names: Iterable[str]) -> None:
        """Take the names; what is too long is a text."""
        self._names: dict[str, list[str]] = {}
        for name in names:
            if len(name) <= LONGEST_NAME:
                self._names.setdefault(plain_word(name), []).append(name)

    def same(self, written: str) -> str:
        """Return what `same_word` does."""
        word = plain_word(written) if len(written) <= LONGEST_NAME else ""
        return self.one_of((word,)) if word else ""

    def one_of(self, words: Iterable[str]) -> str:
        """Return the one name that is one of some plain words; empty for none or for several."""
        found = [name for word in words for name in self._names.get(word, ())]
        return found[0] if len(found) == 1 else ""


def same_words(written: Iterable[str], names: Collection[str]) -> dict[str, str]:
    """Give for each of many words the one name that it is, as `same_word` does for one."""
    known = KnownWords(names)
    found = ((each, known.same(each)) for each in written)
    return {each: name for each, name in found if name}


_LEAST_SLIPPED = 4
"""Letters of a word of which one may be a slip: a shorter one is another word at once."""


def slip_of(written: str, names: Collection[str]) -> str:
    """Return the one name of which a word is a slip of the pen; empty where none is, or several.

    One letter is too many, is missing or is another, or two changed places; never the first, nor a
    digit. What is only alike is another word, and may mean the opposite: `superior`, `inferior`.
    """
    if len(written) > LONGEST_NAME:
        return ""
    word = plain_word(written)
    near = [
        name for name in names if len(name) <= LONGEST_NAME and is_one_slip(word, plain_word(name))
    ]
    return near[0] if len(near) == 1 else ""


def is_one_slip(word: str, other: str) -> bool:
    """Tell whether two words differ by one slip after their first letter, or by nothing."""
    if max(len(word), len(other)) < _LEAST_SLIPPED or word[:1] != other[:1]:
        return False
    from ruletrail.many_names import count_same  # noqa: PLC0415 - only when a name is wrong

    begin = count_same(word, other)
    end = count_same(word[begin:][::-1], other[begin:][::-1])
    left, right = word[begin : len(word) - end], other[begin : len(other) - end]
    is_one = max(len(left), len(right)) <= 1 or (len(left) == 2 and left == right[::-1])  # noqa: PLR2004
    return is_one and _digits(word) == _digits(other)


_MONTHS = (
    "gennaio january gen jan", "febbraio february feb", "marzo march mar", "aprile april apr",
    "maggio may mag", "giugno june giu jun", "luglio july lug jul", "agosto august ago aug",
    "settembre september set sett sep sept", "ottobre october ott oct", "novembre november nov",
    "dicembre december dic dec",
)  # fmt: skip
MONTHS = frozenset(" ".join(_MONTHS).split())
"""The names of months, in full and short, Italian and English."""
_DAY_FORMS = (
    r"(?P<day>[0-9]{1,2})°?[./ -](?P<month>[0-9]{1,2}|[A-Za-z]{3,9})[./ -](?P<year>[0-9]{4})",
    r"(?P<year>[0-9]{4})[./-](?P<month>[0-9]{1,2})[./-](?P<day>[0-9]{1,2})",
    r"(?i:dat[ea])\( ?(?P<year>[0-9]{4})[,;] ?(?P<month>[0-9]{1,2})[,;] ?(?P<day>[0-9]{1,2}) ?\)",
    r"(?P<month>[A-Za-z]{3,9}) (?P<day>[0-9]{1,2}),? (?P<year>[0-9]{4})",
    r"(?P<month>[0-9]{1,2})[/-](?P<day>[0-9]{1,2})[/-](?P<year>[0-9]{4})",
)
"""How days are written, what is likelier first: the last is read so only where no day comes first.
"""


def day_like(text: str) -> str:
    """Write a day as documents do, `2025-01-31`, of one in another form; empty for others.

    The day may come first, or the year without the zeros or the dashes; or the month, where that
    leaves no doubt. Who writes into a document what was meant asks `days_of_either_order` before.
    """
    written = " ".join(text.split())
    matches = filter(None, (re.fullmatch(form, written) for form in _DAY_FORMS))
    found = next(filter(None, map(_day_of, matches)), "")
    return found if found != written else ""


_DAY_IN_DIGITS = (
    r"(?P<year>(?:19|20)[0-9]{2})(?P<month>[01][0-9])(?P<day>[0-3][0-9])",
    r"(?P<day>[0-3][0-9])(?P<month>[01][0-9])(?P<year>(?:19|20)[0-9]{2})",
)
"""Days as programs write them; no eight digits are one in both ways."""
_TIME = r"[T ][0-9]{2}:[0-9]{2}[0-9:.]{0,12}Z?"


def day_meant(text: str) -> str:
    """Write a day where one is asked for, `20250831` and one with a time too; empty for others."""
    written = re.sub(_TIME, "", text.strip())
    matches = filter(None, (re.fullmatch(form, written) for form in _DAY_IN_DIGITS))
    found = next(filter(None, map(_day_of, matches)), "")
    return found or day_like(written) or day_like(written.replace(" ", "")) or written


def writes_no_day(text: str) -> bool:
    """Tell a text in the form of a day that is in no calendar, `30/02/2026`."""
    written = " ".join(text.split())
    matches = [match for form in _DAY_FORMS if (match := re.fullmatch(form, written)) is not None]
    known = [each for each in matches if _month_of(each)]
    return bool(known) and not any(map(_day_of, known))


def days_of_either_order(text: str) -> tuple[str, ...]:
    """Write the two days that `7/1/2026` may be, the one with the day first before; else nothing.

    Between points nobody writes the month first.
    """
    written = " ".join(text.split())
    by_day, by_month = (re.fullmatch(form, written) for form in (_DAY_FORMS[0], _DAY_FORMS[-1]))
    if by_day is None or by_month is None:
        return ()
    found = dict.fromkeys((_day_of(by_day), _day_of(by_month)))
    return () if len(found) == 1 or "" in found else tuple(found)


def _month_of(match: re.Match[str]) -> int:
    """Return the number of the month that is written, whether there is one or not; 0 for a word."""
    month = match["month"].lower()
    named = (at for at, names in enumerate(_MONTHS, start=1) if month in names.split())
    return int(month) if month.isdigit() else next(named, 0)


def _day_of(match: re.Match[str]) -> str:
    from datetime import date  # noqa: PLC0415 - only when something is wrong

    try:
        return date(int(match["year"]), _month_of(match), int(match["day"])).isoformat()
    except ValueError:
        return ""


_SHORT_YEAR = r"(?P<rest>[0-9]{1,2}[./ -](?:[0-9]{1,2}|[A-Za-z]{3,9})[./ -])'?(?P<year>[0-9]{2})"


def days_of_short_year(text: str) -> tuple[str, ...]:
    """Write a day whose year has two digits, `31.12.25`, of each century that may be meant."""
    match = re.fullmatch(_SHORT_YEAR, " ".join(text.split()))
    if match is None:
        return ()
    in_full = [f"{match['rest']}{century}{match['year']}" for century in (20, 19)]
    found = [day for each in in_full for day in days_of_either_order(each) or (day_like(each),)]
    return tuple(filter(None, found))


def nearest_name(name: str, known: Collection[str]) -> str:
    """Return the known name most like `name`, or nothing, at once."""
    return KnownNames(known).nearest(name)


def _digits(name: str) -> str:
    return "".join(char for char in name if char.isdigit())


def _fold(name: str) -> str:
    """Make names alike that the eye takes for each other: `R07_2017`, `RO7_2017`, `R7_2017`."""
    # a zero before a number's first digit is often left out; `oo` in a word is no number
    bare = re.sub(_LEADING_ZEROS, "", name)
    return bare.translate(_FOLDS).upper().replace("_", "")


def is_for_all(word: str) -> bool:
    """Tell a word that stands for whatever there is, or for whatever is left."""
    return word.casefold() in FOR_ANY | FOR_THE_REST
