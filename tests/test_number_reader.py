"""Numbers as people type them: point or comma, thousands only where they can mean nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.number_reader import MOST_CHARACTERS, NumberError, read_number, read_whole
from playground.numerals import number_text

NUMBERS = {
    "1.5": 1.5,
    "1,5": 1.5,
    " .5 ": 0.5,
    ",5": 0.5,
    "-,5": -0.5,
    "−3.25": -3.25,
    "+2": 2.0,
    "1e-3": 0.001,
    "2·10⁻⁵": 2e-5,
    "10^-6": 1e-6,
    "1,000.5": 1000.5,
    "1.000,5": 1000.5,
    "1 000,5": 1000.5,
    "1’000.5": 1000.5,
    "1,000,000": 1e6,
    "1.000.000": 1e6,
    "1 200 000": 1.2e6,
    "0,125": 0.125,
    "1.250": 1.25,
    "1000,500": 1000.5,
    "١٫": None,
    "1.2.3": None,
    "1,00,000": None,
    "1,2,3": None,
    "1 00": None,
    "1.000,000.5": None,
    "1'0": None,
    "1,000 000": None,
    "0x10": None,
    "1_0": None,
    "--1": None,
    "1e": None,
    "10⁻": None,
    "3 10²": None,
    "": None,
    ",": None,
}
WHOLE = {
    "1,000": 1000,
    "10,000": 10_000,
    "12 345 678": 12_345_678,
    "1.000.000": 1_000_000,
    "1e3": 1000,
    "20.0": 20,
    "4294967295": 2**32 - 1,
    "9007199254740993": 2**53 + 1,
    "1,5": None,
    "20.5": None,
    ".5": None,
    "0,5": None,
}


@pytest.mark.parametrize(("text", "value"), NUMBERS.items())
def test_a_number_is_read_or_refused(text: str, value: float | None) -> None:
    if value is None:
        with pytest.raises(NumberError, match=r"^must be a number"):
            read_number(text)
    else:
        assert read_number(text) == value


@pytest.mark.parametrize(("text", "value"), WHOLE.items())
def test_a_whole_number_is_read_or_refused(text: str, value: int | None) -> None:
    if value is None:
        with pytest.raises(NumberError, match=r"^must be a whole number"):
            read_whole(text)
    else:
        assert read_whole(text) == value
        assert isinstance(read_whole(text), int)


def test_what_can_mean_two_numbers_is_refused_with_both() -> None:
    with pytest.raises(NumberError, match=r"“1,500” may be 1\.5 or 1500"):
        read_number("1,500")
    with pytest.raises(NumberError, match=r"“10\.000” may be 10 or 10000"):
        read_whole("10.000")


@pytest.mark.parametrize("text", ["nan", "inf", "−∞", "1e400", "1e99999", "9" * 399])
def test_what_is_not_finite_is_refused(text: str) -> None:
    with pytest.raises(NumberError, match="must be a finite number"):
        read_number(text)


def test_a_long_text_is_refused_without_work() -> None:
    with pytest.raises(NumberError, match="at most"):
        read_whole("9" * (MOST_CHARACTERS + 1))


@given(st.floats(1e-300, 1e300) | st.floats(-1e300, -1e-300), st.integers(1, 17))
def test_what_the_program_writes_it_reads(value: float, digits: int) -> None:
    text = number_text(value, digits)
    assert read_number(text) == pytest.approx(value, rel=0.6 * 10.0 ** (1 - digits), abs=0)


SIGNS = "0123456789.,+-−eE·×10^⁻⁵ '’_\u202fnaifx∞٣²"


@given(st.text(st.sampled_from(SIGNS), max_size=30) | st.text(max_size=30))
def test_any_text_is_a_number_or_one_sentence(text: str) -> None:
    for read in (read_number, read_whole):
        try:
            value = read(text)
        except NumberError as error:
            assert str(error).endswith(".")
            assert "\n" not in str(error)
        else:
            assert abs(value) < float("inf")


def test_an_unclear_number_keeps_its_sign_and_its_power() -> None:
    with pytest.raises(NumberError, match=r"“−1,500e3” may be -1\.5e3 or -1500e3; write one of these"):
        read_number("−1,500e3")
    assert read_number("-1.5e3") == -1500.0


@pytest.mark.parametrize(
    "text", ["1e-400", "−2,5·10⁻⁴⁰⁰", "10^-324", "0." + "0" * 350 + "1", "1e-999999999999"]
)
def test_a_number_too_close_to_zero_is_not_read_as_zero(text: str) -> None:
    with pytest.raises(NumberError, match=r"^is too close to 0: “.*” cannot be told from 0; write 0 if"):
        read_number(text)
    with pytest.raises(NumberError, match=r"^must be a whole number"):
        read_whole(text)


@pytest.mark.parametrize("text", ["0", "0e-400", "-0.00", "0·10⁻⁴⁰⁰", "0" * 390, "5e-324", "1e-310"])
def test_zero_in_any_length_and_the_smallest_numbers_are_read(text: str) -> None:
    assert read_number(text) == float(text.replace("·10⁻⁴⁰⁰", ""))


def test_a_whole_number_is_whole_in_all_its_digits() -> None:
    assert read_whole("1e23") == 10**23
    assert read_whole("9007199254740993.0") == 9007199254740993
    with pytest.raises(NumberError, match="must be a whole number"):
        read_whole("1." + "0" * 30 + "1")
