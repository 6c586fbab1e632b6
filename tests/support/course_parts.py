"""The features that a lesson of the course may set up, watch or ask."""

from playground.ui.chain_rule.feature import ChainRuleFeature
from playground.ui.data.feature import DataFeature
from playground.ui.experiment.feature import ExperimentFeature
from playground.ui.inspector.feature import InspectorFeature
from playground.ui.lessons.feature import LessonFeature
from playground.ui.loss.feature import LossFeature
from playground.ui.rate.feature import RateFeature
from playground.ui.rate.first_overshoot_feature import FirstOvershootFeature
from playground.ui.rate.guess_feature import GuessFeature
from playground.ui.rate.limit_feature import LimitFeature
from playground.ui.rate.lookahead_feature import LookaheadFeature
from playground.ui.rate.side_feature import SideFeature
from playground.ui.runs.kept_runs import KeptRunsFeature
from playground.ui.runs.other_runs_feature import OtherRunsFeature
from playground.ui.surface.feature import SurfaceFeature
from playground.ui.transport.feature import TransportFeature
from playground.ui.transport.stop_when_feature import StopWhenFeature

COURSE_PARTS = (
    TransportFeature,
    SurfaceFeature,
    DataFeature,
    LossFeature,
    ExperimentFeature,
    RateFeature,
    FirstOvershootFeature,
    LimitFeature,
    LookaheadFeature,
    SideFeature,
    GuessFeature,
    ChainRuleFeature,
    KeptRunsFeature,
    OtherRunsFeature,
    InspectorFeature,
    StopWhenFeature,
    LessonFeature,
)
