"""T."""

from domain.trajectories.model import Trajectory as Trajectory
