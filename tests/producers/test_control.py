"""Control of a domain over days and years, on a clock of our own: every transition right, and no storm of checks."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.producers.control import ENDING_LIFE, GRACE, Control, Notice, Seen, Shown, Stand, proved, step, wait
from services.producers.coop import CoopState, Reason
from services.producers.rdap import Verdict
from tests.producers.year import DAWN, DAY, Life, Look, World, admitted, day, diligent, idle

ON_HOLD = Stand(CoopState.SUSPENDED, Reason.DOMAIN_ON_HOLD)
EXPIRING = Stand(CoopState.SUSPENDED, Reason.DOMAIN_EXPIRING)
GONE = Stand(CoopState.LAPSED, Reason.DOMAIN_GONE)
MOVED = Stand(CoopState.LAPSED, Reason.DOMAIN_CHANGED_HANDS)
UNPROVED = Stand(CoopState.LAPSED, Reason.PROOF_EXPIRED)
MENDED = Stand(CoopState.ADMITTED, Reason.MENDED)
PROVED_AGAIN = Stand(CoopState.ADMITTED, Reason.PROVED_AGAIN)

OUTAGE = Seen(Verdict.UNKNOWN, Shown.UNREACHABLE)


def lived(look: Look, days: float, seed: int = 1) -> Life:
    life = admitted(look)
    World(random.Random(seed)).run([life], DAWN + days * DAY)
    return life


def then(*spells: tuple[float, Verdict]) -> Look:
    """The registry says each verdict from that day on."""

    def look(now: "object") -> Seen:
        said = [verdict for since, verdict in spells if day(now) >= since]  # type: ignore[arg-type]
        return Seen(said[-1] if said else Verdict.PROCEED)

    return look


@pytest.mark.parametrize(
    ("look", "stands"),
    [
        (then((10, Verdict.HOLD)), [ON_HOLD]),
        (then((10, Verdict.HOLD), (20, Verdict.PROCEED)), [ON_HOLD, MENDED]),
        (then((10, Verdict.ENDING), (20, Verdict.PROCEED)), [EXPIRING, MENDED]),
        (then((10, Verdict.ENDING), (20, Verdict.HOLD), (30, Verdict.PROCEED)), [EXPIRING, ON_HOLD, MENDED]),
        (then((10, Verdict.ENDING)), [EXPIRING, GONE]),
        (then((10, Verdict.ENDING), (60, Verdict.PROCEED)), [EXPIRING, GONE, MENDED]),
        (then((10, Verdict.MISSING)), [GONE]),
        (then((10, Verdict.MISSING), (12, Verdict.PROCEED)), [GONE, MENDED]),
        (then((10, Verdict.MISSING), (12, Verdict.MOVED)), [GONE, MOVED]),
        (then((10, Verdict.MOVED)), [MOVED]),
        (then((10, Verdict.MOVED), (11, Verdict.PROCEED)), [MOVED]),
        (then((10, Verdict.HOLD), (12, Verdict.MOVED), (14, Verdict.PROCEED)), [ON_HOLD, MOVED]),
        (then((10, Verdict.UNKNOWN)), []),
        (then((10, Verdict.HOLD), (12, Verdict.UNKNOWN)), [ON_HOLD]),
        (then((10, Verdict.HOLD), (12, Verdict.UNKNOWN), (40, Verdict.PROCEED)), [ON_HOLD, MENDED]),
        (then((10, Verdict.MISSING), (12, Verdict.UNKNOWN)), [GONE]),
    ],
)
def test_what_the_registry_says_moves_a_co_op_as_the_table_has_it(look: Look, stands: list[Stand]) -> None:
    assert lived(look, 75).stands == stands


def test_a_domain_about_to_be_deleted_has_thirty_days() -> None:
    life = lived(then((10, Verdict.ENDING)), 75)

    assert 10 <= life.on(EXPIRING)[0] <= 11.2
    assert 40 <= life.on(GONE)[0] <= 42.5


def test_a_proof_has_ninety_days_and_fourteen_of_grace_with_a_notice_at_each_step() -> None:
    life = lived(idle, 130)

    assert life.notices == [Notice.SOON, Notice.DUE, Notice.HALF, Notice.LAST_DAY]
    assert [round(life.on(notice)[0]) for notice in life.notices] == pytest.approx([76, 90, 97, 103], abs=1.2)
    assert life.stands == [UNPROVED]
    assert 104 <= life.on(UNPROVED)[0] <= 105.3


def test_a_fresh_proof_brings_a_lapsed_co_op_back_and_starts_ninety_days_anew() -> None:
    def late(now: "object") -> Seen:
        return Seen(Verdict.PROCEED, Shown.YES if 150 < day(now) < 151.3 else Shown.NO)  # type: ignore[arg-type]

    life = lived(late, 230)

    assert life.stands == [UNPROVED, PROVED_AGAIN]
    assert life.notices[-1] is Notice.SOON
    assert 226 <= life.on(Notice.SOON)[-1] <= 229


def test_a_proof_brings_back_at_once_what_lost_one_and_nothing_else() -> None:
    now = DAWN + 120 * DAY
    known = Control(proved_at=None, counted_at=now, stand=MOVED)

    assert proved(known, now)[1] == [PROVED_AGAIN]
    assert proved(replace(known, registry=Verdict.MOVED), now)[1] == []
    assert proved(replace(known, stand=ON_HOLD, registry=Verdict.HOLD, proved_at=now), now)[1] == []
    assert proved(replace(known, stand=MENDED, proved_at=now), now)[1] == []


def outage(first: float, last: float, usual: Look) -> Look:
    return lambda now: OUTAGE if first <= day(now) < last else usual(now)


@pytest.mark.parametrize(("first", "last"), [(85, 100), (91, 105), (100, 130), (40, 96)])
def test_the_grace_clock_stands_still_while_nobody_can_be_asked(first: float, last: float) -> None:
    life = lived(outage(first, last, idle), 200)
    lost = last - max(first, 90)

    assert life.stands == [UNPROVED]
    # Never a day too early; later by what the last check before the outage could not count.
    assert 104 + lost <= life.on(UNPROVED)[0] <= 104 + lost + 3.5


def test_the_clock_of_a_domain_about_to_be_deleted_stands_still_as_well() -> None:
    life = lived(outage(15, 35, then((10, Verdict.ENDING))), 75)

    assert 60 <= life.on(GONE)[0] <= 64


def test_a_zone_that_nobody_can_ever_ask_stops_its_clock_for_sixty_days_and_no_longer() -> None:
    life = lived(outage(80, 400, idle), 300)

    assert life.stands == [UNPROVED]
    assert 154 <= life.on(UNPROVED)[0] <= 160


def test_days_on_which_this_house_was_away_are_not_counted() -> None:
    known = Control(proved_at=DAWN, counted_at=DAWN + 80 * DAY)

    after, actions = step(known, Seen(Verdict.PROCEED), DAWN + 120 * DAY)

    assert after.grace_used == timedelta(hours=36)
    assert list(actions) == [Notice.DUE]


def test_a_year_of_three_hundred_co_ops_ends_as_each_deserves() -> None:
    dice, world = random.Random(7), World(random.Random(8))
    good = [admitted(diligent) for _ in range(200)]
    unlucky = [admitted(outage(start, start + 12, diligent)) for start in (dice.uniform(0, 300) for _ in range(40))]
    forgetful = [admitted(idle) for _ in range(20)]
    held = [admitted(then((day, Verdict.HOLD))) for day in (dice.uniform(0, 70) for _ in range(20))]
    sold = [admitted(then((day, Verdict.MOVED), (day + 3, Verdict.PROCEED))) for day in range(20)]

    world.run(good + unlucky + forgetful + held + sold, DAWN + 365 * DAY)

    assert all(life.stands == [] for life in good + unlucky)
    assert all(set(life.notices) == {Notice.SOON} for life in good)
    assert all(life.stands == [UNPROVED] for life in forgetful)
    assert all(life.stands[0] == ON_HOLD and life.stands[-1] == UNPROVED for life in held)
    assert all(life.stands == [MOVED] for life in sold)
    assert no_storm(world, 300, 365)


def no_storm(world: World, co_ops: int, days: int) -> bool:
    """Once a day for each, and never in an hour more than a few times the average."""
    assert 0.95 * co_ops * days < world.checks.total() < 1.3 * co_ops * days
    return max(world.checks.values()) < 3 * co_ops / 24


def test_a_week_of_ten_thousand_is_spread_evenly() -> None:
    world = World(random.Random(9))
    lives = [admitted(lambda _: Seen(Verdict.PROCEED)) for _ in range(10_000)]

    world.run(lives, DAWN + 7 * DAY)

    assert no_storm(world, 10_000, 7)
    assert max(world.checks.values()) < 1.5 * 10_000 / 24
    assert not any(life.done for life in lives)


def test_a_week_in_which_everything_fails_revokes_nobody_and_is_no_storm() -> None:
    world = World(random.Random(10))
    lives = [admitted(outage(2, 5, lambda _: Seen(Verdict.PROCEED))) for _ in range(3_000)]

    world.run(lives, DAWN + 7 * DAY)

    assert not any(life.done for life in lives)
    # Each is tried again after an hour, then less and less often: five times on its first day.
    assert max(world.checks.values()) < 6 * 3_000 / 24
    assert world.checks.total() < 2 * 7 * 3_000


@pytest.mark.parametrize("roll", [0.0, 0.5, 0.999])
def test_a_pause_that_the_registry_asks_for_is_never_cut_short(roll: float) -> None:
    known = Control(proved_at=DAWN, counted_at=DAWN, failures=1)
    asked = timedelta(hours=5)

    assert asked <= wait(known, Seen(Verdict.UNKNOWN, retry_after=asked), roll) <= 1.1 * asked


def test_after_failures_the_next_check_comes_soon_and_then_less_and_less_often() -> None:
    waits = [wait(Control(DAWN, DAWN, failures=n), OUTAGE, 0.5) for n in range(1, 12)]

    assert waits[:3] == [timedelta(hours=1), timedelta(hours=2), timedelta(hours=4)]
    assert waits == sorted(waits)
    assert waits[-1] == DAY


SIGHTS = st.builds(Seen, st.sampled_from(Verdict), st.sampled_from(Shown))
SPELLS = st.lists(st.tuples(st.floats(0.01, 40), SIGHTS), max_size=40)


@given(SPELLS)
def test_whatever_happens_the_clocks_only_run_between_checks_that_got_through(
    spells: Sequence[tuple[float, Seen]],
) -> None:
    known, now = Control(proved_at=DAWN, counted_at=DAWN), DAWN
    for days, seen in spells:
        before, now = known, now + days * DAY
        known, actions = step(known, seen, now)

        if not seen.got_through and before.stopped < timedelta(days=60):
            assert (known.grace_used, known.ending_used) in {
                (before.grace_used, before.ending_used),
                (timedelta(0), before.ending_used),
                (before.grace_used, timedelta(0)),
                (timedelta(0), timedelta(0)),
            }
        if known.stand == UNPROVED != before.stand:
            assert known.grace_used >= GRACE
        if known.stand == GONE != before.stand:
            assert known.registry is Verdict.MISSING or known.ending_used >= ENDING_LIFE
        if seen == OUTAGE and before.stopped < timedelta(days=60):
            assert not any(isinstance(action, Stand) for action in actions)
