"""Both ends of a spectrum, against the whole of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.engine.network import Network
from playground.landscape.curvature import DENSE, extreme_eigenvalues, search, search_hessian, shape_of
from playground.landscape.pieces import finish


def symmetric(values: np.ndarray, seed: int = 0) -> np.ndarray:
    """A matrix with these eigenvalues and random eigenvectors."""
    Q = np.linalg.qr(np.random.default_rng(seed).standard_normal((len(values), len(values))))[0]
    return (Q * values) @ Q.T


def check(H: np.ndarray, result, relative: float = 1e-9) -> None:
    values = np.linalg.eigvalsh(H)
    scale = np.abs(values).max()
    assert result.largest == pytest.approx(values[-1], rel=relative, abs=1e-9 * scale)
    assert result.smallest == pytest.approx(values[0], rel=relative, abs=1e-9 * scale)
    assert result.converged
    for value, vector, residual in (
        (result.largest, result.largest_vector, result.largest_residual),
        (result.smallest, result.smallest_vector, result.smallest_residual),
    ):
        assert np.linalg.norm(vector) == pytest.approx(1.0)
        rest = np.linalg.norm(H @ vector - value * vector)
        assert rest <= 1e-5 * max(abs(value), 1e-10 * scale)
        if abs(value) > 1e-6 * scale:
            assert residual == pytest.approx(rest / abs(value), rel=0.5, abs=1e-13)


@given(st.integers(1, 40), st.integers(0, 2**31))
def test_a_small_matrix_is_solved_exactly(size, seed):
    H = symmetric(np.random.default_rng(seed).standard_normal(size), seed)
    result = extreme_eigenvalues(lambda v: H @ v, size)
    check(H, result, 1e-10)
    assert result.matvecs == size


@settings(max_examples=8)
@given(st.integers(DENSE + 1, 400), st.integers(0, 2**31))
def test_a_large_matrix_needs_far_fewer_products_than_it_has_columns(size, seed):
    # As Hessians of trained networks are: a few large eigenvalues, a bulk near zero, some negative.
    rng = np.random.default_rng(seed)
    values = np.concatenate([0.01 * rng.standard_normal(size - 6), [5, 3, 2, 1, -0.2, -0.5]])
    H = symmetric(values, seed)
    result = extreme_eigenvalues(lambda v: H @ v, size)
    check(H, result)
    assert result.matvecs < 60


def test_the_semicircle_has_no_gaps_at_its_ends_and_still_comes_out():
    A = np.random.default_rng(2).standard_normal((500, 500))
    H = (A + A.T) / 2
    check(H, extreme_eigenvalues(lambda v: H @ v, 500))


def test_the_smallest_is_found_though_it_is_the_larger_in_size():
    values = np.concatenate([[-9.0], np.linspace(-1, 2, 299)])
    H = symmetric(values)
    result = extreme_eigenvalues(lambda v: H @ v, 300)
    check(H, result)
    assert result.largest == pytest.approx(2.0)


@pytest.mark.parametrize("size", [1, 2, 7, 300])
@pytest.mark.parametrize("value", [0.0, 2.5, -3.0])
def test_a_multiple_of_the_identity(size, value):
    H = value * np.eye(size)
    result = extreme_eigenvalues(lambda v: H @ v, size)
    check(H, result)
    assert (result.largest_residual, result.smallest_residual) == pytest.approx((0, 0), abs=1e-12)


@pytest.mark.parametrize("size", [5, 300])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_rank_one_matrix_has_zero_at_its_other_end(size, sign):
    w = np.random.default_rng(0).standard_normal(size)
    H = sign * np.outer(w, w)
    check(H, extreme_eigenvalues(lambda v: H @ v, size))


def test_degenerate_ends():
    H = symmetric(np.concatenate([[4.0] * 5, np.zeros(300), [-2.0] * 7]))
    check(H, extreme_eigenvalues(lambda v: H @ v, len(H)))


@pytest.mark.parametrize(("sizes", "activation"), [((2, 8, 8, 1), "tanh"), ((2, 24, 8, 1), "sigmoid")])
@pytest.mark.parametrize("loss", ["binary_cross_entropy", "squared_error"])
def test_the_hessian_of_a_network(sizes, activation, loss):
    network = Network(sizes, activation, loss, l2=0.01)
    rng = np.random.default_rng(1)
    X, theta = rng.standard_normal((60, 2)), rng.standard_normal(network.n_parameters)
    y = (X[:, :1] > 0).astype(float)
    size = network.n_parameters
    H = np.array([network.hessian_vector_product(theta, unit, X, y) for unit in np.eye(size)])

    result = extreme_eigenvalues(lambda v: network.hessian_vector_product(theta, v, X, y), size)
    check((H + H.T) / 2, result)


@pytest.mark.parametrize("frozen", [(), (0, 7, 30)])
def test_the_curvature_of_a_network_is_found_several_rows_at_once(frozen: tuple[int, ...]) -> None:
    network = Network((2, 8, 8, 1), l2=0.01)
    rng = np.random.default_rng(3)
    X, theta = rng.standard_normal((60, 2)), rng.standard_normal(network.n_parameters)
    hessian = network.hessian_operator(theta, X, (X[:, :1] > 0).astype(float))
    assert 1 < hessian.together < hessian.size
    held = np.array(frozen, dtype=np.intp)
    found = finish(search_hessian(hessian, held))
    free = np.delete(np.arange(hessian.size), held)
    H = np.array([hessian(unit) for unit in np.eye(hessian.size)])[np.ix_(free, free)]
    values = np.linalg.eigvalsh((H + H.T) / 2)
    assert [found.smallest, found.largest] == pytest.approx(values[[0, -1]].tolist(), rel=1e-9)
    assert not found.largest_vector[held].any()
    rest = H @ found.largest_vector[free] - found.largest * found.largest_vector[free]
    assert np.linalg.norm(rest) <= 1e-8 * found.largest


@pytest.mark.parametrize("size", [3, 300])
def test_a_product_that_is_not_finite_gives_no_number(size):
    result = extreme_eigenvalues(lambda v: np.full(size, np.nan), size)
    assert not result.converged
    assert np.isnan([result.largest, result.smallest, result.largest_residual]).all()


def test_it_breathes_after_every_product_and_repeats_itself():
    H = symmetric(np.linspace(-1, 3, 250))
    pieces, products = search(lambda v: H @ v, 250), 0
    while True:
        try:
            next(pieces)
            products += 1
        except StopIteration as end:
            result = end.value
            break
    assert 20 <= products == result.matvecs - 2
    assert np.array_equal(result.largest_vector, extreme_eigenvalues(lambda v: H @ v, 250).largest_vector)


def test_an_empty_matrix_is_an_error():
    with pytest.raises(ValueError, match="at least one"):
        extreme_eigenvalues(lambda v: v, 0)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ([1, 2, 3], "Bowl"),
        ([1, 2, -3], "Saddle"),
        ([1, 2, 0], "Valley"),
        ([0, -1], "Ridge"),
        ([-1, -2], "Dome"),
        ([0, 0], "Flat"),
        ([5, 1e-7], "Valley"),
        ([5, -1e-7], "Valley"),
    ],
)
def test_the_shape_is_told_from_the_signs(values, word):
    H = np.diag(np.array(values, dtype=float))
    assert shape_of(extreme_eigenvalues(lambda v: H @ v, len(H))).startswith(word)


def test_no_shape_is_told_where_nothing_is_finite():
    assert "not finite" in shape_of(extreme_eigenvalues(lambda v: v * np.inf, 3))


def test_lanczos_is_right_for_curvatures_of_any_size() -> None:
    """The squares of these products are too small, or too large, for float64."""
    diagonal = np.linspace(1.0, 2.0, DENSE + 40)
    diagonal[[0, -1]] = -3.0, 7.0
    for factor in (1e-200, 1e200):
        scaled = factor * diagonal
        found = extreme_eigenvalues(scaled.__mul__, diagonal.size)
        assert found.converged
        expected = pytest.approx([7 * factor, -3 * factor], rel=1e-6, abs=0.0)
        assert [found.largest, found.smallest] == expected
