"""Tables of the real libraries as columns: exact in every cell, missing where they say so."""

import math
import random
import sys
import time
from array import array
from collections import deque
from datetime import date, timedelta
from decimal import Context, Decimal
from fractions import Fraction

import numpy as np
import pytest

import ruletrail
from ruletrail.analysis.intervals import ANY
from ruletrail.analysis.typed_inputs import TypedField
from ruletrail.batches.row_intake import number_text
from ruletrail.compiled.columns.columns import (
    ColumnError,
    NumberColumn,
    WordColumn,
    decimals_of,
    read_exact,
    value_of,
)
from ruletrail.compiled.columns.encoding import encode_columns
from ruletrail.compiled.columns.wide_integers import fits_one, lower_scale, to_int
from ruletrail.problems import ProblemsError
from support.rulebooks import load_text, rulebook_text, schema_of

pa = pytest.importorskip("pyarrow")

from ruletrail.batches.arrow_cells import list_rows  # noqa: E402 - needs pyarrow
from ruletrail.batches.rows import Stretch  # noqa: E402 - needs pyarrow
from ruletrail.compiled.columns.arrow_encoding import (  # noqa: E402 - the same
    encode_arrow,
    find_stored,
    widen_floats,
)

FIELDS = {
    "N": TypedField("N", "number", 10, ANY, required=False, choices=()),
    "T": TypedField("T", "text", 0, ANY, required=False, choices=()),
    "P": TypedField("P", "text", 0, ANY, required=False, choices=("AN", "NA")),
    "B": TypedField("B", "boolean", 0, ANY, required=False, choices=()),
}
_WIDE = Context(prec=90)


def cells(table, code):
    """List the values of a column as the lanes hold them."""
    rows, columns = encode_columns(FIELDS, table)
    return [value_of(columns[code], row) for row in range(rows)]


def written(table, code="N"):
    """List with how many decimals each number of a column counts as written."""
    rows, columns = encode_columns(FIELDS, table)
    return [
        None if value_of(columns[code], row) is None else decimals_of(columns[code], row)
        for row in range(rows)
    ]


# -- Numbers, against reading each cell by itself --------------------------------------------------


def a_number_array(r):
    """Make an array of numbers of some type, hostile ones among them, sometimes a slice."""
    rows = r.randrange(7)
    array = r.choice([a_decimal_array, an_integer_array, a_float_array, a_float_array])(r, rows)
    if rows and r.random() < 0.4:
        array = array[r.randrange(rows) :]
    return array.dictionary_encode() if r.random() < 0.1 else array


def a_decimal_array(r, rows):
    scale = r.choice([0, 1, 2, 8, 10, 11, 18, 30, 38])
    digits = r.choice([max(scale, 18), 38])
    most = 10**digits - 1

    def whole():
        large = [most, -most, 2**62, 2**63, -(2**63), 2**64]
        some = [
            r.randint(-most, most),
            r.randint(-99, 99) * 10 ** r.randrange(digits - 1),
            r.randint(1, 9) * 10 ** (digits - 1),
        ]
        return r.choice(
            [
                *some,
                *(number for number in large if abs(number) <= most),
                0,
                r.randint(-(10**6), 10**6),
            ]
        )

    values = [
        None if r.random() < 0.1 else Decimal(whole()).scaleb(-scale, _WIDE) for _ in range(rows)
    ]
    array = pa.array(values, pa.decimal128(digits, scale))
    return array.cast(pa.decimal256(76, scale)) if r.random() < 0.3 else array


def an_integer_array(r, rows):
    kind = r.choice([pa.int8(), pa.uint8(), pa.int32(), pa.int64(), pa.uint64()])
    low, high = (
        (0, 2**kind.bit_width - 1)
        if str(kind).startswith("u")
        else (-(2 ** (kind.bit_width - 1)), 2 ** (kind.bit_width - 1) - 1)
    )
    near = [
        number for number in (10**15, 10**15 - 1, -(10**15), 1 - 10**15, 0) if low <= number <= high
    ]
    return pa.array(
        [
            None if r.random() < 0.1 else r.choice([low, high, r.randint(low, high), *near])
            for _ in range(rows)
        ],
        kind,
    )


def a_float_array(r, rows):
    odd = [
        math.nan,
        math.inf,
        -math.inf,
        -0.0,
        0.1 + 0.2,
        1e-7,
        1e-10,
        1e-11,
        5e-324,
        1e15,
        999999999999999.0,
        123456789012345.6,
    ]

    def one():
        some = [
            r.random(),
            r.random() * 10 ** r.randint(-12, 17),
            r.randint(-(10**6), 10**6) / 100,
            float(r.randrange(2**60)),
        ]
        return r.choice(
            [*some, round(r.random() * 10 ** r.randrange(15), r.randrange(11)), r.choice(odd)]
        )

    return pa.array(
        [None if r.random() < 0.1 else one() for _ in range(rows)],
        r.choice([pa.float64(), pa.float64(), pa.float32()]),
    )


@pytest.mark.parametrize("part", range(4))
def test_numbers_are_what_each_cell_says(part):
    """Whole buffers give what reading each cell's shortest text gives: value, decimals or none."""
    met = set()
    for seed in range(part, 2400, 4):
        array = a_number_array(random.Random(seed))  # noqa: S311 - the same cases each time
        encoded = encode_arrow("number", array)
        cells = widen_floats(array) if "float" in str(array.type) else array
        for row, cell in enumerate(cells.to_pylist()):
            is_bad = encoded.bad is not None and bool(encoded.bad[row])
            is_nan = encoded.nan is not None and bool(encoded.nan[row])
            expected = (
                None
                if cell is None or not math.isfinite(cell)
                else read_exact(Decimal(number_text(cell)))
            )
            shown = (seed, row, cell)
            assert is_nan == (cell is not None and math.isnan(cell)), shown
            assert is_bad == (cell is not None and not is_nan and expected is None), shown
            assert value_of(encoded.column, row) == (expected[0] if expected else None), shown
            if expected:
                assert decimals_of(encoded.column, row) == expected[1], shown
                met.add("large" if row in encoded.column.large else "bad" if is_bad else "plain")
            met |= {"bad"} if is_bad else set()
    assert met == {"large", "bad", "plain"}


def test_long_numbers_are_divided_exactly():
    """Words of 128 and of 256 bits, of either sign, against Python's own whole numbers."""
    chance = random.Random(1)  # noqa: S311 - the same cases each time
    for width in (16, 32):
        for _ in range(300):
            scale, most = chance.randrange(39), chance.randrange(11)
            numbers = [
                chance.randint(-(10**37), 10**37)
                // 10 ** chance.randrange(38)
                * 10 ** chance.choice([0, scale])
                for _ in range(4)
            ]
            numbers = [number for number in numbers if abs(number) < 2 ** (8 * width - 1)]
            words = np.frombuffer(
                b"".join(n.to_bytes(width, "little", signed=True) for n in numbers), np.uint64
            ).reshape(-1, width // 8)
            lowered, found, broken = lower_scale(words, scale, most)
            assert found <= max(scale, 0)
            assert scale <= most or found <= most
            for row, number in enumerate(numbers):
                value = Fraction(number, 10**scale)
                assert broken[row] == ((value * 10**most).denominator != 1 and scale > most)
                assert broken[row] or Fraction(to_int(lowered[row]), 10**found) == value
                assert fits_one(words)[row] == (-(2**63) <= number < 2**63)


def test_decimals_may_end_where_their_memory_does():
    """A buffer need not be whole words behind its last number, nor be there at all for none."""
    kind, three = pa.decimal128(10, 2), pa.array([Decimal("1.50"), None, Decimal(-7)])
    valid, words = three.cast(kind).buffers()
    longer = pa.py_buffer(words.to_pybytes()[:48] + b"odd")
    found = encode_arrow("number", pa.Array.from_buffers(kind, 3, [valid, longer])).column
    assert (found.scale, found.values[[0, 2]].tolist()) == (1, [15, -70])
    for nothing in (None, pa.py_buffer(b""), pa.py_buffer(b"odd")):
        found = encode_arrow("number", pa.Array.from_buffers(kind, 0, [None, nothing]))
        assert len(found.column.values) == 0


def test_a_table_of_no_rows_may_have_lists_of_somebodys_type():
    """Arrow's cast of what is stored leaves decimals without whole words."""

    class Named(pa.ExtensionType):
        def __init__(self, storage):
            super().__init__(storage, "somebody.rows")

        def __arrow_ext_serialize__(self):
            return b""

        @classmethod
        def __arrow_ext_deserialize__(cls, storage, _):
            return cls(storage)

    kind = pa.list_(pa.struct({"x": pa.decimal128(38, 10)}))
    stored = pa.ExtensionArray.from_storage(Named(kind), pa.array([], kind))
    members = find_stored(stored).flatten().flatten()
    assert [len(encode_arrow("number", each).column.values) for each in members] == [0]


def test_the_scale_of_a_column_is_no_ones_declaration():
    """99 in a column of eight decimals is declared as 99; a Python Decimal keeps its decimals."""
    column = pa.array([Decimal("99.00000000"), Decimal("8.50000000"), None], pa.decimal128(20, 8))
    assert written({"N": column}) == [0, 1, None]
    assert written(pa.table({"N": column})) == [0, 1, None]
    polars = pytest.importorskip("polars")
    assert written(polars.DataFrame({"N": [Decimal("99.00"), Decimal("8.50"), None]})) == [
        0,
        1,
        None,
    ]
    assert written({"N": [Decimal("99.00"), Decimal("8.50"), None]}) == [2, 2, None]


def test_declared_values_agree_with_the_row_by_row_way():
    """A declared value rounded to its own decimals agrees from Arrow as from a list."""
    plan = ruletrail.load("sociale/2024")
    base = {"M12": [7, 7, 7], "M12_ore": [200, 200, 200]}
    declared = [Decimal("28.57"), Decimal("28.6"), Decimal("28.58")]
    wide = pa.array(declared, pa.decimal128(38, 18))
    tables = [{**base, "M12_media": declared}, pa.table({**base, "M12_media": wide})]
    rounded, cut, wrong = (
        plan.evaluate_many(table).status.to_list()
        for table in [*tables, {**base, "M12_media": declared}]
    )
    assert rounded == cut == wrong
    assert rounded[2] == "invalid"
    assert "invalid" not in rounded[:2]


@pytest.mark.parametrize(
    ("column", "shown"),
    [
        (pa.array([1, 10**15], pa.int64()), "1000000000000000"),
        (pa.array([0.5, math.inf]), "inf"),
        (pa.array([Decimal(0), Decimal("0.00000000001")], pa.decimal128(20, 11)), "1E-11"),
        (pa.array(["1"]), "1"),
        (pa.array([True]), "True"),
    ],
)
def test_what_is_no_number_is_named_with_its_row(column, shown):
    """The first cell that is no exact value of the field is an error that says which."""
    with pytest.raises(ColumnError, match="`N` holds") as caught:
        encode_columns(FIELDS, {"N": column})
    assert (str(caught.value.value), caught.value.row) == (shown, len(column) - 1)


# -- Texts and booleans ----------------------------------------------------------------------------


def test_texts_of_every_arrow_type():
    """Strings of every type, dictionaries with nulls and repeats, chunks, slices; NA is Napoli."""
    words = ["NA", None, "è", "NA", ""]
    repeating = pa.DictionaryArray.from_arrays(
        pa.array([3, 1, 2, 0, 4], pa.int8()), pa.array(["NA", None, "è", "NA", "", "unused"])
    )
    columns = [pa.array(words, kind) for kind in (pa.string(), pa.large_string(), pa.string_view())]
    columns += [
        pa.array(words).dictionary_encode(),
        repeating,
        pa.chunked_array([words[:2], words[2:]], pa.string()),
    ]
    columns += [pa.array(["x", *words, "y"])[1:6], pa.array(["x", *words]).dictionary_encode()[1:]]
    columns += [
        pa.chunked_array(
            [pa.array(words[:2]).dictionary_encode(), pa.array(words[2:]).dictionary_encode()]
        )
    ]
    for column in columns:
        assert cells({"T": column}, "T") == words, column.type
        assert cells({"P": column}, "P") == words, column.type
    assert cells({"T": pa.chunked_array([], pa.string())}, "T") == []
    assert cells({"T": pa.nulls(2)}, "T") == [None, None]


def test_words_of_a_column_are_listed_once():
    """A dictionary that repeats a word would make equal texts differ."""
    column = encode_arrow(
        "text", pa.DictionaryArray.from_arrays(pa.array([0, 1]), pa.array(["a", "a"]))
    ).column
    assert isinstance(column, WordColumn)
    assert (column.words, column.codes.tolist()) == (("a",), [0, 0])


def test_texts_are_read_as_documents_read_them():
    """A letter with its accent apart is the letter, so that equal texts are equal."""
    for column in (
        ["e\u0300", "è"],
        pa.array(["e\u0300", "è"]),
        pa.array(["e\u0300", "è"]).dictionary_encode(),
    ):
        rows, columns = encode_columns(FIELDS, {"T": column})
        assert [value_of(columns["T"], row) for row in range(rows)] == ["è", "è"]
        assert columns["T"].codes[0] == columns["T"].codes[1]


def test_a_text_that_is_no_utf8_is_named():
    """Arrow does not check its texts: a bad cell is shown as bytes, the others are untouched."""
    offsets = pa.py_buffer(np.array([0, 1, 2], np.int32).tobytes())
    column = pa.Array.from_buffers(pa.string(), 2, [None, offsets, pa.py_buffer(b"a\xff")])
    encoded = encode_arrow("text", column)
    assert encoded.bad.tolist() == [False, True]
    assert value_of(encoded.column, 0) == "a"
    with pytest.raises(ColumnError, match=r"xff"):
        encode_columns(FIELDS, {"T": column})


def test_booleans_and_what_is_none():
    """Bits with an offset, chunks and nulls; a number is no boolean and a text no boolean."""
    bits = [True, None, False, True] * 5
    assert cells({"B": pa.array(bits)[3:]}, "B") == bits[3:]
    assert cells({"B": pa.chunked_array([bits[:3], bits[3:]])}, "B") == bits
    for column in (pa.array([1]), pa.array(["true"])):
        with pytest.raises(ColumnError, match="`B` holds"):
            encode_columns(FIELDS, {"B": column})


# -- pandas, Polars --------------------------------------------------------------------------------


def test_pandas_columns():
    """Nullable and numpy types, NaN, NA, categories, Decimals, both kinds of string."""
    pd = pytest.importorskip("pandas")
    numbers = {
        "Int64": pd.Series([1, pd.NA, 3], dtype="Int64"),
        "float with NaN": pd.Series([1.0, math.nan, 3.0]),
        "Float64": pd.Series([1.0, pd.NA, 3.0], dtype="Float64"),
        "object": pd.Series([Decimal(1), None, Decimal(3)], dtype=object),
        "mixed": pd.Series([1, pd.NA, Decimal("3.00")], dtype=object),
        "category": pd.Series([1, None, 3], dtype="category"),
        "Arrow": pd.Series(
            [Decimal(1), None, Decimal(3)], dtype=pd.ArrowDtype(pa.decimal128(38, 18))
        ),
    }
    for name, column in numbers.items():
        assert cells(pd.DataFrame({"N": column}), "N") == [1, None, 3], name
        assert cells({"N": column}, "N") == [1, None, 3], name
    texts = {
        "object": pd.Series(["NA", None, "è"], dtype=object),
        "NaN": pd.Series(["NA", math.nan, "è"], dtype=object),
        "default": pd.Series(["NA", None, "è"]),
        "string": pd.Series(["NA", pd.NA, "è"], dtype="string"),
        "category": pd.Series(["NA", None, "è"], dtype="category"),
    }
    for name, column in texts.items():
        assert cells(pd.DataFrame({"P": column}), "P") == ["NA", None, "è"], name
    assert cells(pd.DataFrame({"B": pd.Series([True, pd.NA], dtype="boolean")}), "B") == [
        True,
        None,
    ]
    assert cells(pd.DataFrame({"B": [True, False]}), "B") == [True, False]
    assert written(pd.DataFrame({"N": pd.Series([Decimal("99.00"), None], dtype=object)})) == [
        2,
        None,
    ]


def test_a_pandas_frame_with_an_index_of_its_own():
    """Rows are taken in order; an index is no column."""
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"N": [1, 2, 3], "P": ["AN", "NA", None]}, index=[7, 7, 3])
    assert cells(frame.iloc[1:], "N") == [2, 3]
    assert cells(frame[frame["N"] > 1], "P") == ["NA", None]


def test_polars_columns():
    """Integers, floats, decimals, categories, enumerations, slices; null and NaN are missing."""
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame(
        {
            "N": pl.Series([Decimal("1.50"), None, Decimal(3)], dtype=pl.Decimal(20, 8)),
            "P": pl.Series(["NA", None, "AN"], dtype=pl.Categorical),
            "T": ["è", "", None],
            "B": [True, None, False],
        }
    )
    assert cells(frame, "N") == [Fraction(3, 2), None, 3]
    assert cells(frame, "P") == ["NA", None, "AN"]
    assert cells(frame.slice(1, 2), "T") == ["", None]
    assert cells(frame, "B") == [True, None, False]
    assert cells(frame.with_columns(P=pl.col("P").cast(pl.Enum(["AN", "NA"]))), "P") == [
        "NA",
        None,
        "AN",
    ]
    assert cells({"N": pl.Series([1.5, math.nan, None])}, "N") == [Fraction(3, 2), None, None]
    assert cells({"N": pl.Series([1, 2], dtype=pl.UInt16)}, "N") == [1, 2]
    assert cells(pl.DataFrame({"N": pl.Series([Decimal(1), 2], dtype=pl.Object)}), "N") == [1, 2]


def test_one_table_from_every_library_is_answered_alike():
    """Columns as lists, as Arrow, pandas and Polars tables: the same answer, cell for cell."""
    pd, pl = pytest.importorskip("pandas"), pytest.importorskip("polars")
    plan = ruletrail.load("sociale/2024")
    chance = random.Random(3)  # noqa: S311 - the same cases each time
    table = {
        code: [
            None if chance.random() < 0.1 else chance.choice(field.choices or ("", "è"))
            for _ in range(40)
        ]
        if field.kind == "text"
        else [None if chance.random() < 0.1 else chance.randrange(500) for _ in range(40)]
        for code, field in plan.functions.typed.fields.items()
    }
    expected = plan.evaluate_many(table).to_dict()
    arrow = pa.table(table)
    for other in (
        arrow,
        arrow.to_batches()[0],
        pd.DataFrame(table),
        pd.DataFrame(table).convert_dtypes(),
        pl.DataFrame(table),
    ):
        assert plan.evaluate_many(other).to_dict() == expected
    chunked = pa.concat_tables([arrow.slice(0, 7), arrow.slice(7)])
    assert plan.evaluate_many(chunked).to_dict() == expected


def test_names_that_stand_twice_and_what_is_no_table():
    """Two columns of one name would lose one."""
    pd = pytest.importorskip("pandas")
    for table in (
        pa.table([[1], [2]], names=["N", "N"]),
        pd.DataFrame([[1, 2]], columns=["N", "N"]),
    ):
        with pytest.raises(ValueError, match="`N` stands twice"):
            encode_columns(FIELDS, table)
    with pytest.raises(TypeError, match="a table is a mapping of columns"):
        encode_columns(FIELDS, [1])


def test_without_pyarrow_columns_are_read_value_by_value(monkeypatch):
    """Only numpy is needed where no Arrow is."""
    pd, pl = pytest.importorskip("pandas"), pytest.importorskip("polars")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    for frame in (pd.DataFrame({"N": [1.5, math.nan]}), pl.DataFrame({"N": [1.5, None]})):
        assert cells(frame, "N") == [Fraction(3, 2), None]


def test_prepared_columns_pass():
    """What is prepared already is taken as it is."""
    column = NumberColumn(np.array([1], np.int64), 1)
    assert encode_columns(FIELDS, {"N": column}) == (1, {"N": column})


def test_short_floats_are_read_by_their_own_shortest_text():
    """0.1 in 32 bits is what it prints as, from numpy, Arrow and the rows of a batch alike."""
    written = [0.1, 8.5, 123456.7, -0.0, 1e-4]
    for kind in (np.float32, np.float16):
        held = np.array(written[:2] if kind is np.float16 else written, kind)
        expected = [float(str(value)) for value in held]
        assert widen_floats(pa.array(held)).to_pylist() == expected
    batch = pa.record_batch(
        {"n": pa.array(np.array([0.1, 123456.7], np.float32), mask=np.array([False, False]))}
    )
    assert [row.data for row in list_rows(Stretch(batch, 1))] == [(0.1,), (123456.7,)]
    assert widen_floats(pa.array([None, 0.5], pa.float32())).to_pylist() == [None, 0.5]


# -- Kinds: quoting decides in a report, the type of a value in a column ---------------------------

WRONG_KINDS = {
    "N": ("12", "1e3", "", b"12", True, date(2024, 1, 1), timedelta(1), 1j, [1]),
    "T": (12, 1.5, Decimal(1), True, b"NO", date(2024, 1, 1)),
    "B": (0, 1, 1.0, "true", b"true", Decimal(1)),
}
"""What the column of a field cannot hold, however much it may look like it."""

RIGHT = {"N": 1, "T": "x", "B": True}


def libraries(value):
    """Give a column of one value as each library has it, where it can."""
    yield [value]
    makers = {
        "numpy": lambda: np.array([value]),
        "objects": lambda: np.array([value, None], object),
        "pyarrow": lambda: pa.array([value]),
        "pandas": lambda: pytest.importorskip("pandas").Series([value]),
        "pandas objects": lambda: pytest.importorskip("pandas").Series([value], dtype=object),
        "polars": lambda: pytest.importorskip("polars").Series("x", [value]),
    }
    for make in makers.values():
        try:
            yield make()
        except (TypeError, ValueError, pa.ArrowException, OverflowError):
            continue  # the library itself has no such column


@pytest.mark.parametrize("code", sorted(WRONG_KINDS))
def test_a_value_of_another_kind_is_refused_in_every_library(code):
    """A text of digits is no number, 1 no boolean, and nothing but a text is a text."""
    for value in WRONG_KINDS[code]:
        for column in libraries(value):
            if getattr(column, "ndim", 1) != 1:
                continue
            with pytest.raises(ColumnError, match=f"`{code}`") as caught:
                encode_columns(FIELDS, {code: column})
            assert (caught.value.code, caught.value.row) == (code, 0), value


@pytest.mark.parametrize("code", sorted(WRONG_KINDS))
def test_in_a_mixed_column_the_row_is_named(code):
    for value in WRONG_KINDS[code]:
        with pytest.raises(ColumnError) as caught:
            encode_columns(FIELDS, {code: [RIGHT[code], None, value]})
        assert (caught.value.row, caught.value.value) == (2, value)


def test_a_text_is_told_from_a_number_in_the_sentence():
    with pytest.raises(ColumnError, match="holds `'12'` in row 0"):
        encode_columns(FIELDS, {"N": np.array(["12"])})
    with pytest.raises(ColumnError, match=r"holds `≈1E\+5000` in row 0"):
        encode_columns(FIELDS, {"N": [10**5000]})


def test_numbers_of_every_library_are_numbers():
    """Short floats by their own shortest text; NaN is missing whatever its width."""
    for type_ in (np.int8, np.uint64, np.float16, np.float32, np.float64):
        assert cells({"N": np.array([3], type_)}, "N") == [Fraction(3)]
        assert written({"N": list(np.array([3], type_))}) == [0]
    for type_ in (np.float16, np.float32, np.float64):
        column = np.array([0.1, np.nan], type_)
        assert cells({"N": column}, "N") == [Fraction(1, 10), None]
        assert cells({"N": list(column)}, "N") == [Fraction(1, 10), None]


NO_COLUMNS = {
    "a text": "12",
    "a text of numpy": np.str_("12"),
    "bytes": b"12",
    "changeable bytes": bytearray(b"12"),
    "a set": {1, 2},
    "a frozen set": frozenset([1]),
    "a mapping": {0: 1},
    "the values of a mapping": {0: 1}.values(),
    "a generator": (number for number in (1, 2)),
    "a number": 12,
    "nothing": None,
    "a number of numpy": np.int64(12),
    "an array without dimensions": np.array(12),
    "an array of two dimensions": np.array([[1], [2]]),
    "a table of Arrow": pa.table({"N": [1]}),
    "a batch of Arrow": pa.RecordBatch.from_pydict({"N": [1]}),
}


@pytest.mark.parametrize("code", sorted(WRONG_KINDS))
@pytest.mark.parametrize("name", NO_COLUMNS)
def test_what_is_no_list_of_values_is_no_column(name: str, code: str):
    """Whatever has no order, or is one value that Python can go through, is refused whole."""
    column = NO_COLUMNS[name]
    with pytest.raises(ColumnError, match=f"`{code}` is no list of single values") as caught:
        encode_columns(FIELDS, {code: column})
    assert (caught.value.code, caught.value.row) == (code, None)
    assert caught.value.value is column


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_frame_is_no_column(library: str):
    frame = pytest.importorskip(library).DataFrame({"N": [1]})
    with pytest.raises(ColumnError, match="of type `DataFrame`"):
        encode_columns(FIELDS, {"N": frame})


def test_every_ordered_list_is_a_column():
    """Also those that no library declares as sequences."""

    class Own:
        def __len__(self):
            return 2

        def __getitem__(self, at):
            return [1, 2][at]

    lists = ((1, 2), range(1, 3), deque([1, 2]), array("q", [1, 2]), memoryview(array("q", [1, 2])))
    for column in (*lists, np.array([1, 2]), pa.array([1, 2]), pa.chunked_array([[1], [2]]), Own()):
        assert cells({"N": column}, "N") == [Fraction(1), Fraction(2)]


def test_a_table_without_columns_has_its_rows():
    """Reports in which nothing is declared are reports: each has its answer, as one alone has."""
    plan = load_text(
        rulebook_text({"rules": {"X": {"formula": "A"}}}), schema_of({"A": {"type": "number"}})
    )
    alone = plan.evaluate({"rulebook": plan.reference, "fields": {}})
    table = pa.table({"A": [1, 2, 3]}).select([])
    frame = pytest.importorskip("pandas").DataFrame(index=range(3))
    for each in (table, table.to_batches()[0], frame):
        answered = plan.evaluate_many(each)
        assert list(answered.to_dict()["status"]) == [alone.status] * 3
        assert [answered.values["X"][row] for row in range(3)] == [None] * 3
    for empty in ({}, pa.table({}), table.slice(0, 0)):
        assert plan.evaluate_many(empty).rows == 0


@pytest.mark.parametrize("rows", [1, 2, 5])
@pytest.mark.parametrize("coded", [False, True])
def test_a_text_that_is_no_utf8_is_refused_though_it_is_the_only_one(rows: int, coded: bool):  # noqa: FBT001 - a parameter of the test
    """A column whose one entry cannot be read has as many entries as texts that can: one."""
    offsets = np.arange(rows + 1, dtype=np.int32) * 2
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(b"\xff\xff" * rows)]
    column = pa.Array.from_buffers(pa.string(), rows, buffers)
    plan = load_text(
        rulebook_text({"rules": {"X": {"formula": "length(T)"}}}),
        schema_of({"T": {"type": "string"}}),
    )
    with pytest.raises(ProblemsError, match="row 0"):
        plan.evaluate_many({"T": column.dictionary_encode() if coded else column})


def test_dictionaries_that_arrow_cannot_unite_or_take_from():
    """Nulls among a dictionary's entries in chunks, and entries that are views."""
    plan = load_text(
        rulebook_text({"rules": {"X": {"formula": "length(T)"}}}),
        schema_of({"T": {"type": "string"}}),
    )
    codes = pa.array([0, 1], pa.int32())
    made = [
        pa.DictionaryArray.from_arrays(codes, pa.array(entries))
        for entries in (["a", None], [None, "bb"])
    ]
    found = plan.evaluate_many({"T": pa.chunked_array(made)}).values["X"]
    assert [found[row] for row in range(4)] == [1, None, None, 2]
    views = pa.DictionaryArray.from_arrays(codes, pa.array(["a", "bb"], pa.string_view()))
    found = plan.evaluate_many({"T": views}).values["X"]
    assert [found[row] for row in range(2)] == [1, 2]


@pytest.mark.parametrize("text", ["1E+999999999999999999", "1E-999999999999999999", "1E+100000000"])
def test_an_exponent_asks_for_no_memory(text: str):
    """Written in full these would have more digits than there is room for."""
    plan = load_text(
        rulebook_text({"rules": {"X": {"formula": "A"}}}), schema_of({"A": {"type": "number"}})
    )
    begun = time.process_time()
    with pytest.raises(ProblemsError, match="1E"):
        plan.evaluate_many({"A": [Decimal(text)]})
    assert time.process_time() - begun < 1


def test_days_and_runs_in_any_dictionary_of_arrow():
    """Days in a dictionary, and columns of runs, are what their cells say; they were refused."""
    days = pa.array([date(2024, 1, 31), None, date(2024, 1, 31)])
    plain = encode_arrow("date", days).column
    for coded in (
        days.dictionary_encode(),
        days.cast(pa.timestamp("ms")).dictionary_encode(),
        days.cast(pa.string()).dictionary_encode(),
        pa.RunEndEncodedArray.from_arrays([1, 2, 3], days),
    ):
        found = encode_arrow("date", coded)
        assert found.bad is None
        assert [value_of(found.column, row) for row in range(3)] == [
            value_of(plain, row) for row in range(3)
        ]
    for kind, runs in (("number", [5, 7]), ("text", ["a", "b"]), ("boolean", [True, False])):
        found = encode_arrow(kind, pa.RunEndEncodedArray.from_arrays([2, 3], runs))
        assert found.bad is None
        assert [value_of(found.column, row) for row in range(3)] == [runs[0], runs[0], runs[1]]
