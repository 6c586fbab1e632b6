"""The features of the window, in the order in which they are created."""

from __future__ import annotations

from playground.ui.activations.feature import ActivationFeature
from playground.ui.chain_rule.feature import ChainRuleFeature
from playground.ui.curve.feature import CurveFeature
from playground.ui.data.blame_feature import BlameFeature
from playground.ui.data.confusion_feature import ConfusionFeature
from playground.ui.data.feature import DataFeature
from playground.ui.data.paint_feature import PaintFeature
from playground.ui.experiment.feature import ExperimentFeature
from playground.ui.files.feature import FilesFeature
from playground.ui.files.replay_check import ReplayCheckFeature
from playground.ui.frame.actions import COMMANDS, Command
from playground.ui.frame.feature import Feature
from playground.ui.hall.feature import HallFeature
from playground.ui.hall.lesson_hall import LessonHallFeature
from playground.ui.hall.lock_feature import LockFeature
from playground.ui.hall.scene_feature import SceneFeature
from playground.ui.hall.tally_feature import TallyFeature
from playground.ui.images.feature import ImagesFeature
from playground.ui.inspector.bug_hunt_feature import BugHuntFeature
from playground.ui.inspector.feature import InspectorFeature
from playground.ui.lessons.feature import LessonFeature
from playground.ui.loss.feature import LossFeature
from playground.ui.loss.schedule_feature import ScheduleFeature
from playground.ui.loss.time_feature import TimeFeature
from playground.ui.network.feature import NetworkFeature
from playground.ui.one_update.feature import OneUpdateFeature
from playground.ui.rate.feature import RateFeature
from playground.ui.rate.first_overshoot_feature import FirstOvershootFeature
from playground.ui.rate.guess_feature import GuessFeature
from playground.ui.rate.limit_feature import LimitFeature
from playground.ui.rate.lookahead_feature import LookaheadFeature
from playground.ui.rate.side_feature import SideFeature
from playground.ui.rate_map.feature import MapFeature
from playground.ui.runs.fork_feature import ForkFeature
from playground.ui.runs.kept_runs import KeptRunsFeature
from playground.ui.runs.other_runs_feature import OtherRunsFeature
from playground.ui.runs.race_feature import RaceFeature
from playground.ui.sharpness.feature import SharpnessFeature
from playground.ui.surface.ball_feature import BallFeature
from playground.ui.surface.feature import SurfaceFeature
from playground.ui.surface.pointing_feature import PointingFeature
from playground.ui.surface.relief_feature import ReliefFeature
from playground.ui.tables.feature import TablesFeature
from playground.ui.transport.feature import TransportFeature
from playground.ui.transport.phase_feature import PhaseFeature
from playground.ui.transport.stop_when_feature import StopWhenFeature

FEATURES: tuple[type[Feature], ...] = (
    TransportFeature,
    SurfaceFeature,
    CurveFeature,
    BallFeature,
    DataFeature,
    LossFeature,
    ExperimentFeature,
    RateFeature,
    FirstOvershootFeature,
    PointingFeature,
    LimitFeature,
    LookaheadFeature,
    SideFeature,
    SharpnessFeature,
    GuessFeature,
    ReliefFeature,
    NetworkFeature,
    BlameFeature,
    ConfusionFeature,
    PaintFeature,
    ChainRuleFeature,
    InspectorFeature,
    ActivationFeature,
    ImagesFeature,
    OneUpdateFeature,
    BugHuntFeature,
    PhaseFeature,
    TimeFeature,
    KeptRunsFeature,
    ForkFeature,
    RaceFeature,
    ScheduleFeature,
    StopWhenFeature,
    OtherRunsFeature,
    MapFeature,
    SceneFeature,
    LockFeature,
    HallFeature,
    LessonFeature,
    TallyFeature,
    LessonHallFeature,
    TablesFeature,
    FilesFeature,
    ReplayCheckFeature,
)


def page_commands() -> dict[str, Command]:
    """Return the commands that open the pages of the features, by name."""
    pages = [page for feature in FEATURES if (page := getattr(feature, "page", None)) is not None]
    assert len({page.name for page in pages}) == len(pages), "no two pages have one name"
    names = {page.command_name for page in pages}
    assert len(names) == len(pages), "no two pages are opened by one command"
    assert names.isdisjoint(COMMANDS), "the command of a page stands with the page alone"
    return {page.command_name: page.command for page in pages}
