"""The first schema; not edited after its release.

``name!`` key, ``name#`` number, ``name?`` truth value, ``name%`` bytes, otherwise text; ``-`` may be empty.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

KINDS: dict[str, type[Any]] = {"#": sa.BigInteger, "?": sa.Boolean, "%": sa.LargeBinary}


def table(name: str, words: str, rowid: bool = True) -> None:
    columns = [
        sa.Column(
            word.rstrip("#?%!-"),
            next((kind for sign, kind in KINDS.items() if sign in word), sa.String)(),
            primary_key="!" in word,
            nullable="-" in word,
            autoincrement=False,
        )
        for word in words.split()
    ]
    op.create_table(name, *columns, sqlite_with_rowid=rowid)


def index(name: str, on: str, words: str, where: str = "") -> None:
    only = sa.text(where) if where else None
    op.create_index(name, on, words.split(), sqlite_where=only, postgresql_where=only)


def keep_audit() -> None:
    """R11: append-only, for a shell too."""
    body = "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
    if op.get_bind().dialect.name == "postgresql":
        fail = "BEGIN RAISE EXCEPTION 'the audit is append-only'; END"
        op.execute(f"CREATE FUNCTION keep_audit() RETURNS trigger LANGUAGE plpgsql AS $$ {fail} $$")
        body = "FOR EACH ROW EXECUTE FUNCTION keep_audit()"
    for verb in ("UPDATE", "DELETE"):
        op.execute(f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit {body}")


def upgrade() -> None:
    table("people", "bot_id!# id!# lang reachable? roles facts%- version# born#")
    table("places", "bot_id!# chat!# kind ref lang title version# born#")
    index("ix_places_kind_ref", "places", "bot_id kind ref")
    table(
        "dialogs",
        "bot_id!# id! flow chat# person# thread#- subject state step kind epoch# prompt touched# args%- "
        "journal%- version# born#",
    )
    index("ix_dialogs_chat_person_state", "dialogs", "bot_id chat person state")
    index("ix_dialogs_person_state", "dialogs", "bot_id person state")
    index("ix_dialogs_prompt", "dialogs", "bot_id prompt")
    index("ix_dialogs_subject", "dialogs", "bot_id subject")
    table(
        "orders",
        "bot_id!# no! stage since# updated# task_version deadline# department compound urgency placed_by# "
        "patient_account# ambassador# doctor# batch label mandate rx topic pending pending_by# lease_by# "
        "lease_until# snapshot%- version# born#",
    )
    index("ix_orders_ambassador", "orders", "bot_id ambassador")
    index("ix_orders_batch", "orders", "bot_id batch")
    index("ix_orders_compound_stage", "orders", "bot_id compound stage")
    index("ix_orders_doctor", "orders", "bot_id doctor")
    index("ix_orders_patient_account", "orders", "bot_id patient_account")
    index("ix_orders_placed_by", "orders", "bot_id placed_by")
    index("ix_orders_stage", "orders", "bot_id stage")
    index("ix_orders_topic", "orders", "bot_id topic")
    table(
        "batches",
        "bot_id!# id! run stage updated# compound courier# ambassador# count# left# loaded? code%- pending "
        "manifest%- version# born#",
    )
    index("ix_batches_ambassador", "batches", "bot_id ambassador")
    index("ix_batches_compound", "batches", "bot_id compound")
    index("ix_batches_courier", "batches", "bot_id courier")
    index("ix_batches_stage", "batches", "bot_id stage")
    table("topics", "bot_id!# key! chat# order name shown thread#- closed? version# shown_closed? born#")
    index("ix_topics_chat_thread", "topics", "bot_id chat thread")
    index("ix_topics_order", "topics", "bot_id order")
    index(
        "ix_topics_stale", "topics", "bot_id", where="thread IS NOT NULL AND (shown != name OR closed != shown_closed)"
    )
    table("mandates", "bot_id!# id! ambassador# patient until active? facts%- version# born#")
    index("ix_mandates_ambassador", "mandates", "bot_id ambassador")
    index("ix_mandates_patient", "mandates", "bot_id patient")
    table("links", "bot_id!# id! purpose ref person# expires# used_at# version# born#")
    index("ix_links_person", "links", "bot_id person")
    index("ix_links_purpose_ref", "links", "bot_id purpose ref")
    table("used_prescriptions", "bot_id!# id! order patient picture version# born#")
    index("ix_used_prescriptions_order", "used_prescriptions", "bot_id order")
    index("ix_used_prescriptions_patient", "used_prescriptions", "bot_id patient")
    table("relayed", "bot_id!# id! order post sender# version# born#")
    index("ix_relayed_order", "relayed", "bot_id order")
    index("ix_relayed_post", "relayed", "bot_id post")
    table("custody", "bot_id!# id! order at# giver taker proof version# born#")
    index("ix_custody_order", "custody", "bot_id order")
    table("person_roles", "bot_id!# person!# role! role_id! location!", rowid=False)
    index("ix_person_roles_location", "person_roles", "bot_id location role")
    index("ix_person_roles_role", "person_roles", "bot_id role role_id")
    table("arrivals", "bot_id!# source! id! at#", rowid=False)
    index("ix_arrivals_at", "arrivals", "bot_id at")
    table(
        "posts",
        "bot_id!# key! chat# priority topic thread#- card? protect? silent? pin? not_before# reply_to#- kind "
        "state message#- wanted# shown# shown_kind sending# sending_kind attempts# due# queued# error "
        "changed# body%- digest%-",
    )
    index("ix_posts_message", "posts", "bot_id chat message")
    index("ix_posts_topic", "posts", "bot_id topic")
    index("ix_posts_waiting", "posts", "bot_id chat priority queued", where="shown != wanted")
    table("unreachable", "bot_id!# chat!# since#", rowid=False)
    table(
        "commands",
        "bot_id!# key! lane op dialog step epoch# chat# thread#- person# priority queued# attempts# "
        "first_tried# due# error args%-",
    )
    index("ix_commands_lane", "commands", "bot_id lane queued")
    table("timers", "bot_id!# key! due# kind ref step epoch#", rowid=False)
    index("ix_timers_due", "timers", "bot_id due")
    table("audit", "bot_id!# order! n!# at# actor on_behalf what reason prev hash", rowid=False)
    table("cursors", "bot_id!# name! value", rowid=False)
    table("series", "bot_id!# name! last#", rowid=False)
    table("dead_letters", "bot_id!# source! id! at# code times#", rowid=False)
    table("probes", "bot_id!# name! sealed%-", rowid=False)
    keep_audit()
