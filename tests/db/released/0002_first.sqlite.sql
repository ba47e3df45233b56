BEGIN TRANSACTION;
CREATE TABLE adjudication (
	item_id INTEGER NOT NULL, 
	revision INTEGER NOT NULL, 
	project_id INTEGER NOT NULL, 
	label VARCHAR(120), 
	rationale TEXT DEFAULT '' NOT NULL, 
	blind BOOLEAN DEFAULT 0 NOT NULL, 
	suspicion VARCHAR(120), 
	expert_id INTEGER, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_adjudication PRIMARY KEY (item_id, revision), 
	CONSTRAINT fk_adjudication_expert_id_person FOREIGN KEY(expert_id) REFERENCES person (id), 
	CONSTRAINT fk_adjudication_item_id_item FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_adjudication_project_id_label_label_class FOREIGN KEY(project_id, label) REFERENCES label_class (project_id, code), 
	CONSTRAINT fk_adjudication_project_id_project FOREIGN KEY(project_id) REFERENCES project (id)
);
INSERT INTO "adjudication" VALUES(2,1,1,'loan','о кредите',0,NULL,3,'2026-03-01 09:00:00.000000');
INSERT INTO "adjudication" VALUES(3,1,1,NULL,'пока неясно',0,NULL,3,'2026-03-01 09:00:00.000000');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE annotation (
	id INTEGER NOT NULL, 
	project_id INTEGER NOT NULL, 
	item_id INTEGER NOT NULL, 
	assessor_id INTEGER NOT NULL, 
	revision INTEGER NOT NULL, 
	chunk_id INTEGER, 
	lease_id INTEGER, 
	label VARCHAR(120), 
	comment TEXT, 
	flagged BOOLEAN DEFAULT 0 NOT NULL, 
	seconds FLOAT, 
	arm VARCHAR(120), 
	suggestion VARCHAR(120), 
	guideline_version INTEGER, 
	surplus BOOLEAN DEFAULT 0 NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_annotation PRIMARY KEY (id), 
	CONSTRAINT ck_annotation_revision CHECK (revision >= 1), 
	CONSTRAINT fk_annotation_assessor_id_person FOREIGN KEY(assessor_id) REFERENCES person (id), 
	CONSTRAINT fk_annotation_chunk_id_chunk FOREIGN KEY(chunk_id) REFERENCES chunk (id), 
	CONSTRAINT fk_annotation_item_id_item FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_annotation_lease_id_lease FOREIGN KEY(lease_id) REFERENCES lease (id), 
	CONSTRAINT fk_annotation_project_id_label_label_class FOREIGN KEY(project_id, label) REFERENCES label_class (project_id, code), 
	CONSTRAINT fk_annotation_project_id_project FOREIGN KEY(project_id) REFERENCES project (id), 
	CONSTRAINT uq_annotation_item_id_assessor_id_revision UNIQUE (item_id, assessor_id, revision), 
	CONSTRAINT uq_annotation_lease_id UNIQUE (lease_id)
);
INSERT INTO "annotation" VALUES(1,1,1,2,1,1,1,'card',NULL,0,2.5,NULL,NULL,NULL,0,'2026-03-01 09:00:00.000000');
INSERT INTO "annotation" VALUES(2,1,2,2,1,1,2,'loan','точно',0,1.25,NULL,NULL,NULL,0,'2026-03-01 09:00:00.000000');
CREATE TABLE chunk (
	id INTEGER NOT NULL, 
	project_id INTEGER NOT NULL, 
	assessor_id INTEGER NOT NULL, 
	ordinal INTEGER NOT NULL, 
	kind VARCHAR(120) NOT NULL, 
	size INTEGER NOT NULL, 
	opened_at DATETIME NOT NULL, 
	closed_at DATETIME, 
	outcome VARCHAR(120), 
	golden_right INTEGER, 
	golden_n INTEGER, 
	CONSTRAINT pk_chunk PRIMARY KEY (id), 
	CONSTRAINT ck_chunk_kind CHECK (kind IN ('work', 'qualification')), 
	CONSTRAINT ck_chunk_outcome CHECK (outcome IN ('accepted', 'suspended', 'passed', 'failed')), 
	CONSTRAINT fk_chunk_assessor_id_person FOREIGN KEY(assessor_id) REFERENCES person (id), 
	CONSTRAINT fk_chunk_project_id_project FOREIGN KEY(project_id) REFERENCES project (id), 
	CONSTRAINT uq_chunk_project_id_assessor_id_ordinal UNIQUE (project_id, assessor_id, ordinal)
);
INSERT INTO "chunk" VALUES(1,1,2,1,'work',3,'2026-03-01 09:00:00.000000','2026-03-01 09:30:00.000000','accepted',1,1);
INSERT INTO "chunk" VALUES(2,1,2,2,'work',3,'2026-03-01 09:30:00.000000',NULL,NULL,NULL,NULL);
CREATE TABLE contest (
	id INTEGER NOT NULL, 
	project_id INTEGER NOT NULL, 
	item_id INTEGER NOT NULL, 
	golden_revision INTEGER NOT NULL, 
	assessor_id INTEGER NOT NULL, 
	chunk_id INTEGER NOT NULL, 
	argument TEXT NOT NULL, 
	created_at DATETIME NOT NULL, 
	outcome VARCHAR(120), 
	reply TEXT DEFAULT '' NOT NULL, 
	ruled_by INTEGER, 
	ruled_at DATETIME, 
	CONSTRAINT pk_contest PRIMARY KEY (id), 
	CONSTRAINT uq_contest_item_id_golden_revision_assessor_id UNIQUE (item_id, golden_revision, assessor_id), 
	CONSTRAINT ck_contest_outcome CHECK (outcome IN ('upheld', 'rejected')), 
	CONSTRAINT fk_contest_project_id_project FOREIGN KEY(project_id) REFERENCES project (id), 
	CONSTRAINT fk_contest_item_id_item FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_contest_item_id_golden_revision_golden FOREIGN KEY(item_id, golden_revision) REFERENCES golden (item_id, revision), 
	CONSTRAINT fk_contest_assessor_id_person FOREIGN KEY(assessor_id) REFERENCES person (id), 
	CONSTRAINT fk_contest_chunk_id_chunk FOREIGN KEY(chunk_id) REFERENCES chunk (id), 
	CONSTRAINT fk_contest_ruled_by_person FOREIGN KEY(ruled_by) REFERENCES person (id)
);
INSERT INTO "contest" VALUES(1,1,1,1,2,1,'спорно','2026-03-01 09:30:00.000000',NULL,'',NULL,NULL);
CREATE TABLE desk (
	project_id INTEGER NOT NULL, 
	assessor_id INTEGER NOT NULL, 
	cursor BIGINT NOT NULL, 
	CONSTRAINT pk_desk PRIMARY KEY (project_id, assessor_id), 
	CONSTRAINT fk_desk_assessor_id_person FOREIGN KEY(assessor_id) REFERENCES person (id), 
	CONSTRAINT fk_desk_project_id_project FOREIGN KEY(project_id) REFERENCES project (id)
);
INSERT INTO "desk" VALUES(1,2,200);
CREATE TABLE event (
	id INTEGER NOT NULL, 
	project_id INTEGER, 
	person_id INTEGER, 
	verb VARCHAR(120) NOT NULL, 
	target VARCHAR(400) DEFAULT '' NOT NULL, 
	details JSON, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_event PRIMARY KEY (id), 
	CONSTRAINT fk_event_person_id_person FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_event_project_id_project FOREIGN KEY(project_id) REFERENCES project (id)
);
INSERT INTO "event" VALUES(1,1,1,'project.created','mail','{"n": 3}','2026-03-01 09:00:00.000000');
CREATE TABLE golden (
	item_id INTEGER NOT NULL, 
	revision INTEGER NOT NULL, 
	project_id INTEGER NOT NULL, 
	label VARCHAR(120), 
	explanation TEXT DEFAULT '' NOT NULL, 
	appointed_by INTEGER, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_golden PRIMARY KEY (item_id, revision), 
	CONSTRAINT fk_golden_appointed_by_person FOREIGN KEY(appointed_by) REFERENCES person (id), 
	CONSTRAINT fk_golden_item_id_item FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_golden_project_id_label_label_class FOREIGN KEY(project_id, label) REFERENCES label_class (project_id, code)
);
INSERT INTO "golden" VALUES(1,1,1,'card','о карте',1,'2026-03-01 09:00:00.000000');
CREATE TABLE guideline (
	project_id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	body_ru TEXT DEFAULT '' NOT NULL, 
	body_en TEXT DEFAULT '' NOT NULL, 
	author_id INTEGER, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_guideline PRIMARY KEY (project_id, version), 
	CONSTRAINT fk_guideline_author_id_person FOREIGN KEY(author_id) REFERENCES person (id), 
	CONSTRAINT fk_guideline_project_id_project FOREIGN KEY(project_id) REFERENCES project (id)
);
INSERT INTO "guideline" VALUES(1,1,'# Правила','# Rules',1,'2026-03-01 09:00:00.000000');
CREATE TABLE import_run (
	id INTEGER NOT NULL, 
	project_id INTEGER NOT NULL, 
	name VARCHAR(400) NOT NULL, 
	person_id INTEGER, 
	started_at DATETIME NOT NULL, 
	finished_at DATETIME, 
	report JSON, 
	CONSTRAINT pk_import_run PRIMARY KEY (id), 
	CONSTRAINT fk_import_run_person_id_person FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_import_run_project_id_project FOREIGN KEY(project_id) REFERENCES project (id)
);
INSERT INTO "import_run" VALUES(1,1,'mail.csv',1,'2026-03-01 09:00:00.000000','2026-03-01 09:30:00.000000','{"items": 3}');
CREATE TABLE item (
	id INTEGER NOT NULL, 
	project_id INTEGER NOT NULL, 
	external_id VARCHAR(400) NOT NULL, 
	text TEXT NOT NULL, 
	context TEXT, 
	metadata JSON, 
	reference VARCHAR(120), 
	fingerprint BIGINT NOT NULL, 
	priority INTEGER DEFAULT '0' NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_item PRIMARY KEY (id), 
	CONSTRAINT fk_item_project_id_project FOREIGN KEY(project_id) REFERENCES project (id), 
	CONSTRAINT uq_item_project_id_external_id UNIQUE (project_id, external_id)
);
INSERT INTO "item" VALUES(1,1,'a','Где моя карта?',NULL,'{"source": "chat"}','card',11,0,'2026-03-01 09:00:00.000000');
INSERT INTO "item" VALUES(2,1,'b','Хочу кредит; it''s urgent','было',NULL,NULL,12,0,'2026-03-01 09:00:00.000000');
INSERT INTO "item" VALUES(3,1,'c','Курс доллара',NULL,NULL,NULL,13,0,'2026-03-01 09:00:00.000000');
CREATE TABLE label_class (
	project_id INTEGER NOT NULL, 
	code VARCHAR(120) NOT NULL, 
	title_ru VARCHAR(200) NOT NULL, 
	title_en VARCHAR(200) NOT NULL, 
	hotkey VARCHAR(1), 
	colour VARCHAR(7) NOT NULL, 
	description_ru TEXT DEFAULT '' NOT NULL, 
	description_en TEXT DEFAULT '' NOT NULL, 
	class_group VARCHAR(120), 
	position INTEGER NOT NULL, 
	retired BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_label_class PRIMARY KEY (project_id, code), 
	CONSTRAINT fk_label_class_project_id_project FOREIGN KEY(project_id) REFERENCES project (id), 
	CONSTRAINT uq_label_class_project_id_hotkey UNIQUE (project_id, hotkey)
);
INSERT INTO "label_class" VALUES(1,'card','Карта','Card','1','#112233','','',NULL,0,0);
INSERT INTO "label_class" VALUES(1,'loan','Кредит','Loan','2','#445566','','',NULL,1,0);
CREATE TABLE lease (
	id INTEGER NOT NULL, 
	project_id INTEGER NOT NULL, 
	item_id INTEGER NOT NULL, 
	assessor_id INTEGER NOT NULL, 
	chunk_id INTEGER NOT NULL, 
	slot INTEGER NOT NULL, 
	token VARCHAR(32) NOT NULL, 
	state VARCHAR(120) NOT NULL, 
	revision INTEGER DEFAULT '0' NOT NULL, 
	skip_reason VARCHAR(120), 
	comment TEXT, 
	opened_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	closed_at DATETIME, 
	CONSTRAINT pk_lease PRIMARY KEY (id), 
	CONSTRAINT ck_lease_state CHECK (state IN ('open', 'answered', 'skipped', 'expired', 'released')), 
	CONSTRAINT fk_lease_assessor_id_person FOREIGN KEY(assessor_id) REFERENCES person (id), 
	CONSTRAINT fk_lease_chunk_id_chunk FOREIGN KEY(chunk_id) REFERENCES chunk (id), 
	CONSTRAINT fk_lease_item_id_item FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_lease_project_id_project FOREIGN KEY(project_id) REFERENCES project (id), 
	CONSTRAINT uq_lease_token UNIQUE (token)
);
INSERT INTO "lease" VALUES(1,1,1,2,1,1,'aa','answered',0,NULL,NULL,'2026-03-01 09:00:00.000000','2026-03-01 09:30:00.000000','2026-03-01 09:00:00.000000');
INSERT INTO "lease" VALUES(2,1,2,2,1,2,'bb','answered',0,NULL,NULL,'2026-03-01 09:00:00.000000','2026-03-01 09:30:00.000000','2026-03-01 09:00:00.000000');
INSERT INTO "lease" VALUES(3,1,3,2,2,1,'cc','open',0,NULL,NULL,'2026-03-01 09:30:00.000000','2026-03-01 09:30:00.000000',NULL);
CREATE TABLE membership (
	project_id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	role VARCHAR(120) NOT NULL, 
	standing VARCHAR(120) DEFAULT 'active' NOT NULL, 
	created_at DATETIME NOT NULL, reason VARCHAR(120), 
	CONSTRAINT pk_membership PRIMARY KEY (project_id, person_id, role), 
	CONSTRAINT ck_membership_role CHECK (role IN ('assessor', 'expert', 'lead')), 
	CONSTRAINT ck_membership_standing CHECK (standing IN ('active', 'paused', 'banned')), 
	CONSTRAINT fk_membership_person_id_person FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_membership_project_id_project FOREIGN KEY(project_id) REFERENCES project (id)
);
INSERT INTO "membership" VALUES(1,1,'lead','active','2026-03-01 09:00:00.000000',NULL);
INSERT INTO "membership" VALUES(1,2,'assessor','active','2026-03-01 09:00:00.000000',NULL);
INSERT INTO "membership" VALUES(1,3,'expert','active','2026-03-01 09:00:00.000000',NULL);
CREATE TABLE person (
	id INTEGER NOT NULL, 
	login VARCHAR(120) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	password_hash VARCHAR(200), 
	issuer VARCHAR(300), 
	subject VARCHAR(300), 
	locale VARCHAR(2) DEFAULT 'ru' NOT NULL, 
	active BOOLEAN DEFAULT 1 NOT NULL, 
	is_admin BOOLEAN DEFAULT 0 NOT NULL, 
	is_simulated BOOLEAN DEFAULT 0 NOT NULL, 
	failed_sign_ins INTEGER DEFAULT '0' NOT NULL, 
	locked_until DATETIME, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_person PRIMARY KEY (id), 
	CONSTRAINT ck_person_locale CHECK (locale IN ('ru', 'en')), 
	CONSTRAINT uq_person_issuer_subject UNIQUE (issuer, subject), 
	CONSTRAINT uq_person_login UNIQUE (login)
);
INSERT INTO "person" VALUES(1,'lead','Вера',NULL,NULL,NULL,'ru',1,1,0,0,NULL,'2026-03-01 09:00:00.000000');
INSERT INTO "person" VALUES(2,'ann','Анна',NULL,NULL,NULL,'ru',1,0,0,0,NULL,'2026-03-01 09:00:00.000000');
INSERT INTO "person" VALUES(3,'ben','Ben',NULL,NULL,NULL,'en',1,0,0,0,NULL,'2026-03-01 09:00:00.000000');
CREATE TABLE "project" (
	id INTEGER NOT NULL, 
	slug VARCHAR(120) NOT NULL, 
	title_ru VARCHAR(200) NOT NULL, 
	title_en VARCHAR(200) NOT NULL, 
	overlap INTEGER DEFAULT '3' NOT NULL, 
	chunk_size INTEGER DEFAULT '50' NOT NULL, 
	golden_per_chunk INTEGER DEFAULT '5' NOT NULL, 
	qualification_size INTEGER DEFAULT '0' NOT NULL, 
	accuracy_floor FLOAT DEFAULT '0.7' NOT NULL, 
	lease_minutes INTEGER DEFAULT '30' NOT NULL, 
	look_ahead INTEGER DEFAULT '6' NOT NULL, 
	suggestion_policy VARCHAR(120) DEFAULT 'hidden' NOT NULL, 
	pii_policy VARCHAR(120) DEFAULT 'keep' NOT NULL, 
	shown_metadata JSON, 
	seed BIGINT NOT NULL, 
	is_simulated BOOLEAN DEFAULT 0 NOT NULL, 
	archived_at DATETIME, 
	created_at DATETIME NOT NULL, 
	qualification_tries INTEGER DEFAULT '3' NOT NULL, 
	target_probability FLOAT, 
	max_overlap INTEGER, 
	CONSTRAINT pk_project PRIMARY KEY (id), 
	CONSTRAINT ck_project_look_ahead CHECK (look_ahead >= 0 AND look_ahead <= 20), 
	CONSTRAINT uq_project_slug UNIQUE (slug), 
	CONSTRAINT ck_project_qualification_size CHECK (qualification_size >= 0), 
	CONSTRAINT ck_project_golden_per_chunk CHECK (golden_per_chunk >= 0 AND golden_per_chunk <= chunk_size), 
	CONSTRAINT ck_project_overlap CHECK (overlap >= 1), 
	CONSTRAINT ck_project_suggestion_policy CHECK (suggestion_policy IN ('hidden', 'before', 'after', 'experiment')), 
	CONSTRAINT ck_project_pii_policy CHECK (pii_policy IN ('keep', 'mask')), 
	CONSTRAINT ck_project_accuracy_floor CHECK (accuracy_floor >= 0 AND accuracy_floor <= 1), 
	CONSTRAINT ck_project_chunk_size CHECK (chunk_size >= 1), 
	CONSTRAINT ck_project_lease_minutes CHECK (lease_minutes >= 1), 
	CONSTRAINT ck_project_qualification_tries CHECK (qualification_tries >= 1), 
	CONSTRAINT ck_project_target_probability CHECK (target_probability > 0 AND target_probability < 1), 
	CONSTRAINT ck_project_max_overlap CHECK (max_overlap >= overlap)
);
INSERT INTO "project" VALUES(1,'mail','Письма','Mail',3,3,1,0,0.7,30,6,'hidden','keep',NULL,7,0,NULL,'2026-03-01 09:00:00.000000',3,NULL,NULL);
INSERT INTO "project" VALUES(2,'tight','Тесный','Tight',3,3,2,0,0.7,30,6,'hidden','keep',NULL,8,0,NULL,'2026-03-01 09:00:00.000000',3,NULL,NULL);
CREATE TABLE queue (
	item_id INTEGER NOT NULL, 
	project_id INTEGER NOT NULL, 
	position BIGINT NOT NULL, 
	wanted INTEGER NOT NULL, 
	places INTEGER NOT NULL, 
	returned BOOLEAN DEFAULT 0 NOT NULL, 
	golden BOOLEAN DEFAULT 0 NOT NULL, 
	spin BIGINT DEFAULT '0' NOT NULL, paused BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_queue PRIMARY KEY (item_id), 
	CONSTRAINT ck_queue_golden_has_no_places CHECK (NOT (golden AND places > 0)), 
	CONSTRAINT ck_queue_places CHECK (places >= 0), 
	CONSTRAINT fk_queue_item_id_item FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_queue_project_id_project FOREIGN KEY(project_id) REFERENCES project (id)
);
INSERT INTO "queue" VALUES(1,1,100,0,0,0,1,0,0);
INSERT INTO "queue" VALUES(2,1,200,3,1,0,0,0,0);
INSERT INTO "queue" VALUES(3,1,300,3,3,0,0,0,0);
CREATE TABLE sign_in (
	token_hash VARCHAR(64) NOT NULL, 
	person_id INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	seen_at DATETIME NOT NULL, 
	ended_at DATETIME, 
	CONSTRAINT pk_sign_in PRIMARY KEY (token_hash), 
	CONSTRAINT fk_sign_in_person_id_person FOREIGN KEY(person_id) REFERENCES person (id)
);
INSERT INTO "sign_in" VALUES('00ff',2,'2026-03-01 09:00:00.000000','2026-03-01 09:30:00.000000',NULL);
CREATE UNIQUE INDEX uq_chunk_open ON chunk (project_id, assessor_id) WHERE closed_at IS NULL;
CREATE INDEX ix_event_project_id ON event (project_id);
CREATE INDEX ix_import_run_project_id ON import_run (project_id);
CREATE INDEX ix_item_fingerprint ON item (project_id, fingerprint);
CREATE INDEX ix_membership_person_id ON membership (person_id);
CREATE INDEX ix_sign_in_person_id ON sign_in (person_id);
CREATE INDEX ix_adjudication_project_id ON adjudication (project_id);
CREATE INDEX ix_golden_project_id ON golden (project_id);
CREATE INDEX ix_lease_assessor_id_item_id ON lease (assessor_id, item_id);
CREATE INDEX ix_lease_chunk_id_slot ON lease (chunk_id, slot);
CREATE INDEX ix_lease_expiring ON lease (project_id, expires_at) WHERE state = 'open';
CREATE UNIQUE INDEX uq_lease_open ON lease (item_id, assessor_id) WHERE state = 'open';
CREATE INDEX ix_queue_open ON queue (project_id, position) WHERE places > 0;
CREATE INDEX ix_queue_returned ON queue (project_id, position) WHERE returned AND places > 0;
CREATE INDEX ix_annotation_assessor ON annotation (project_id, assessor_id, created_at, revision);
CREATE TRIGGER guideline_no_update BEFORE UPDATE ON guideline BEGIN SELECT RAISE(ABORT, 'guideline is append-only'); END;
CREATE TRIGGER guideline_no_delete BEFORE DELETE ON guideline BEGIN SELECT RAISE(ABORT, 'guideline is append-only'); END;
CREATE TRIGGER item_no_update BEFORE UPDATE ON item BEGIN SELECT RAISE(ABORT, 'item is append-only'); END;
CREATE TRIGGER item_no_delete BEFORE DELETE ON item BEGIN SELECT RAISE(ABORT, 'item is append-only'); END;
CREATE TRIGGER golden_no_update BEFORE UPDATE ON golden BEGIN SELECT RAISE(ABORT, 'golden is append-only'); END;
CREATE TRIGGER golden_no_delete BEFORE DELETE ON golden BEGIN SELECT RAISE(ABORT, 'golden is append-only'); END;
CREATE TRIGGER annotation_no_update BEFORE UPDATE ON annotation BEGIN SELECT RAISE(ABORT, 'annotation is append-only'); END;
CREATE TRIGGER annotation_no_delete BEFORE DELETE ON annotation BEGIN SELECT RAISE(ABORT, 'annotation is append-only'); END;
CREATE TRIGGER adjudication_no_update BEFORE UPDATE ON adjudication BEGIN SELECT RAISE(ABORT, 'adjudication is append-only'); END;
CREATE TRIGGER adjudication_no_delete BEFORE DELETE ON adjudication BEGIN SELECT RAISE(ABORT, 'adjudication is append-only'); END;
CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;
CREATE INDEX ix_contest_project_id ON contest (project_id);
CREATE INDEX ix_queue_golden ON queue (project_id, spin) WHERE golden AND NOT paused;
COMMIT;
