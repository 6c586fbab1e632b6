"""A fork as values of a session, to go on with it bit by bit beside its run.

An object of these fields: plans [α, optimiser or null], step, thetas (K, P) in working order, optimizers
(what those remember that are stepped together), batches and random (as in engine.recording.saved_run), and of
each branch its curve and its path. The steps of a path count from the fork on, all others from the start.
"""

from __future__ import annotations

from playground.engine.branches.fork import MOST_BRANCHES, Fork, ForkState, Plan
from playground.engine.recording.saved_run import (
    batches_of,
    batches_value,
    optimizer_state_of,
    path_state_of,
    path_value,
    series_state_of,
    series_value,
)
from playground.engine.stepping.fleet import FleetState
from playground.engine.trainer import Trainer
from playground.experiment import OPTIMIZERS
from playground.session_values import Reader
from playground.sessions import SessionError, Value


def fork_value(fork: ForkState) -> Value:
    """Return what stands in a session for a fork."""
    return {
        "plans": [[plan.learning_rate, plan.optimizer] for plan in fork.plans],
        "step": fork.step,
        "thetas": fork.fleet.thetas,
        "optimizers": [dict(state) for state in fork.fleet.optimizers],
        **batches_value(fork.batches),
        "curves": [series_value(curve) for curve in fork.curves],
        "paths": [path_value(path) for path in fork.paths],
    }


def fork_state_of(value: Value, n_parameters: int, where: str = "fork") -> ForkState:
    """Return the fork of such a value, of a run with this many parameters. Raises SessionError."""
    reader = Reader(value, where)
    plans = tuple(_plan_of(plan) for plan in reader["plans"].entries(MOST_BRANCHES))
    step = reader["step"].whole()
    optimizers = tuple(
        optimizer_state_of(state, None) for state in reader["optimizers"].entries(MOST_BRANCHES)
    )
    return ForkState(
        plans,
        step,
        FleetState(reader["thetas"].floats(len(plans), n_parameters), optimizers),
        batches_of(reader),
        tuple(series_state_of(curve, step) for curve in reader["curves"].entries(MOST_BRANCHES)),
        tuple(path_state_of(path, n_parameters, step) for path in reader["paths"].entries(MOST_BRANCHES)),
    )


def fork_of(state: ForkState, run: Trainer) -> Fork:
    """Return the fork of a run that goes on from a state. Raises SessionError where they do not fit."""
    try:
        return Fork.resumed(run, state)
    except ValueError:
        raise SessionError("The session was not opened: its fork is none of its run.") from None


def _plan_of(reader: Reader) -> Plan:
    entries = reader.entries(2)
    if len(entries) != 2:
        reader.refuse("must be a learning rate and an optimiser")
    rate, optimizer = entries
    learning_rate = rate.number()
    if learning_rate <= 0.0:
        rate.refuse("must be above 0")
    return Plan(learning_rate, None if optimizer.absent else optimizer.choice(OPTIMIZERS))
