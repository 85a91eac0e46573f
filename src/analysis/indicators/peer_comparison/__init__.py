"""A unit beside those in like circumstances: who they are, how it stands beside them, and funnels."""

from analysis.indicators.peer_comparison.comparison import PeerComparison, compare_with_peers
from analysis.indicators.peer_comparison.funnel import Funnel, funnel
from analysis.indicators.peer_comparison.neighbours import Neighbours, neighbours

__all__ = ["Funnel", "Neighbours", "PeerComparison", "compare_with_peers", "funnel", "neighbours"]
