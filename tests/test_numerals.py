"""Numbers as they are read: enough digits, powers of ten, no e."""

import math

import pytest

from playground.numerals import limit_text, loss_text, losses_apart, shorter_texts, unbroken


@pytest.mark.parametrize(
    ("before", "after", "texts"),
    [
        (0.7466, 0.7349, ("0.7466", "0.7349")),
        (0.030214, 0.030209, ("0.030214", "0.030209")),
        (0.03021, 0.030214, ("0.030210", "0.030214")),
        (0.001, 0.001001, ("0.001000", "0.001001")),
        (1.0, 0.99999, ("1.00000", "0.99999")),
        (5.0, 5.0000001, ("5.0000000", "5.0000001")),
        (1e-5, 1.0001e-5, ("10⁻⁵", "1.0001·10⁻⁵")),
        (4.84e305, 1.0, ("4.84·10³⁰⁵", "1.000")),
        (0.0302, 0.0302, ("0.03020", "0.03020")),
    ],
)
def test_two_losses_get_the_digits_that_tell_them_apart(before, after, texts):
    assert losses_apart(before, after) == texts
    assert losses_apart(after, before) == texts[::-1]


def test_neighbouring_floats_are_told_apart_and_what_is_no_number_is_said():
    for loss in (0.3, 1234.5, 2.5e-9, 7e200):
        assert len(set(losses_apart(loss, math.nextafter(loss, math.inf)))) == 2
    assert losses_apart(math.nan, 1.0) == ("not a number", "1.000")
    assert losses_apart(math.inf, math.inf) == ("∞", "∞")
    assert (loss_text(0.068), loss_text(123.456)) == ("0.06800", "123.5")


def test_a_long_number_has_ever_shorter_texts() -> None:
    assert shorter_texts(0.00048474) == ("0.000485", "0.00048", "4.8·10⁻⁴", "5·10⁻⁴")
    assert shorter_texts(6.824e305)[-2:] == ("6.8·10³⁰⁵", "7·10³⁰⁵")
    assert shorter_texts(1_234_567.0)[-2:] == ("1.2·10⁶", "10⁶")
    # Two digits are seen to be two.
    assert shorter_texts(0.0001968) == ("0.000197", "0.00020", "2.0·10⁻⁴", "2·10⁻⁴")
    assert shorter_texts(1.996)[1:3] == ("2.0", "2.0·10⁰")
    assert shorter_texts(math.nan) == shorter_texts(math.inf) == shorter_texts(0.0) == ()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e-6, "0.000001"),
        (0.00001, "0.00001"),
        (12.5, "12.5"),
        (100.0, "100"),
        (5.69443e-44, "5.69443·10⁻⁴⁴"),
        (1e-300, "10⁻³⁰⁰"),
        (2e200, "2·10²⁰⁰"),
    ],
)
def test_a_limit_far_from_the_rates_of_the_program_has_no_row_of_zeros(value: float, text: str) -> None:
    assert limit_text(value) == text


def test_no_line_breaks_before_a_per_cent_sign() -> None:
    assert unbroken("J within 0.1 % counts as equal") == "J within 0.1\u00a0% counts as equal"
