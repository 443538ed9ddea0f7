-- Schema of a version 2 ledger in SQLite, as the release made it.
CREATE TABLE "hopclip_migrations" ("name" varchar(255) not null primary key, "timestamp" varchar(255) not null);
CREATE TABLE "hopclip_migrations_lock" ("id" varchar(255) not null primary key, "is_locked" integer default 0 not null);
CREATE TABLE "runners" ("id" integer primary key autoincrement, "name" text not null, "key" text not null unique, "added_ms" bigint not null);
CREATE TABLE "uses" ("who" text primary key, "runner" bigint not null references "runners" ("id") on delete cascade);
CREATE TABLE "sets" ("id" integer primary key autoincrement, "runner" bigint not null references "runners" ("id") on delete cascade, "started_ms" bigint not null, "exercise" text not null, "rung" text, "side" text, "bpm" double precision, "target" double precision, "source" text not null, "origin" text not null, "sensor" text not null, "firmware_sha256" text not null, "summary" text not null, "verdict" text not null, "errors" text not null, "activities" text not null, "cues" text not null, "clip_key" text);
CREATE TABLE "contacts" ("set" bigint not null references "sets" ("id") on delete cascade, "place" integer not null, "ic_us" bigint not null, "tc_us" bigint, "kind" text not null, "hop" integer not null, "contact_us" bigint, "flight_us" bigint, "beat_error_us" bigint, "confidence" double precision not null, constraint "contacts_key" primary key ("set", "place"));
CREATE TABLE "reps" ("set" bigint not null references "sets" ("id") on delete cascade, "kind" text not null, "place" integer not null, "at_us" bigint not null, "end_us" bigint, "clean" integer not null, "up_us" bigint, "hold_us" bigint, "down_us" bigint, "top" double precision, "wobble" double precision, "flaws" text not null, constraint "reps_key" primary key ("set", "kind", "place"));
CREATE TABLE "pains" ("id" integer primary key autoincrement, "runner" bigint not null references "runners" ("id") on delete cascade, "set" bigint unique references "sets" ("id") on delete cascade, "at_ms" bigint not null, "score" integer not null check (score between 0 and 10), "place" text);
CREATE TABLE "runs" ("id" integer primary key autoincrement, "runner" bigint not null references "runners" ("id") on delete cascade, "at_ms" bigint not null, "distance" double precision not null);
CREATE TABLE "plans" ("id" integer primary key autoincrement, "runner" bigint not null references "runners" ("id") on delete cascade, "kind" text not null, "made_ms" bigint not null, "plan" text not null);
CREATE INDEX "uses_by_runner" on "uses" ("runner");
CREATE INDEX "sets_by_runner_started_ms" on "sets" ("runner", "started_ms");
CREATE INDEX "sets_by_runner_exercise_started_ms" on "sets" ("runner", "exercise", "started_ms");
CREATE INDEX "pains_by_runner_at_ms" on "pains" ("runner", "at_ms");
CREATE INDEX "runs_by_runner_at_ms" on "runs" ("runner", "at_ms");
CREATE INDEX "plans_by_runner_kind_made_ms" on "plans" ("runner", "kind", "made_ms");
CREATE UNIQUE INDEX "sets_by_clip_key_runner" on "sets" ("clip_key", "runner");
