"""Columns chosen as inputs and target: points, classes, and what is said of the rows that are none."""

from __future__ import annotations

import pytest

from playground.tables import TableError, parse_table

STUDY = """hours,sleep,passed
1,8,no
2,7,no
?,8,yes
3,much,yes
4,6,yes
5
"""


def test_a_class_in_the_order_of_first_appearance():
    points = parse_table(STUDY).chosen(["hours"], "passed")
    assert points.X.tolist() == [[1], [2], [3], [4]]
    assert points.y.tolist() == [0, 0, 1, 1]
    assert points.classes == ("no", "yes")
    assert points.lines.tolist() == [2, 3, 5, 6]
    assert (points.inputs, points.target, points.constant) == (("hours",), "passed", ())


def test_rows_left_out_are_counted_and_listed_in_the_order_of_the_file():
    points = parse_table(STUDY).chosen(["hours", "sleep"], "passed")
    assert points.X.tolist() == [[1, 8], [2, 7], [4, 6]]
    assert points.left_out == [
        (4, "hours is missing"),
        (5, "sleep is no number but “much”"),
        (7, "has 1 cell in place of 3"),
    ]
    assert points.n_left_out == 3


def test_a_row_without_a_class_is_left_out():
    points = parse_table("x,y\n1,a\n2,\n3,b\n4,NA\n").chosen(["x"], "y")
    assert points.left_out == [(3, "y is missing"), (5, "y is missing")]


def test_two_numbers_propose_classes_and_may_be_numbers():
    table = parse_table("x,y\n1,4\n2,2\n3,4\n4,?")
    assert table.chosen(["x"], "y").classes == ("4", "2")
    assert table.chosen(["x"], "y").y.tolist() == [0, 1, 0]
    as_number = table.chosen(["x"], "y", as_number=True)
    assert (as_number.classes, as_number.y.tolist()) == ((), [4, 2, 4])
    close = parse_table("x,y\n1,0.1234567890123\n2,0.1234567890124\n").chosen(["x"], "y")
    assert close.classes == ("0.1234567890123", "0.1234567890124")


def test_more_numbers_are_a_number_and_one_point_is_enough():
    assert parse_table("x,y\n1,4\n2,2\n3,-1").chosen(["x"], "y").y.tolist() == [4, 2, -1]
    assert parse_table("x,y\n1,4").chosen(["x"], "y").y.tolist() == [4]


def test_two_of_three_classes():
    table = parse_table("x,kind,number\n1,a,1\n2,b,2\n3,c,3\n4,b,2")
    points = table.chosen(["x"], "kind", classes=["c", "b"])
    assert (points.classes, points.y.tolist()) == (("b", "c"), [0, 1, 0])
    assert points.left_out == [(2, "kind is another class")]
    of_numbers = table.chosen(["x"], "number", classes=["3", "2"])
    assert (of_numbers.classes, of_numbers.y.tolist()) == (("2", "3"), [0, 1, 0])


def test_constant_inputs_are_named():
    assert parse_table("x,z,y\n1,7,4\n2,7,2\n3,7,1").chosen(["x", "z"], "y").constant == ("z",)


@pytest.mark.parametrize(
    ("inputs", "target", "reason"),
    [
        (["age"], "y", "there is no column “age”; there are “x”, “z”, “kind”, “y”, “one” and 1 more."),
        (["x"], "age", "there is no column “age”; there are “x”, “z”, “kind”, “y”, “one” and 1 more."),
        ([], "y", "at least one column must be an input."),
        (["x", "x"], "y", "the column “x” was given twice as an input."),
        (["x"], "x", "the column “x” cannot be input and target at once."),
        (["kind"], "y", "the input “kind” is a column of texts, not of numbers."),
        (["x"], "one", "“one” has one class alone, “k”; two are needed."),
        (["z"], "y", "no row has a value in each of the chosen columns."),
        (["z"], "kind", "no row has a value in each of the chosen columns."),
    ],
)
def test_a_choice_that_is_none_is_refused_with_one_sentence(inputs, target, reason):
    table = parse_table("x,z,kind,y,one,more\n1,?,a,1,k,1\n2,?,b,2,k,1\n3,?,c,3,k,1\n4,5,?,?,k,1\n")
    with pytest.raises(TableError) as caught:
        table.chosen(inputs, target)
    assert caught.value.reason == reason


@pytest.mark.parametrize("value", [0, 1])
def test_the_target_of_a_single_point_is_a_class_where_it_is_0_or_1(value):
    table = parse_table(f"x,y\n1,{value}\n")
    chosen = table.chosen(["x"], "y")
    assert (chosen.classes, chosen.y.tolist()) == (("0", "1"), [float(value)])
    assert table.chosen(["x"], "y", as_number=True).classes == ()
    assert parse_table("x,y\n1,2\n").chosen(["x"], "y").classes == ()


def test_one_class_that_is_chosen_twice_is_refused_as_such():
    table = parse_table("x,kind\n1,a\n2,b\n3,c")
    with pytest.raises(TableError) as caught:
        table.chosen(["x"], "kind", classes=["a", "a"])
    assert caught.value.reason == "two different classes are needed; the same one is chosen twice."


@pytest.mark.parametrize(
    ("line", "names"),
    [("# a b", ("a", "b")), ("#a,b", ("a", "b")), ("#,a", ("#", "a")), ("## a,b", ("a", "b"))],
)
def test_the_sign_of_a_comment_is_no_part_of_a_name_but_where_it_stands_alone(line, names):
    sign = "," if "," in line else " "
    assert parse_table(f"{line}\n1{sign}2\n3{sign}4\n").names == names


def test_a_target_of_texts_has_up_to_ten_classes():
    def text(count):
        return "x,kind\n" + "".join(f"{i},k{i}\n" for i in range(count))

    assert parse_table(text(10)).chosen(["x"], "kind").classes == tuple(f"k{i}" for i in range(10))
    with pytest.raises(TableError) as caught:
        parse_table(text(11)).chosen(["x"], "kind")
    assert "“kind” has 11 classes" in caught.value.reason
    assert caught.value.reason.endswith("at most 10 can be learned.")


def test_several_targets_are_numbers():
    table = parse_table("a,b,c,kind\n1,2,3,x\n4,?,6,y\n7,8,9,x")
    points = table.chosen(["a"], "b", more_targets=["c"])
    assert points.targets == ("b", "c")
    assert points.y.tolist() == [[2, 3], [8, 9]]
    assert points.left_out == [(3, "b is missing")]
    for more, reason in (
        (["kind"], "several targets are numbers, and “kind” is a column of texts."),
        (["a"], "the column “a” cannot be input and target at once."),
        (["b"], "the column “b” was given twice as a target."),
    ):
        with pytest.raises(TableError) as caught:
            table.chosen(["a"], "b", more_targets=more)
        assert caught.value.reason == reason
