"""Formulas to begin with: each with a sentence of what it shows, its source, and an α that suits its start.

To add one: a FormulaPreset in _PRESETS. The tiles, File ▸ New and the tests take it from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from playground.experiment import Experiment, TrainingSettings
from playground.experiment_formula import FormulaSettings, operations_of


@dataclass(frozen=True)
class FormulaPreset:
    """One formula of the list.

    sentence says what can be seen on it, source where it is known from. learning_rate is one with which
    gradient descent goes down from the start.
    """

    name: str
    title: str
    sentence: str
    source: str
    formula: FormulaSettings
    learning_rate: float

    @property
    def experiment(self) -> Experiment:
        """The formula with its α, and all else as at the first start."""
        return Experiment(formula=self.formula, training=TrainingSettings(learning_rate=self.learning_rate))


def _square(reach: float) -> tuple[tuple[float, float], ...]:
    return ((-reach, reach), (-reach, reach))


_PRESETS = (
    FormulaPreset(
        "parabola",
        "Parabola",
        "One variable: from α = 1/J″ on the ball overshoots, beyond 2/J″ it climbs out.",
        "Cauchy 1847, gradient descent",
        FormulaSettings("w^2", ("w",), (2.4,), ((-3.0, 3.0),), minima=((0.0,),)),
        0.3,
    ),
    FormulaPreset(
        "bowl",
        "Ill-conditioned bowl",
        "One curvature is κ times the other: the steep one sets the limit, the flat one the time.",
        "Goh 2017, Why Momentum Really Works",
        FormulaSettings(
            "(x^2 + κ*y^2)/2", ("x", "y"), (-2.6, 1.6), _square(3.0), {"κ": 10.0}, minima=((0.0, 0.0),)
        ),
        0.15,
    ),
    FormulaPreset(
        "rosenbrock",
        "Rosenbrock's valley",
        "A curved valley with steep walls: its floor is found at once, its end takes thousands of steps.",
        "Rosenbrock 1960",
        FormulaSettings(
            "(1 - x)^2 + b*(y - x^2)^2",
            ("x", "y"),
            (-1.2, 1.0),
            ((-2.0, 2.0), (-1.0, 3.0)),
            {"b": 100.0},
            minima=((1.0, 1.0),),
        ),
        0.001,
    ),
    FormulaPreset(
        "himmelblau",
        "Himmelblau's four minima",
        "Four minima of the same depth: the start and α decide which one is found.",
        "Himmelblau 1972",
        FormulaSettings(
            "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
            ("x", "y"),
            (-0.5, -1.0),
            _square(5.0),
            minima=(
                (3.0, 2.0),
                (-2.805118086952745, 3.131312518250573),
                (-3.779310253377747, -3.2831859912861696),
                (3.5844283403304917, -1.8481265269644036),
            ),
        ),
        0.01,
    ),
    FormulaPreset(
        "beale",
        "Beale's valley",
        "Nearly flat along a valley that bends, with walls that rise like a sixth power.",
        "Beale 1958",
        FormulaSettings(
            "(1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2",
            ("x", "y"),
            (1.0, 1.0),
            _square(4.5),
            minima=((3.0, 0.5),),
        ),
        0.01,
    ),
    FormulaPreset(
        "booth",
        "Booth's bowl",
        "A bowl that lies askew: neither variable alone points to the minimum.",
        "Jamil and Yang 2013, A Literature Survey of Benchmark Functions",
        FormulaSettings(
            "(x + 2*y - 7)^2 + (2*x + y - 5)^2", ("x", "y"), (-8.0, -6.0), _square(10.0), minima=((1.0, 3.0),)
        ),
        0.08,
    ),
    FormulaPreset(
        "rastrigin",
        "Rastrigin's egg box",
        "A bowl full of small hollows: descent stops in the nearest, far from the lowest.",
        "Rastrigin 1974",
        FormulaSettings(
            "20 + x^2 - 10*cos(2*pi*x) + y^2 - 10*cos(2*pi*y)",
            ("x", "y"),
            (2.3, -1.6),
            _square(5.12),
            minima=((0.0, 0.0),),
        ),
        0.002,
    ),
    FormulaPreset(
        "styblinski_tang",
        "Styblinski and Tang's four hollows",
        "Four minima of different depths, each with a valley of its own.",
        "Styblinski and Tang 1990",
        FormulaSettings(
            "(x^4 - 16*x^2 + 5*x + y^4 - 16*y^2 + 5*y)/2",
            ("x", "y"),
            (0.8, -0.2),
            _square(5.0),
            minima=((-2.903534027771177, -2.903534027771177),),
        ),
        0.01,
    ),
    FormulaPreset(
        "saddle",
        "Saddle",
        "Down to the saddle along one direction, away from it along the other: slow only in between.",
        "Dauphin et al. 2014, Identifying and Attacking the Saddle Point Problem",
        FormulaSettings("x^2 - y^2", ("x", "y"), (-1.8, 0.001), _square(2.0)),
        0.1,
    ),
    FormulaPreset(
        "monkey_saddle",
        "Monkey saddle",
        "Three ways down that meet where gradient and curvature are both 0.",
        "Hilbert and Cohn-Vossen 1932, Anschauliche Geometrie",
        FormulaSettings("x^3 - 3*x*y^2", ("x", "y"), (1.4, 0.15), _square(2.0)),
        0.02,
    ),
    FormulaPreset(
        "plateau",
        "Plateau",
        "Far out the gradient is nearly 0: a hollow that is there and not felt.",
        "Glorot and Bengio 2010, of saturated units",
        FormulaSettings(
            "1 - exp(-(x^2 + y^2)/2)", ("x", "y"), (2.5, 1.6), _square(4.0), minima=((0.0, 0.0),)
        ),
        1.0,
    ),
    FormulaPreset(
        "cliff",
        "Cliff",
        "A gentle slope with a wall: one step at its foot throws the ball far away.",
        "Pascanu, Mikolov and Bengio 2013, On the Difficulty of Training Recurrent Networks",
        FormulaSettings(
            "0.05*w^2 + 3*σ(12*(w - 1))",
            ("w",),
            (2.6,),
            ((-3.5, 3.5),),
            minima=((-0.0021554130573219277,),),
        ),
        0.5,
    ),
    FormulaPreset(
        "two_minima",
        "Two minima",
        "Two hollows, the left one deeper: the start decides, or an α that is too large for the right one.",
        "Goodfellow, Bengio and Courville 2016, Deep Learning, section 4.3",
        FormulaSettings(
            "(w^2 - 1)^2 + 0.3*w",
            ("w",),
            (1.7,),
            ((-2.0, 2.0),),
            minima=((-1.0355787140888537,), (0.9601495555191055,)),
        ),
        0.05,
    ),
    FormulaPreset(
        "noisy_bowl",
        "Bowl with noise",
        "Noise in the gradient, as mini-batches have it: J never settles, and varies less with a smaller α.",
        "Robbins and Monro 1951",
        FormulaSettings(
            "(x^2 + 4*y^2)/2", ("x", "y"), (-2.6, 1.8), _square(3.0), noise=1.0, minima=((0.0, 0.0),)
        ),
        0.1,
    ),
)
FORMULA_PRESETS: Mapping[str, FormulaPreset] = MappingProxyType({preset.name: preset for preset in _PRESETS})
"""In the order of the tiles."""


def preset_of(formula: FormulaSettings) -> FormulaPreset | None:
    """Return the preset whose expression and variables this formula has; None: it is the user's own."""
    return next(
        (
            preset
            for preset in _PRESETS
            if (
                operations_of(preset.formula.expression),
                preset.formula.noise > 0.0,
                preset.formula.variables,
            )
            == (operations_of(formula.expression), formula.noise > 0.0, formula.variables)
        ),
        None,
    )
