-- Schema of a version 2 ledger in PostgreSQL, as the release made it.
create table "hopclip_migrations" ("name" varchar(255) not null primary key, "timestamp" varchar(255) not null);
create table "hopclip_migrations_lock" ("id" varchar(255) not null primary key, "is_locked" integer default 0 not null);
create table "runners" ("id" bigserial primary key, "name" text not null, "key" text not null unique, "added_ms" bigint not null);
create table "uses" ("who" text primary key, "runner" bigint not null references "runners" ("id") on delete cascade);
create table "sets" ("id" bigserial primary key, "runner" bigint not null references "runners" ("id") on delete cascade, "started_ms" bigint not null, "exercise" text not null, "rung" text, "side" text, "bpm" double precision, "target" double precision, "source" text not null, "origin" text not null, "sensor" text not null, "firmware_sha256" text not null, "summary" text not null, "verdict" text not null, "errors" text not null, "activities" text not null, "cues" text not null, "clip_key" text);
create table "contacts" ("set" bigint not null references "sets" ("id") on delete cascade, "place" integer not null, "ic_us" bigint not null, "tc_us" bigint, "kind" text not null, "hop" integer not null, "contact_us" bigint, "flight_us" bigint, "beat_error_us" bigint, "confidence" double precision not null, constraint "contacts_key" primary key ("set", "place"));
create table "reps" ("set" bigint not null references "sets" ("id") on delete cascade, "kind" text not null, "place" integer not null, "at_us" bigint not null, "end_us" bigint, "clean" integer not null, "up_us" bigint, "hold_us" bigint, "down_us" bigint, "top" double precision, "wobble" double precision, "flaws" text not null, constraint "reps_key" primary key ("set", "kind", "place"));
create table "pains" ("id" bigserial primary key, "runner" bigint not null references "runners" ("id") on delete cascade, "set" bigint unique references "sets" ("id") on delete cascade, "at_ms" bigint not null, "score" integer not null check (score between 0 and 10), "place" text);
create table "runs" ("id" bigserial primary key, "runner" bigint not null references "runners" ("id") on delete cascade, "at_ms" bigint not null, "distance" double precision not null);
create table "plans" ("id" bigserial primary key, "runner" bigint not null references "runners" ("id") on delete cascade, "kind" text not null, "made_ms" bigint not null, "plan" text not null);
create index "uses_by_runner" on "uses" ("runner");
create index "sets_by_runner_started_ms" on "sets" ("runner", "started_ms");
create index "sets_by_runner_exercise_started_ms" on "sets" ("runner", "exercise", "started_ms");
create index "pains_by_runner_at_ms" on "pains" ("runner", "at_ms");
create index "runs_by_runner_at_ms" on "runs" ("runner", "at_ms");
create index "plans_by_runner_kind_made_ms" on "plans" ("runner", "kind", "made_ms");
create unique index "sets_by_clip_key_runner" on "sets" ("clip_key", "runner");
