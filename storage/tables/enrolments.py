"""Who joined a course: one row a person and course, which keeps a second thought."""

from sqlalchemy import Column, Index, PrimaryKeyConstraint, String, Table

from storage.tables.base import Instant, metadata, reference

enrolments = Table(
    "enrolments",
    metadata,
    reference("person_id", "persons"),
    Column("course_id", String(32), nullable=False),
    Column("joined_at", Instant, nullable=False),
    Column("left_at", Instant),
    PrimaryKeyConstraint("person_id", "course_id"),
)
Index("ix_enrolments_course_id_joined_at", enrolments.c.course_id, enrolments.c.joined_at)
