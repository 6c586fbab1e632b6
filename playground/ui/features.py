"""The parts that join the window, in the order in which they do."""

from __future__ import annotations

from playground.ui.activation_feature import ActivationFeature
from playground.ui.blame_feature import BlameFeature
from playground.ui.bug_hunt_feature import BugHuntFeature
from playground.ui.chain_rule_feature import ChainRuleFeature
from playground.ui.discovery import Discovery
from playground.ui.feature import Feature
from playground.ui.fork_feature import ForkFeature
from playground.ui.guess_feature import GuessFeature
from playground.ui.hall_feature import HallFeature
from playground.ui.hands_on import HandsOn
from playground.ui.inspector_feature import InspectorFeature
from playground.ui.kept_runs import KeptRuns
from playground.ui.lesson_feature import LessonFeature
from playground.ui.lesson_hall import LessonHall
from playground.ui.limit_feature import LimitFeature
from playground.ui.lock_feature import LockFeature
from playground.ui.lookahead_feature import LookaheadFeature
from playground.ui.map_feature import MapFeature
from playground.ui.other_runs_feature import OtherRunsFeature
from playground.ui.phase_feature import PhaseFeature
from playground.ui.relief_feature import ReliefFeature
from playground.ui.scene_feature import SceneFeature
from playground.ui.schedule_feature import ScheduleFeature
from playground.ui.sharpness_feature import SharpnessFeature
from playground.ui.side_feature import SideFeature
from playground.ui.stop_feature import StopFeature
from playground.ui.tally_feature import TallyFeature
from playground.ui.time_line import TimeFeature
from playground.ui.weights_by_hand import WeightsByHand

FEATURES: tuple[type[Feature], ...] = (
    Discovery,
    HandsOn,
    LimitFeature,
    LookaheadFeature,
    SideFeature,
    SharpnessFeature,
    GuessFeature,
    ReliefFeature,
    WeightsByHand,
    BlameFeature,
    ChainRuleFeature,
    InspectorFeature,
    ActivationFeature,
    BugHuntFeature,
    PhaseFeature,
    TimeFeature,
    KeptRuns,
    ForkFeature,
    ScheduleFeature,
    StopFeature,
    OtherRunsFeature,
    MapFeature,
    SceneFeature,
    LockFeature,
    HallFeature,
    LessonFeature,
    TallyFeature,
    LessonHall,
)
