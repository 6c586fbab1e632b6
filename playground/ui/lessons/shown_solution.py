"""Show me: what a step of a lesson asks for, done in the window before the student's eyes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from playground.experiment_checks import ExperimentError
from playground.lessons.solution import SolutionError, check_parameters
from playground.ui.inspector.feature import PAGE as INSPECTOR

if TYPE_CHECKING:
    from playground.lab.snapshot import Snapshot
    from playground.lessons.format import LessonStep
    from playground.ui.chain_rule.feature import ChainRuleFeature
    from playground.ui.frame.workbench import Workbench
    from playground.ui.inspector.feature import InspectorFeature
    from playground.ui.lessons.traces import LessonTraces


class ShownSolution:
    """Carries out the solution of a step. open_page: opens a page by its name."""

    def __init__(
        self,
        window: Workbench,
        traces: LessonTraces,
        chain_rule: ChainRuleFeature,
        inspector: InspectorFeature,
        open_page: Callable[[str], None],
    ):
        self._window, self._traces = window, traces
        self._chain_rule, self._inspector, self._open_page = chain_rule, inspector, open_page
        self._left: list[Mapping[str, Any]] = []
        self._run, self._until = -1, 0
        """The run of the actions that are left, and the step of it at which the next one is due."""

    def stop(self) -> None:
        """Do none of the actions that are left."""
        self._left = []

    def show(self, steps: Sequence[LessonStep]) -> str:
        """Do what the last of these steps asks for; return why that failed, else an empty text.

        What comes after a number of steps waits for them: see go_on.
        """
        solution = steps[-1].solution
        about = [kind for action in solution for kind in action if kind in ("variable", "expression")]
        if about[:1] == ["variable"]:
            self._bring_back_expression(steps)
        self._left = list(solution)
        return self._do_what_is_due()

    def go_on(self, snapshot: Snapshot) -> str:
        """Do what was waiting for this step of the run; return as show does."""
        if snapshot.run != self._run:
            self.stop()
        if not self._left or snapshot.view.step < self._until:
            return ""
        return self._do_what_is_due()

    def _do_what_is_due(self) -> str:
        snapshot = self._window.snapshot
        while self._left:
            ((kind, value),) = self._left.pop(0).items()
            try:
                self._do(kind, value)
            except (ExperimentError, SolutionError) as error:
                # The file cannot foresee another run, or another expression, that is there now.
                reason = error.sentence if isinstance(error, ExperimentError) else str(error)
                self.stop()
                return f"This cannot be shown with what stands there now: {reason}"
            if kind == "run" and snapshot is not None:
                self._run, self._until = snapshot.run, snapshot.view.step + int(value)
                break
        return ""

    def _do(self, kind: str, value: Any) -> None:
        """Do one action. Raises ExperimentError or SolutionError where the state of the window forbids it."""
        lab = self._window.lab
        if kind == "learning_rate":
            lab.set_learning_rate(float(value))
        elif kind == "run":
            lab.run_exactly(int(value))
        elif kind == "set":
            for name, entry in value.items():
                lab.change(name, entry)
        elif kind == "parameters":
            check_parameters(value, lab.experiment, "parameters")
            lab.set_parameters(np.array(value, dtype=float))
        elif kind == "page":
            self._open_page(value)
        elif kind == "walk":
            self._traces.note_pages([INSPECTOR])
            self._inspector.walk(value)
        elif kind == "expression":
            self._chain_rule.lab.set_expression(value)
        elif kind == "variable":
            self._set_variables(value)

    def _set_variables(self, values: Mapping[str, float]) -> None:
        """Set variables. Raises SolutionError where the expression has no such variable."""
        lab = self._chain_rule.lab
        for name, number in values.items():
            if name not in lab.sheet.values:
                raise SolutionError("variable", f"“{name}” is no variable of the expression.")
            lab.set_value(name, float(number))

    def _bring_back_expression(self, steps: Sequence[LessonStep]) -> None:
        """Show the expression that these steps set up last; one that was typed since is dropped."""
        lab = self._chain_rule.lab
        texts = [step.view["expression"] for step in steps if "expression" in step.view]
        if texts and lab.line.text() != texts[-1]:
            lab.set_expression(texts[-1])
