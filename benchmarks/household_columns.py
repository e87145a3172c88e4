"""Time households by columns beside the same program by hand in Polars.

`python -m benchmarks.household_columns [households …]`, 100 000 by default. The rulebook is that of
`tests/household`: ages by days, a tax by bands for each member, a keyed table, sums over members,
checks of members and of households. Both sides take one Arrow table, with a list of 1 to 8 structs
in each row, and leave columns of households and of members. Polars computes in float64, on both
cores, and knows no non-values; ours is the call that a user makes, `Plan.evaluate_many`.
"""

import sys
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

import ruletrail
from benchmarks.timing import table, time_all

RULEBOOK = Path(__file__).parent.parent / "tests/household/household.yaml"
MOST_MEMBERS = 8
ROUNDS = 5
CENT = 0.005


def make_households(count: int, seed: int = 1) -> pa.Table:
    """Make households with 1 to 8 members, of which a third are minors without income."""
    chance = np.random.default_rng(seed)
    sizes = chance.integers(1, MOST_MEMBERS + 1, count)
    members = int(sizes.sum())
    days = chance.integers(date(1940, 1, 1).toordinal(), date(2024, 1, 1).toordinal(), members)
    is_minor = days > date(2006, 5, 31).toordinal()
    income = np.where(is_minor, 0, chance.integers(0, 9_000_000, members))
    epoch = date(1970, 1, 1).toordinal()
    structs = pa.StructArray.from_arrays(
        [
            pa.array([f"n{number % 1000}" for number in range(members)]),
            pa.array((days - epoch).astype(np.int32)).cast(pa.date32()),
            pc.multiply(pa.array(income).cast(pa.decimal128(19, 0)), Decimal("0.01")),
        ],
        ["nome", "nascita", "reddito"],
    )
    offsets = np.zeros(count + 1, np.int32)
    np.cumsum(sizes, out=offsets[1:])
    asked = chance.integers(date(2023, 12, 1).toordinal(), date(2024, 12, 31).toordinal(), count)
    return pa.table(
        {
            "data_domanda": pa.array((asked - epoch).astype(np.int32)).cast(pa.date32()),
            "componenti": pa.ListArray.from_arrays(pa.array(offsets), structs),
        }
    )


def by_hand(households: pa.Table) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Compute what the rulebook does, as somebody who knows Polars would."""
    frame = pl.from_arrow(households).lazy().with_row_index("id")
    born, asked, income = pl.col("nascita"), pl.col("data_domanda"), pl.col("reddito")
    members = frame.explode("componenti").unnest("componenti").with_columns(income.cast(pl.Float64))
    # who was born on 29 February is a year older on 28 February where there is no 29th
    birthday = pl.min_horizontal(born.dt.day(), asked.dt.month_end().dt.day())
    had_birthday = (asked.dt.month() > born.dt.month()) | (
        (asked.dt.month() == born.dt.month()) & (asked.dt.day() >= birthday)
    )
    years = asked.dt.year() - born.dt.year() - pl.when(had_birthday).then(0).otherwise(1)
    tax = (
        income.clip(0, 28_000) * 0.23
        + (income.clip(28_000, 50_000) - 28_000) * 0.35
        + (income.clip(50_000, None) - 50_000) * 0.43
    )
    members = members.with_columns(eta=years).with_columns(minore=pl.col("eta") < 18)  # noqa: PLR2004
    members = members.with_columns(
        imposta=pl.when("minore").then(0.0).otherwise(tax), plausibile=born <= asked
    ).collect()
    gathered = (
        members.lazy()
        .group_by("id", maintain_order=True)
        .agg(
            data_domanda=asked.first(),
            minori=pl.col("minore").sum(),
            totale=income.sum(),
            imposte=pl.col("imposta").sum(),
            piu_giovane=born.max(),
            plausibili=pl.col("plausibile").all(),
            quanti=pl.len(),
        )
    )
    many = pl.col("quanti")
    weight = pl.when(many == 1).then(1.0).when(many == 2).then(1.57)  # noqa: PLR2004
    weight = weight.when(many <= 4).then(2.04).otherwise(2.46)  # noqa: PLR2004
    in_time = asked >= date(2024, 1, 1)
    answers = gathered.with_columns(
        parametro=weight, scadenza=asked.dt.offset_by("6mo"), in_tempo=in_time
    ).with_columns(isee=(pl.col("totale") / pl.col("parametro")).round(2))
    is_right = pl.col("plausibili") & pl.col("in_tempo")
    answers = answers.with_columns(status=pl.when(is_right).then(0).otherwise(2))
    return answers.collect(), members


def compare(answers: Any, hand: tuple[pl.DataFrame, pl.DataFrame]) -> int:
    """Count the columns in which the two differ by a cent or more, or at all."""
    households, members = hand
    wrong = 0
    for code in ("minori", "totale", "imposte", "isee", "parametro"):
        ours = answers.values[code]
        found = ours.values / 10.0 ** (ours.scale or 0)
        wrong += bool((np.abs(found - households[code].to_numpy()) > CENT).any())
    rows = answers.lists["componenti"].values
    # of somebody who is born later the rulebook counts years back, whole ones
    is_born = members["plausibile"].to_numpy()
    wrong += bool(((rows["eta"].values != members["eta"].to_numpy()) & is_born).any())
    wrong += bool((answers.status.codes != households["status"].to_numpy()).any())
    return wrong


def main(arguments: list[str]) -> int:
    """Print a table for each number of households; 1 where the two sides differ."""
    plan = ruletrail.load(RULEBOOK)
    wrong = 0
    for count in [int(each) for each in arguments] or [100_000]:
        households = make_households(count)
        calls: Mapping[str, Callable[[], object]] = {
            "Polars by hand": lambda given=households: by_hand(given),
            "evaluate_many": lambda given=households: plan.evaluate_many(given),
            "evaluate_many, two workers": lambda given=households: plan.evaluate_many(
                given, workers=2
            ),
        }
        wrong += compare(plan.evaluate_many(households), by_hand(households))
        times = time_all(calls, rounds=ROUNDS)
        title = f"{count:,} households of 1 to {MOST_MEMBERS} members"
        print(table(title, times, "Polars by hand", 1e3, "ms"))
        ratio = times["evaluate_many"][1] / times["Polars by hand"][1]
        print(f"{ratio:.2f} times the time of Polars, by least\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
