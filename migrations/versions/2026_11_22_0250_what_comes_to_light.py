"""what comes to light

Revision ID: 9c41d07be3a2
Revises: 8d41c7f0ab36
Create Date: 2026-11-22 02:50:00

What an ideal asks for and when an obstacle came to be noticed; tensions, experiences, anchors, flow, scans,
insights, reflections and measures. A step in a history is never changed.

"""

from typing import Sequence, Union

from alembic import op


revision: str = "9c41d07be3a2"
down_revision: Union[str, Sequence[str], None] = "8d41c7f0ab36"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None

TABLES = (
    "experiences",
    "awareness_steps",
    "ideal_qualities",
    "tensions",
    "tension_steps",
    "tension_qualities",
    "anchors",
    "insights",
    "layer_reflections",
    "coach_reflections",
    "flow_moments",
    "alignment_scans",
    "measure_results",
)
APPEND_ONLY = (
    "awareness_steps",
    "tension_steps",
)
STATEMENTS = (
    """ALTER TABLE ideals ADD depth VARCHAR(16) NOT NULL DEFAULT 'stated', ADD sealed_larger_goal BYTEA,
  ADD confidence_after INTEGER
    CONSTRAINT ideals_confidence_after_in_range_check CHECK (confidence_after BETWEEN 0 AND 10)""",
    "ALTER TABLE ideals ALTER depth DROP DEFAULT",
    """ALTER TABLE obstacles ADD triggered_by_id UUID,
  ADD CONSTRAINT obstacles_triggered_by_another_check CHECK (triggered_by_id <> id),
  ADD CONSTRAINT obstacles_practice_id_triggered_by_id_fkey
    FOREIGN KEY (practice_id, triggered_by_id) REFERENCES obstacles (practice_id, id)""",
    """CREATE TABLE experiences (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    kind VARCHAR(24) NOT NULL,
    source VARCHAR(16) NOT NULL,
    session_id UUID,
    ideal_id UUID,
    occurred_on DATE,
    intensity INTEGER,
    valence INTEGER,
    energy INTEGER,
    locus VARCHAR(16),
    internal_kind VARCHAR(32),
    external_kind VARCHAR(32),
    layer VARCHAR(16),
    awareness VARCHAR(24),
    sealed_situation BYTEA,
    sealed_went_well BYTEA,
    sealed_thinking BYTEA,
    sealed_feeling BYTEA,
    sealed_wanting BYTEA,
    sealed_ideal_text BYTEA,
    sealed_positive_intention BYTEA,
    sealed_small_step BYTEA,
    archived_at TIMESTAMP WITH TIME ZONE,
    coachee_id UUID NOT NULL,
    added_by UUID NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT experiences_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT experiences_session_told_check CHECK (session_id IS NULL OR source = 'session'),
    CONSTRAINT experiences_internal_kind_within_check
        CHECK (internal_kind IS NULL OR locus IN ('internal', 'both')),
    CONSTRAINT experiences_external_kind_without_check
        CHECK (external_kind IS NULL OR locus IN ('external', 'both')),
    CONSTRAINT experiences_intensity_in_range_check CHECK (intensity BETWEEN 1 AND 5),
    CONSTRAINT experiences_valence_in_range_check CHECK (valence BETWEEN 1 AND 5),
    CONSTRAINT experiences_energy_in_range_check CHECK (energy BETWEEN 1 AND 5),
    CONSTRAINT experiences_practice_id_coachee_id_fkey
        FOREIGN KEY(practice_id, coachee_id) REFERENCES coachees (practice_id, id),
    CONSTRAINT experiences_practice_id_added_by_fkey
        FOREIGN KEY(practice_id, added_by) REFERENCES staff (practice_id, id),
    CONSTRAINT experiences_practice_id_ideal_id_fkey
        FOREIGN KEY(practice_id, ideal_id) REFERENCES ideals (practice_id, id),
    CONSTRAINT experiences_practice_id_session_id_fkey
        FOREIGN KEY(practice_id, session_id) REFERENCES sessions (practice_id, id)
)""",
    "CREATE INDEX experiences_coachee_idx ON experiences (practice_id, coachee_id, id)",
    """CREATE TABLE awareness_steps (
    practice_id UUID NOT NULL,
    obstacle_id UUID NOT NULL,
    awareness VARCHAR(24) NOT NULL,
    id UUID NOT NULL,
    noted_by UUID NOT NULL,
    noted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT awareness_steps_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT awareness_steps_practice_id_obstacle_id_fkey
        FOREIGN KEY(practice_id, obstacle_id) REFERENCES obstacles (practice_id, id),
    CONSTRAINT awareness_steps_practice_id_noted_by_fkey
        FOREIGN KEY(practice_id, noted_by) REFERENCES staff (practice_id, id)
)""",
    "CREATE INDEX awareness_steps_obstacle_idx ON awareness_steps (practice_id, obstacle_id, id)",
    """CREATE TABLE ideal_qualities (
    practice_id UUID NOT NULL,
    ideal_id UUID NOT NULL,
    quality_id UUID NOT NULL,
    CONSTRAINT ideal_qualities_pkey PRIMARY KEY (practice_id, ideal_id, quality_id),
    CONSTRAINT ideal_qualities_practice_id_ideal_id_fkey
        FOREIGN KEY(practice_id, ideal_id) REFERENCES ideals (practice_id, id),
    CONSTRAINT ideal_qualities_practice_id_quality_id_fkey
        FOREIGN KEY(practice_id, quality_id) REFERENCES coachee_qualities (practice_id, id)
)""",
    """CREATE TABLE tensions (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    obstacle_id UUID NOT NULL,
    ideal_id UUID,
    status VARCHAR(16) NOT NULL,
    sealed_note BYTEA,
    archived_at TIMESTAMP WITH TIME ZONE,
    coachee_id UUID NOT NULL,
    added_by UUID NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT tensions_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT tensions_practice_id_coachee_id_fkey
        FOREIGN KEY(practice_id, coachee_id) REFERENCES coachees (practice_id, id),
    CONSTRAINT tensions_practice_id_added_by_fkey
        FOREIGN KEY(practice_id, added_by) REFERENCES staff (practice_id, id),
    CONSTRAINT tensions_practice_id_ideal_id_fkey
        FOREIGN KEY(practice_id, ideal_id) REFERENCES ideals (practice_id, id),
    CONSTRAINT tensions_practice_id_obstacle_id_fkey
        FOREIGN KEY(practice_id, obstacle_id) REFERENCES obstacles (practice_id, id)
)""",
    "CREATE INDEX tensions_coachee_idx ON tensions (practice_id, coachee_id, id)",
    """CREATE TABLE tension_steps (
    practice_id UUID NOT NULL,
    tension_id UUID NOT NULL,
    status VARCHAR(16) NOT NULL,
    id UUID NOT NULL,
    noted_by UUID NOT NULL,
    noted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT tension_steps_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT tension_steps_practice_id_tension_id_fkey
        FOREIGN KEY(practice_id, tension_id) REFERENCES tensions (practice_id, id),
    CONSTRAINT tension_steps_practice_id_noted_by_fkey
        FOREIGN KEY(practice_id, noted_by) REFERENCES staff (practice_id, id)
)""",
    "CREATE INDEX tension_steps_tension_idx ON tension_steps (practice_id, tension_id, id)",
    """CREATE TABLE tension_qualities (
    practice_id UUID NOT NULL,
    tension_id UUID NOT NULL,
    quality_id UUID NOT NULL,
    CONSTRAINT tension_qualities_pkey PRIMARY KEY (practice_id, tension_id, quality_id),
    CONSTRAINT tension_qualities_practice_id_tension_id_fkey
        FOREIGN KEY(practice_id, tension_id) REFERENCES tensions (practice_id, id),
    CONSTRAINT tension_qualities_practice_id_quality_id_fkey
        FOREIGN KEY(practice_id, quality_id) REFERENCES coachee_qualities (practice_id, id)
)""",
    """CREATE TABLE anchors (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    kind VARCHAR(16) NOT NULL,
    quality_id UUID,
    sealed_text BYTEA NOT NULL,
    archived_at TIMESTAMP WITH TIME ZONE,
    coachee_id UUID NOT NULL,
    added_by UUID NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT anchors_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT anchors_practice_id_coachee_id_fkey
        FOREIGN KEY(practice_id, coachee_id) REFERENCES coachees (practice_id, id),
    CONSTRAINT anchors_practice_id_added_by_fkey
        FOREIGN KEY(practice_id, added_by) REFERENCES staff (practice_id, id),
    CONSTRAINT anchors_practice_id_quality_id_fkey
        FOREIGN KEY(practice_id, quality_id) REFERENCES coachee_qualities (practice_id, id)
)""",
    "CREATE INDEX anchors_coachee_idx ON anchors (practice_id, coachee_id, id)",
    """CREATE TABLE insights (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    layer VARCHAR(16),
    session_id UUID,
    sealed_text BYTEA NOT NULL,
    sealed_before BYTEA,
    sealed_after BYTEA,
    archived_at TIMESTAMP WITH TIME ZONE,
    coachee_id UUID NOT NULL,
    added_by UUID NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT insights_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT insights_practice_id_coachee_id_fkey
        FOREIGN KEY(practice_id, coachee_id) REFERENCES coachees (practice_id, id),
    CONSTRAINT insights_practice_id_added_by_fkey
        FOREIGN KEY(practice_id, added_by) REFERENCES staff (practice_id, id),
    CONSTRAINT insights_practice_id_session_id_fkey
        FOREIGN KEY(practice_id, session_id) REFERENCES sessions (practice_id, id)
)""",
    "CREATE INDEX insights_coachee_idx ON insights (practice_id, coachee_id, id)",
    """CREATE TABLE layer_reflections (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    layer VARCHAR(16) NOT NULL,
    obstacle_id UUID,
    session_id UUID,
    sealed_text BYTEA NOT NULL,
    archived_at TIMESTAMP WITH TIME ZONE,
    coachee_id UUID NOT NULL,
    added_by UUID NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT layer_reflections_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT layer_reflections_practice_id_coachee_id_fkey
        FOREIGN KEY(practice_id, coachee_id) REFERENCES coachees (practice_id, id),
    CONSTRAINT layer_reflections_practice_id_added_by_fkey
        FOREIGN KEY(practice_id, added_by) REFERENCES staff (practice_id, id),
    CONSTRAINT layer_reflections_practice_id_obstacle_id_fkey
        FOREIGN KEY(practice_id, obstacle_id) REFERENCES obstacles (practice_id, id),
    CONSTRAINT layer_reflections_practice_id_session_id_fkey
        FOREIGN KEY(practice_id, session_id) REFERENCES sessions (practice_id, id)
)""",
    "CREATE INDEX layer_reflections_coachee_idx ON layer_reflections (practice_id, coachee_id, id)",
    """CREATE TABLE coach_reflections (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    session_id UUID,
    competency VARCHAR(32),
    sealed_text BYTEA NOT NULL,
    sealed_own_quality BYTEA,
    sealed_own_obstacle BYTEA,
    archived_at TIMESTAMP WITH TIME ZONE,
    coachee_id UUID NOT NULL,
    added_by UUID NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT coach_reflections_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT coach_reflections_practice_id_coachee_id_fkey
        FOREIGN KEY(practice_id, coachee_id) REFERENCES coachees (practice_id, id),
    CONSTRAINT coach_reflections_practice_id_added_by_fkey
        FOREIGN KEY(practice_id, added_by) REFERENCES staff (practice_id, id),
    CONSTRAINT coach_reflections_practice_id_session_id_fkey
        FOREIGN KEY(practice_id, session_id) REFERENCES sessions (practice_id, id)
)""",
    "CREATE INDEX coach_reflections_coachee_idx ON coach_reflections (practice_id, coachee_id, id)",
    """CREATE TABLE flow_moments (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    occurred_on DATE NOT NULL,
    intensity INTEGER NOT NULL,
    challenge INTEGER,
    capacity INTEGER,
    energy INTEGER,
    presence INTEGER,
    blocker VARCHAR(24),
    experience_id UUID,
    sealed_note BYTEA,
    archived_at TIMESTAMP WITH TIME ZONE,
    coachee_id UUID NOT NULL,
    added_by UUID NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT flow_moments_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT flow_moments_intensity_in_range_check CHECK (intensity BETWEEN 0 AND 10),
    CONSTRAINT flow_moments_challenge_in_range_check CHECK (challenge BETWEEN 1 AND 5),
    CONSTRAINT flow_moments_capacity_in_range_check CHECK (capacity BETWEEN 1 AND 5),
    CONSTRAINT flow_moments_energy_in_range_check CHECK (energy BETWEEN 1 AND 5),
    CONSTRAINT flow_moments_presence_in_range_check CHECK (presence BETWEEN 1 AND 5),
    CONSTRAINT flow_moments_practice_id_coachee_id_fkey
        FOREIGN KEY(practice_id, coachee_id) REFERENCES coachees (practice_id, id),
    CONSTRAINT flow_moments_practice_id_added_by_fkey
        FOREIGN KEY(practice_id, added_by) REFERENCES staff (practice_id, id),
    CONSTRAINT flow_moments_practice_id_experience_id_fkey
        FOREIGN KEY(practice_id, experience_id) REFERENCES experiences (practice_id, id)
)""",
    "CREATE INDEX flow_moments_coachee_idx ON flow_moments (practice_id, coachee_id, id)",
    """CREATE TABLE alignment_scans (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    scanned_on DATE NOT NULL,
    session_id UUID,
    environment INTEGER NOT NULL,
    behaviour INTEGER NOT NULL,
    skills INTEGER NOT NULL,
    beliefs INTEGER NOT NULL,
    identity INTEGER NOT NULL,
    mission INTEGER NOT NULL,
    core INTEGER NOT NULL,
    blocked_at VARCHAR(16),
    sealed_note BYTEA,
    archived_at TIMESTAMP WITH TIME ZONE,
    coachee_id UUID NOT NULL,
    added_by UUID NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT alignment_scans_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT alignment_scans_environment_in_range_check CHECK (environment BETWEEN 0 AND 10),
    CONSTRAINT alignment_scans_behaviour_in_range_check CHECK (behaviour BETWEEN 0 AND 10),
    CONSTRAINT alignment_scans_skills_in_range_check CHECK (skills BETWEEN 0 AND 10),
    CONSTRAINT alignment_scans_beliefs_in_range_check CHECK (beliefs BETWEEN 0 AND 10),
    CONSTRAINT alignment_scans_identity_in_range_check CHECK (identity BETWEEN 0 AND 10),
    CONSTRAINT alignment_scans_mission_in_range_check CHECK (mission BETWEEN 0 AND 10),
    CONSTRAINT alignment_scans_core_in_range_check CHECK (core BETWEEN 0 AND 10),
    CONSTRAINT alignment_scans_practice_id_coachee_id_fkey
        FOREIGN KEY(practice_id, coachee_id) REFERENCES coachees (practice_id, id),
    CONSTRAINT alignment_scans_practice_id_added_by_fkey
        FOREIGN KEY(practice_id, added_by) REFERENCES staff (practice_id, id),
    CONSTRAINT alignment_scans_practice_id_session_id_fkey
        FOREIGN KEY(practice_id, session_id) REFERENCES sessions (practice_id, id)
)""",
    "CREATE INDEX alignment_scans_coachee_idx ON alignment_scans (practice_id, coachee_id, id)",
    """CREATE TABLE measure_results (
    practice_id UUID NOT NULL,
    id UUID NOT NULL,
    measure_key VARCHAR(60) NOT NULL,
    measure_version INTEGER NOT NULL,
    language VARCHAR(8) NOT NULL,
    taken_on DATE NOT NULL,
    ideal_id UUID,
    answers INTEGER[] NOT NULL,
    sealed_note BYTEA,
    archived_at TIMESTAMP WITH TIME ZONE,
    coachee_id UUID NOT NULL,
    added_by UUID NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT measure_results_pkey PRIMARY KEY (practice_id, id),
    CONSTRAINT measure_results_practice_id_coachee_id_fkey
        FOREIGN KEY(practice_id, coachee_id) REFERENCES coachees (practice_id, id),
    CONSTRAINT measure_results_practice_id_added_by_fkey
        FOREIGN KEY(practice_id, added_by) REFERENCES staff (practice_id, id),
    CONSTRAINT measure_results_practice_id_ideal_id_fkey
        FOREIGN KEY(practice_id, ideal_id) REFERENCES ideals (practice_id, id)
)""",
    "CREATE INDEX measure_results_coachee_idx ON measure_results (practice_id, coachee_id, id)",
    """ALTER TABLE quality_evidence ADD experience_id UUID,
  ADD CONSTRAINT quality_evidence_experience_named_check CHECK (source_type = 'experience' OR experience_id IS NULL),
  ADD CONSTRAINT quality_evidence_practice_id_experience_id_fkey
    FOREIGN KEY (practice_id, experience_id) REFERENCES experiences (practice_id, id)""",
    """CREATE INDEX quality_evidence_experience_idx ON quality_evidence (practice_id, experience_id)
  WHERE experience_id IS NOT NULL""",
    """INSERT INTO awareness_steps (practice_id, id, obstacle_id, awareness, noted_by, noted_at)
  SELECT practice_id, id, id, awareness, added_by, added_at FROM obstacles""",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in TABLES:
        op.execute(f"SELECT protect_tenant_table('{table}')")
    for table in APPEND_ONLY:
        op.execute(f"SELECT make_append_only('{table}')")


def downgrade() -> None:
    op.execute("ALTER TABLE quality_evidence DROP experience_id")
    op.execute("ALTER TABLE obstacles DROP triggered_by_id")
    op.execute("ALTER TABLE ideals DROP depth, DROP sealed_larger_goal, DROP confidence_after")
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
