BEGIN TRANSACTION;
CREATE TABLE "adjudication" (
	item_id INTEGER NOT NULL, 
	revision INTEGER NOT NULL, 
	project_id INTEGER NOT NULL, 
	label VARCHAR(120), 
	rationale TEXT DEFAULT ('') NOT NULL, 
	blind BOOLEAN DEFAULT 0 NOT NULL, 
	suspicion VARCHAR(120), 
	expert_id INTEGER, 
	created_at DATETIME NOT NULL, 
	verdict VARCHAR(120) DEFAULT 'label' NOT NULL, 
	route VARCHAR(120) DEFAULT 'hand' NOT NULL, 
	given VARCHAR(120), 
	score FLOAT, 
	run_id INTEGER, 
	batch_id INTEGER, 
	seconds FLOAT, 
	guideline_version INTEGER, 
	act VARCHAR(32), 
	lease_id INTEGER, 
	CONSTRAINT pk_adjudication PRIMARY KEY (item_id, revision), 
	CONSTRAINT fk_adjudication_expert_id_person FOREIGN KEY(expert_id) REFERENCES person (id), 
	CONSTRAINT fk_adjudication_project_id_project FOREIGN KEY(project_id) REFERENCES project (id), 
	CONSTRAINT fk_adjudication_item_id_item FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_adjudication_project_id_label_label_class FOREIGN KEY(project_id, label) REFERENCES label_class (project_id, code), 
	CONSTRAINT ck_adjudication_verdict CHECK (verdict IN ('label', 'sent_back', 'unclear', 'withdrawn')), 
	CONSTRAINT ck_adjudication_route CHECK (route IN ('suspicion', 'audit', 'batch', 'second', 'dispute', 'hand')), 
	CONSTRAINT ck_adjudication_settles CHECK ((verdict = 'label') = (label IS NOT NULL)), 
	CONSTRAINT uq_adjudication_lease_id UNIQUE (lease_id), 
	CONSTRAINT fk_adjudication_lease_id_expert_lease FOREIGN KEY(lease_id) REFERENCES expert_lease (id)
);
INSERT INTO "adjudication" VALUES(2,1,1,'loan','о кредите',0,NULL,3,'2026-03-01 09:00:00.000000','label','hand',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "adjudication" VALUES(3,1,1,NULL,'пока неясно',0,NULL,3,'2026-03-01 09:00:00.000000','unclear','hand',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "adjudication" VALUES(2,2,1,'card','всё же карта',0,NULL,3,'2026-03-01 09:30:00.000000','label','suspicion','loan',0.75,1,NULL,NULL,NULL,'act',1);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0019');
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
	created_at DATETIME NOT NULL, probe BOOLEAN DEFAULT 0 NOT NULL, evidence INTEGER CONSTRAINT ck_annotation_evidence CHECK (evidence >= 0), 
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
INSERT INTO "annotation" VALUES(1,1,1,2,1,1,1,'card',NULL,0,2.5,NULL,NULL,NULL,0,'2026-03-01 09:00:00.000000',0,NULL);
INSERT INTO "annotation" VALUES(2,1,2,2,1,1,2,'loan','точно',0,1.25,NULL,NULL,NULL,0,'2026-03-01 09:00:00.000000',0,NULL);
CREATE TABLE audit (
	id INTEGER NOT NULL, 
	project_id INTEGER NOT NULL, 
	run_id INTEGER, 
	person_id INTEGER, 
	size INTEGER NOT NULL, 
	population INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_audit PRIMARY KEY (id), 
	CONSTRAINT fk_audit_project_id_project FOREIGN KEY(project_id) REFERENCES project (id), 
	CONSTRAINT fk_audit_run_id_run FOREIGN KEY(run_id) REFERENCES run (id), 
	CONSTRAINT fk_audit_person_id_person FOREIGN KEY(person_id) REFERENCES person (id)
);
INSERT INTO "audit" VALUES(1,1,1,1,1,2,'2026-03-01 09:00:00.000000');
CREATE TABLE audit_item (
	audit_id INTEGER NOT NULL, 
	item_id INTEGER NOT NULL, 
	given VARCHAR(120) NOT NULL, 
	stratum INTEGER NOT NULL, 
	position INTEGER, 
	CONSTRAINT pk_audit_item PRIMARY KEY (audit_id, item_id), 
	CONSTRAINT fk_audit_item_audit_id_audit FOREIGN KEY(audit_id) REFERENCES audit (id), 
	CONSTRAINT fk_audit_item_item_id_item FOREIGN KEY(item_id) REFERENCES item (id)
);
INSERT INTO "audit_item" VALUES(1,2,'loan',0,0);
INSERT INTO "audit_item" VALUES(1,3,'card',0,NULL);
CREATE TABLE batch (
	id INTEGER NOT NULL, 
	project_id INTEGER NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	person_id INTEGER, 
	source JSON, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_batch PRIMARY KEY (id), 
	CONSTRAINT uq_batch_project_id_name UNIQUE (project_id, name), 
	CONSTRAINT fk_batch_project_id_project FOREIGN KEY(project_id) REFERENCES project (id), 
	CONSTRAINT fk_batch_person_id_person FOREIGN KEY(person_id) REFERENCES person (id)
);
INSERT INTO "batch" VALUES(1,1,'спорные',1,NULL,'2026-03-01 09:00:00.000000');
CREATE TABLE batch_item (
	batch_id INTEGER NOT NULL, 
	item_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	CONSTRAINT pk_batch_item PRIMARY KEY (batch_id, item_id), 
	CONSTRAINT fk_batch_item_batch_id_batch FOREIGN KEY(batch_id) REFERENCES batch (id), 
	CONSTRAINT fk_batch_item_item_id_item FOREIGN KEY(item_id) REFERENCES item (id)
);
INSERT INTO "batch_item" VALUES(1,2,0);
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
	golden_n INTEGER, golden_score FLOAT, 
	CONSTRAINT pk_chunk PRIMARY KEY (id), 
	CONSTRAINT ck_chunk_kind CHECK (kind IN ('work', 'qualification')), 
	CONSTRAINT ck_chunk_outcome CHECK (outcome IN ('accepted', 'suspended', 'passed', 'failed')), 
	CONSTRAINT fk_chunk_assessor_id_person FOREIGN KEY(assessor_id) REFERENCES person (id), 
	CONSTRAINT fk_chunk_project_id_project FOREIGN KEY(project_id) REFERENCES project (id), 
	CONSTRAINT uq_chunk_project_id_assessor_id_ordinal UNIQUE (project_id, assessor_id, ordinal)
);
INSERT INTO "chunk" VALUES(1,1,2,1,'work',3,'2026-03-01 09:00:00.000000','2026-03-01 09:30:00.000000','accepted',1,1,1.0);
INSERT INTO "chunk" VALUES(2,1,2,2,'work',3,'2026-03-01 09:30:00.000000',NULL,NULL,NULL,NULL,NULL);
CREATE TABLE class_change (
	id INTEGER NOT NULL, 
	project_id INTEGER NOT NULL, 
	kind VARCHAR(120) NOT NULL, 
	asked JSON NOT NULL, 
	mapping JSON NOT NULL, 
	created JSON NOT NULL, 
	"before" JSON NOT NULL, 
	note TEXT DEFAULT '' NOT NULL, 
	undoes INTEGER, 
	person_id INTEGER, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_class_change PRIMARY KEY (id), 
	CONSTRAINT fk_class_change_project_id_project FOREIGN KEY(project_id) REFERENCES project (id), 
	CONSTRAINT fk_class_change_undoes_class_change FOREIGN KEY(undoes) REFERENCES class_change (id), 
	CONSTRAINT fk_class_change_person_id_person FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT uq_class_change_undoes UNIQUE (undoes), 
	CONSTRAINT ck_class_change_kind CHECK (kind IN ('rename', 'merge', 'split', 'move', 'retire', 'undo')), 
	CONSTRAINT ck_class_change_undoes CHECK ((kind = 'undo') = (undoes IS NOT NULL))
);
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
CREATE TABLE corner_case (
	id INTEGER NOT NULL, 
	project_id INTEGER NOT NULL, 
	item_id INTEGER NOT NULL, 
	label VARCHAR(120) NOT NULL, 
	rationale TEXT DEFAULT '' NOT NULL, 
	person_id INTEGER, 
	created_at DATETIME NOT NULL, 
	removed_at DATETIME, 
	CONSTRAINT pk_corner_case PRIMARY KEY (id), 
	CONSTRAINT uq_corner_case_item_id UNIQUE (item_id), 
	CONSTRAINT fk_corner_case_project_id_label_label_class FOREIGN KEY(project_id, label) REFERENCES label_class (project_id, code), 
	CONSTRAINT fk_corner_case_project_id_project FOREIGN KEY(project_id) REFERENCES project (id), 
	CONSTRAINT fk_corner_case_item_id_item FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_corner_case_person_id_person FOREIGN KEY(person_id) REFERENCES person (id)
);
INSERT INTO "corner_case" VALUES(1,1,2,'card','пример',3,'2026-03-01 09:30:00.000000',NULL);
CREATE TABLE desk (
	project_id INTEGER NOT NULL, 
	assessor_id INTEGER NOT NULL, 
	cursor BIGINT NOT NULL, 
	CONSTRAINT pk_desk PRIMARY KEY (project_id, assessor_id), 
	CONSTRAINT fk_desk_assessor_id_person FOREIGN KEY(assessor_id) REFERENCES person (id), 
	CONSTRAINT fk_desk_project_id_project FOREIGN KEY(project_id) REFERENCES project (id)
);
INSERT INTO "desk" VALUES(1,2,-4611686018427387904);
CREATE TABLE device (
	token_hash VARCHAR(64) NOT NULL, 
	person_id INTEGER NOT NULL, 
	seen_at DATETIME NOT NULL, 
	CONSTRAINT pk_device PRIMARY KEY (token_hash, person_id), 
	CONSTRAINT fk_device_person_id_person FOREIGN KEY(person_id) REFERENCES person (id)
);
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
CREATE TABLE expert_lease (
	id INTEGER NOT NULL, 
	project_id INTEGER NOT NULL, 
	item_id INTEGER NOT NULL, 
	expert_id INTEGER NOT NULL, 
	token VARCHAR(32) NOT NULL, 
	state VARCHAR(120) NOT NULL, 
	revision INTEGER DEFAULT '0' NOT NULL, 
	route VARCHAR(120) NOT NULL, 
	given VARCHAR(120), 
	score FLOAT, 
	suspicion VARCHAR(120), 
	run_id INTEGER, 
	batch_id INTEGER, 
	opened_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	closed_at DATETIME, 
	CONSTRAINT pk_expert_lease PRIMARY KEY (id), 
	CONSTRAINT uq_expert_lease_token UNIQUE (token), 
	CONSTRAINT ck_expert_lease_state CHECK (state IN ('open', 'answered', 'skipped', 'expired', 'released')), 
	CONSTRAINT ck_expert_lease_route CHECK (route IN ('suspicion', 'audit', 'batch', 'second', 'dispute', 'hand')), 
	CONSTRAINT fk_expert_lease_project_id_project FOREIGN KEY(project_id) REFERENCES project (id), 
	CONSTRAINT fk_expert_lease_item_id_item FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_expert_lease_expert_id_person FOREIGN KEY(expert_id) REFERENCES person (id)
);
INSERT INTO "expert_lease" VALUES(1,1,2,3,'ee','answered',0,'suspicion','loan',0.75,NULL,NULL,NULL,'2026-03-01 09:00:00.000000','2026-03-01 09:30:00.000000','2026-03-01 09:30:00.000000');
INSERT INTO "expert_lease" VALUES(2,1,3,3,'ff','open',0,'audit','card',NULL,NULL,NULL,NULL,'2026-03-01 09:30:00.000000','2026-03-01 09:30:00.000000',NULL);
CREATE TABLE finding (
	run_id INTEGER NOT NULL, 
	item_id INTEGER NOT NULL, 
	given VARCHAR(120) NOT NULL, 
	probable VARCHAR(120) NOT NULL, 
	prior FLOAT NOT NULL, 
	score FLOAT NOT NULL, 
	probability FLOAT, 
	disagreement FLOAT, 
	self_confidence FLOAT, 
	is_issue BOOLEAN NOT NULL, 
	outlier FLOAT, 
	confidence FLOAT, 
	variability FLOAT, 
	correctness FLOAT, 
	heldout_confidence FLOAT, 
	heldout_variability FLOAT, 
	heldout_correctness FLOAT, 
	reasons JSON, 
	CONSTRAINT pk_finding PRIMARY KEY (run_id, item_id), 
	CONSTRAINT fk_finding_run_id_run FOREIGN KEY(run_id) REFERENCES run (id), 
	CONSTRAINT fk_finding_item_id_item FOREIGN KEY(item_id) REFERENCES item (id)
);
INSERT INTO "finding" VALUES(1,2,'loan','card',0.1,0.75,NULL,NULL,NULL,1,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'[["disagreement", 0.5]]');
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
	created_at DATETIME NOT NULL, form VARCHAR(120) DEFAULT 'text' NOT NULL CONSTRAINT ck_item_form CHECK (form IN ('text', 'turns', 'pair')), 
	CONSTRAINT pk_item PRIMARY KEY (id), 
	CONSTRAINT fk_item_project_id_project FOREIGN KEY(project_id) REFERENCES project (id), 
	CONSTRAINT uq_item_project_id_external_id UNIQUE (project_id, external_id)
);
INSERT INTO "item" VALUES(1,1,'a','Где моя карта?',NULL,'{"source": "chat"}','card',11,0,'2026-03-01 09:00:00.000000','text');
INSERT INTO "item" VALUES(2,1,'b','Хочу кредит; it''s urgent','было',NULL,NULL,12,0,'2026-03-01 09:00:00.000000','text');
INSERT INTO "item" VALUES(3,1,'c','Курс доллара',NULL,NULL,NULL,13,0,'2026-03-01 09:00:00.000000','text');
PRAGMA writable_schema=ON;
INSERT INTO sqlite_master(type,name,tbl_name,rootpage,sql)VALUES('table','item_words','item_words',0,'CREATE VIRTUAL TABLE item_words USING fts5(words, content='''', detail=''none'', tokenize=''unicode61 remove_diacritics 2'')');
CREATE TABLE 'item_words_config'(k PRIMARY KEY, v) WITHOUT ROWID;
INSERT INTO "item_words_config" VALUES('version',4);
CREATE TABLE 'item_words_data'(id INTEGER PRIMARY KEY, block BLOB);
INSERT INTO "item_words_data" VALUES(1,X'');
INSERT INTO "item_words_data" VALUES(10,X'00000000000000');
CREATE TABLE 'item_words_docsize'(id INTEGER PRIMARY KEY, sz BLOB);
CREATE TABLE 'item_words_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
CREATE TABLE "label_class" (
	project_id INTEGER NOT NULL, 
	code VARCHAR(120) NOT NULL, 
	title_ru VARCHAR(200) NOT NULL, 
	title_en VARCHAR(200) NOT NULL, 
	hotkey VARCHAR(1), 
	colour VARCHAR(7) NOT NULL, 
	description_ru TEXT DEFAULT ('') NOT NULL, 
	description_en TEXT DEFAULT ('') NOT NULL, 
	class_group VARCHAR(120), 
	position INTEGER NOT NULL, 
	retired BOOLEAN DEFAULT 0 NOT NULL, 
	parent VARCHAR(120), 
	is_set BOOLEAN DEFAULT 0 NOT NULL, gone VARCHAR(120) CONSTRAINT ck_label_class_gone CHECK (gone IN ('replaced', 'split')), 
	CONSTRAINT pk_label_class PRIMARY KEY (project_id, code), 
	CONSTRAINT fk_label_class_project_id_project FOREIGN KEY(project_id) REFERENCES project (id), 
	CONSTRAINT uq_label_class_project_id_hotkey UNIQUE (project_id, hotkey), 
	CONSTRAINT ck_label_class_parent CHECK (parent <> code), 
	CONSTRAINT fk_label_class_project_id_parent_label_class FOREIGN KEY(project_id, parent) REFERENCES label_class (project_id, code)
);
INSERT INTO "label_class" VALUES(1,'card','Карта','Card','1','#112233','','',NULL,0,0,NULL,0,NULL);
INSERT INTO "label_class" VALUES(1,'loan','Кредит','Loan','2','#445566','','',NULL,1,0,NULL,0,NULL);
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
	closed_at DATETIME, repeat BOOLEAN DEFAULT 0 NOT NULL, arm VARCHAR(120), suggestion VARCHAR(120), probe BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_lease PRIMARY KEY (id), 
	CONSTRAINT ck_lease_state CHECK (state IN ('open', 'answered', 'skipped', 'expired', 'released')), 
	CONSTRAINT fk_lease_assessor_id_person FOREIGN KEY(assessor_id) REFERENCES person (id), 
	CONSTRAINT fk_lease_chunk_id_chunk FOREIGN KEY(chunk_id) REFERENCES chunk (id), 
	CONSTRAINT fk_lease_item_id_item FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_lease_project_id_project FOREIGN KEY(project_id) REFERENCES project (id), 
	CONSTRAINT uq_lease_token UNIQUE (token)
);
INSERT INTO "lease" VALUES(1,1,1,2,1,1,'aa','answered',0,NULL,NULL,'2026-03-01 09:00:00.000000','2026-03-01 09:30:00.000000','2026-03-01 09:00:00.000000',0,NULL,NULL,0);
INSERT INTO "lease" VALUES(2,1,2,2,1,2,'bb','answered',0,NULL,NULL,'2026-03-01 09:00:00.000000','2026-03-01 09:30:00.000000','2026-03-01 09:00:00.000000',0,NULL,NULL,0);
INSERT INTO "lease" VALUES(3,1,3,2,2,1,'cc','open',0,NULL,NULL,'2026-03-01 09:30:00.000000','2026-03-01 09:30:00.000000',NULL,0,NULL,NULL,0);
INSERT INTO "lease" VALUES(4,1,2,2,2,2,'dd','answered',0,NULL,NULL,'2026-03-01 09:30:00.000000','2026-03-01 09:30:00.000000','2026-03-01 09:30:00.000000',1,NULL,NULL,0);
CREATE TABLE llm_answer (
	project_id INTEGER NOT NULL, 
	request VARCHAR(64) NOT NULL, 
	body JSON NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_llm_answer PRIMARY KEY (project_id, request), 
	CONSTRAINT fk_llm_answer_project_id_project FOREIGN KEY(project_id) REFERENCES project (id)
);
INSERT INTO "llm_answer" VALUES(1,'ab12','{"label": "card"}','2026-03-01 09:00:00.000000');
CREATE TABLE llm_call (
	id INTEGER NOT NULL, 
	project_id INTEGER NOT NULL, 
	run_id INTEGER, 
	prompt_id INTEGER, 
	item_id INTEGER, 
	purpose VARCHAR(120) NOT NULL, 
	model VARCHAR(200) NOT NULL, 
	state VARCHAR(120) NOT NULL, 
	reserved BIGINT NOT NULL, 
	cost BIGINT DEFAULT '0' NOT NULL, 
	tokens_in INTEGER, 
	tokens_out INTEGER, 
	masked JSON, 
	outcome VARCHAR(120), 
	seconds FLOAT, 
	created_at DATETIME NOT NULL, 
	settled_at DATETIME, 
	CONSTRAINT pk_llm_call PRIMARY KEY (id), 
	CONSTRAINT ck_llm_call_purpose CHECK (purpose IN ('label', 'sample', 'repair', 'live', 'estimate', 'draft')), 
	CONSTRAINT ck_llm_call_state CHECK (state IN ('reserved', 'settled', 'free', 'unknown')), 
	CONSTRAINT ck_llm_call_money CHECK (reserved >= 0 AND cost >= 0), 
	CONSTRAINT fk_llm_call_project_id_project FOREIGN KEY(project_id) REFERENCES project (id), 
	CONSTRAINT fk_llm_call_prompt_id_prompt FOREIGN KEY(prompt_id) REFERENCES prompt (id), 
	CONSTRAINT fk_llm_call_item_id_item FOREIGN KEY(item_id) REFERENCES item (id)
);
INSERT INTO "llm_call" VALUES(1,1,1,1,3,'label','small','settled',20,12,100,3,NULL,NULL,NULL,'2026-03-01 09:00:00.000000','2026-03-01 09:30:00.000000');
CREATE TABLE look (
	id INTEGER NOT NULL, 
	project_id INTEGER NOT NULL, 
	prompt_id INTEGER NOT NULL, 
	part VARCHAR(120) NOT NULL, 
	n INTEGER NOT NULL, 
	report JSON NOT NULL, 
	person_id INTEGER, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_look PRIMARY KEY (id), 
	CONSTRAINT ck_look_part CHECK (part IN ('dev', 'test')), 
	CONSTRAINT fk_look_project_id_project FOREIGN KEY(project_id) REFERENCES project (id), 
	CONSTRAINT fk_look_prompt_id_prompt FOREIGN KEY(prompt_id) REFERENCES prompt (id), 
	CONSTRAINT fk_look_person_id_person FOREIGN KEY(person_id) REFERENCES person (id)
);
INSERT INTO "look" VALUES(1,1,1,'dev',1,'{"right": 1}',1,'2026-03-01 09:00:00.000000');
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
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_person PRIMARY KEY (id), 
	CONSTRAINT ck_person_locale CHECK (locale IN ('ru', 'en')), 
	CONSTRAINT uq_person_issuer_subject UNIQUE (issuer, subject), 
	CONSTRAINT uq_person_login UNIQUE (login)
);
INSERT INTO "person" VALUES(1,'lead','Вера',NULL,NULL,NULL,'ru',1,1,0,'2026-03-01 09:00:00.000000');
INSERT INTO "person" VALUES(2,'ann','Анна',NULL,NULL,NULL,'ru',1,0,0,'2026-03-01 09:00:00.000000');
INSERT INTO "person" VALUES(3,'ben','Ben',NULL,NULL,NULL,'en',1,0,0,'2026-03-01 09:00:00.000000');
CREATE TABLE price (
	id INTEGER NOT NULL, 
	model VARCHAR(200) NOT NULL, 
	input BIGINT NOT NULL, 
	output BIGINT NOT NULL, 
	person_id INTEGER, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_price PRIMARY KEY (id), 
	CONSTRAINT ck_price_money CHECK (input >= 0 AND output >= 0), 
	CONSTRAINT fk_price_person_id_person FOREIGN KEY(person_id) REFERENCES person (id)
);
INSERT INTO "price" VALUES(1,'small',100,200,1,'2026-03-01 09:00:00.000000');
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
	repeats_per_chunk INTEGER DEFAULT '1' NOT NULL, 
	audit_share FLOAT DEFAULT '0.2' NOT NULL, 
	second_share FLOAT DEFAULT '0.1' NOT NULL, 
	blind_rulings BOOLEAN DEFAULT 0 NOT NULL, 
	junior_url VARCHAR(400), 
	junior_model VARCHAR(200), 
	budget_total BIGINT, 
	budget_month BIGINT, 
	budget_run BIGINT, 
	probe_share FLOAT DEFAULT '0.1' NOT NULL, 
	junior_votes BOOLEAN DEFAULT 0 NOT NULL, 
	error_target FLOAT, 
	kind VARCHAR(120) DEFAULT 'single' NOT NULL, 
	allows_none BOOLEAN DEFAULT 1 NOT NULL, 
	allows_inner BOOLEAN DEFAULT 1 NOT NULL, unjudged_speakers JSON, 
	CONSTRAINT pk_project PRIMARY KEY (id), 
	CONSTRAINT ck_project_repeats_per_chunk CHECK (repeats_per_chunk >= 0), 
	CONSTRAINT ck_project_target_probability CHECK (target_probability > 0 AND target_probability < 1), 
	CONSTRAINT ck_project_chunk_size CHECK (chunk_size >= 1), 
	CONSTRAINT ck_project_lease_minutes CHECK (lease_minutes >= 1), 
	CONSTRAINT ck_project_qualification_size CHECK (qualification_size >= 0), 
	CONSTRAINT ck_project_second_share CHECK (second_share >= 0 AND second_share <= 1), 
	CONSTRAINT ck_project_accuracy_floor CHECK (accuracy_floor >= 0 AND accuracy_floor <= 1), 
	CONSTRAINT ck_project_audit_share CHECK (audit_share >= 0 AND audit_share <= 1), 
	CONSTRAINT ck_project_error_target CHECK (error_target >= 0 AND error_target <= 1), 
	CONSTRAINT ck_project_look_ahead CHECK (look_ahead >= 0 AND look_ahead <= 20), 
	CONSTRAINT ck_project_pii_policy CHECK (pii_policy IN ('keep', 'mask')), 
	CONSTRAINT ck_project_qualification_tries CHECK (qualification_tries >= 1), 
	CONSTRAINT ck_project_suggestion_policy CHECK (suggestion_policy IN ('hidden', 'before', 'after', 'experiment')), 
	CONSTRAINT ck_project_overlap CHECK (overlap >= 1), 
	CONSTRAINT uq_project_slug UNIQUE (slug), 
	CONSTRAINT ck_project_budgets CHECK (budget_total >= 0 AND budget_month >= 0 AND budget_run >= 0), 
	CONSTRAINT ck_project_golden_per_chunk CHECK (golden_per_chunk >= 0 AND golden_per_chunk <= chunk_size), 
	CONSTRAINT ck_project_max_overlap CHECK (max_overlap >= overlap), 
	CONSTRAINT ck_project_probe_share CHECK (probe_share >= 0 AND probe_share <= 1), 
	CONSTRAINT ck_project_kind CHECK (kind IN ('single', 'several', 'ordered', 'pair'))
);
INSERT INTO "project" VALUES(1,'mail','Письма','Mail',3,3,1,0,0.7,30,6,'hidden','keep',NULL,7,0,NULL,'2026-03-01 09:00:00.000000',3,NULL,NULL,1,0.2,0.1,0,NULL,NULL,NULL,NULL,NULL,0.1,0,NULL,'single',1,1,NULL);
INSERT INTO "project" VALUES(2,'tight','Тесный','Tight',3,3,2,0,0.7,30,6,'hidden','keep',NULL,8,0,NULL,'2026-03-01 09:00:00.000000',3,NULL,NULL,1,0.2,0.1,0,NULL,NULL,NULL,NULL,NULL,0.1,0,NULL,'single',1,1,NULL);
CREATE TABLE promotion (
	id INTEGER NOT NULL, 
	project_id INTEGER NOT NULL, 
	prompt_id INTEGER, 
	look_id INTEGER, 
	person_id INTEGER, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_promotion PRIMARY KEY (id), 
	CONSTRAINT fk_promotion_project_id_project FOREIGN KEY(project_id) REFERENCES project (id), 
	CONSTRAINT fk_promotion_prompt_id_prompt FOREIGN KEY(prompt_id) REFERENCES prompt (id), 
	CONSTRAINT fk_promotion_person_id_person FOREIGN KEY(person_id) REFERENCES person (id)
);
INSERT INTO "promotion" VALUES(1,1,1,1,1,'2026-03-01 09:00:00.000000');
CREATE TABLE prompt (
	id INTEGER NOT NULL, 
	project_id INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	kind VARCHAR(120) NOT NULL, 
	name VARCHAR(200) DEFAULT '' NOT NULL, 
	model VARCHAR(200), 
	instructions TEXT DEFAULT '' NOT NULL, 
	settings JSON, 
	examples JSON, 
	guideline_version INTEGER, 
	author_id INTEGER, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_prompt PRIMARY KEY (id), 
	CONSTRAINT uq_prompt_project_id_version UNIQUE (project_id, version), 
	CONSTRAINT ck_prompt_kind CHECK (kind IN ('llm', 'local')), 
	CONSTRAINT fk_prompt_project_id_project FOREIGN KEY(project_id) REFERENCES project (id), 
	CONSTRAINT fk_prompt_author_id_person FOREIGN KEY(author_id) REFERENCES person (id)
);
INSERT INTO "prompt" VALUES(1,1,1,'llm','первая','small','Скажи класс.','{"temperature": 0}',NULL,NULL,1,'2026-03-01 09:00:00.000000');
CREATE TABLE "queue" (
	item_id INTEGER NOT NULL, 
	project_id INTEGER NOT NULL, 
	position BIGINT NOT NULL, 
	wanted INTEGER NOT NULL, 
	places INTEGER NOT NULL, 
	returned BOOLEAN DEFAULT 0 NOT NULL, 
	golden BOOLEAN DEFAULT 0 NOT NULL, 
	spin BIGINT DEFAULT '0' NOT NULL, 
	paused BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_queue PRIMARY KEY (item_id), 
	CONSTRAINT fk_queue_project_id_project FOREIGN KEY(project_id) REFERENCES project (id), 
	CONSTRAINT fk_queue_item_id_item FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT ck_queue_places CHECK (places >= 0)
);
INSERT INTO "queue" VALUES(1,1,274252859083,0,0,0,1,0,0);
INSERT INTO "queue" VALUES(2,1,497465124458,3,1,0,0,0,0);
INSERT INTO "queue" VALUES(3,1,640938635367,3,3,0,0,0,0);
CREATE TABLE readiness (
	id INTEGER NOT NULL, 
	written_at DATETIME NOT NULL, 
	padding BLOB NOT NULL, 
	CONSTRAINT pk_readiness PRIMARY KEY (id)
);
CREATE TABLE repeat (
	lease_id INTEGER NOT NULL, 
	revision INTEGER NOT NULL, 
	project_id INTEGER NOT NULL, 
	assessor_id INTEGER NOT NULL, 
	annotation_id INTEGER NOT NULL, 
	label VARCHAR(120), 
	comment TEXT, 
	flagged BOOLEAN DEFAULT 0 NOT NULL, 
	seconds FLOAT, 
	guideline_version INTEGER, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_repeat PRIMARY KEY (lease_id, revision), 
	CONSTRAINT ck_repeat_revision CHECK (revision >= 1), 
	CONSTRAINT fk_repeat_lease_id_lease FOREIGN KEY(lease_id) REFERENCES lease (id), 
	CONSTRAINT fk_repeat_project_id_project FOREIGN KEY(project_id) REFERENCES project (id), 
	CONSTRAINT fk_repeat_assessor_id_person FOREIGN KEY(assessor_id) REFERENCES person (id), 
	CONSTRAINT fk_repeat_annotation_id_annotation FOREIGN KEY(annotation_id) REFERENCES annotation (id), 
	CONSTRAINT fk_repeat_project_id_label_label_class FOREIGN KEY(project_id, label) REFERENCES label_class (project_id, code)
);
INSERT INTO "repeat" VALUES(4,1,1,2,2,'loan',NULL,0,NULL,NULL,'2026-03-01 09:30:00.000000');
CREATE TABLE "run" (
	id INTEGER NOT NULL, 
	project_id INTEGER NOT NULL, 
	kind VARCHAR(120) NOT NULL, 
	state VARCHAR(120) NOT NULL, 
	name VARCHAR(200) DEFAULT ('') NOT NULL, 
	person_id INTEGER, 
	settings JSON, 
	watermark JSON, 
	step VARCHAR(120) DEFAULT ('') NOT NULL, 
	done INTEGER DEFAULT '0' NOT NULL, 
	total INTEGER DEFAULT '0' NOT NULL, 
	report JSON, 
	error JSON, 
	created_at DATETIME NOT NULL, 
	started_at DATETIME, 
	seen_at DATETIME, 
	finished_at DATETIME, 
	rulings INTEGER DEFAULT '0' NOT NULL, 
	rescored_at DATETIME, 
	CONSTRAINT pk_run PRIMARY KEY (id), 
	CONSTRAINT fk_run_person_id_person FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT fk_run_project_id_project FOREIGN KEY(project_id) REFERENCES project (id), 
	CONSTRAINT ck_run_state CHECK (state IN ('queued', 'running', 'done', 'cancelled', 'failed')), 
	CONSTRAINT ck_run_kind CHECK (kind IN ('analysis', 'gain', 'ask', 'evaluation', 'comparison', 'consensus'))
);
INSERT INTO "run" VALUES(1,1,'analysis','done','первый',1,'{"epochs": 3}',NULL,'',0,0,NULL,NULL,'2026-03-01 09:00:00.000000',NULL,NULL,'2026-03-01 09:30:00.000000',0,NULL);
INSERT INTO "run" VALUES(2,1,'consensus','done','',NULL,NULL,NULL,'',0,0,NULL,NULL,'2026-03-01 09:00:00.000000',NULL,NULL,'2026-03-01 09:30:00.000000',0,NULL);
CREATE TABLE run_evidence (
	run_id INTEGER NOT NULL, 
	body BLOB NOT NULL, 
	CONSTRAINT pk_run_evidence PRIMARY KEY (run_id), 
	CONSTRAINT fk_run_evidence_run_id_run FOREIGN KEY(run_id) REFERENCES run (id)
);
INSERT INTO "run_evidence" VALUES(1,X'00FF10');
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
CREATE TABLE skipped_tour (
	person_id INTEGER NOT NULL, 
	role VARCHAR(120) NOT NULL, 
	CONSTRAINT pk_skipped_tour PRIMARY KEY (person_id, role), 
	CONSTRAINT ck_skipped_tour_role CHECK (role IN ('assessor', 'expert', 'lead')), 
	CONSTRAINT fk_skipped_tour_person_id_person FOREIGN KEY(person_id) REFERENCES person (id)
);
CREATE TABLE snapshot (
	id INTEGER NOT NULL, 
	project_id INTEGER NOT NULL, 
	name VARCHAR(80) NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	items INTEGER NOT NULL, 
	figures JSON NOT NULL, 
	watermark JSON NOT NULL, 
	person_id INTEGER, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_snapshot PRIMARY KEY (id), 
	CONSTRAINT fk_snapshot_project_id_project FOREIGN KEY(project_id) REFERENCES project (id), 
	CONSTRAINT fk_snapshot_person_id_person FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT uq_snapshot_project_id_name UNIQUE (project_id, name)
);
CREATE TABLE snapshot_part (
	snapshot_id INTEGER NOT NULL, 
	ordinal INTEGER NOT NULL, 
	first_item VARCHAR(400) NOT NULL, 
	body BLOB NOT NULL, 
	CONSTRAINT pk_snapshot_part PRIMARY KEY (snapshot_id, ordinal), 
	CONSTRAINT fk_snapshot_part_snapshot_id_snapshot FOREIGN KEY(snapshot_id) REFERENCES snapshot (id)
);
CREATE TABLE spending (
	project_id INTEGER NOT NULL, 
	scope VARCHAR(40) NOT NULL, 
	amount BIGINT NOT NULL, 
	CONSTRAINT pk_spending PRIMARY KEY (project_id, scope), 
	CONSTRAINT ck_spending_amount CHECK (amount >= 0), 
	CONSTRAINT fk_spending_project_id_project FOREIGN KEY(project_id) REFERENCES project (id)
);
INSERT INTO "spending" VALUES(1,'total',12);
CREATE TABLE suggestion (
	id INTEGER NOT NULL, 
	project_id INTEGER NOT NULL, 
	item_id INTEGER NOT NULL, 
	prompt_id INTEGER NOT NULL, 
	label VARCHAR(120), 
	confidence FLOAT, 
	source VARCHAR(120), 
	rationale TEXT DEFAULT '' NOT NULL, 
	flags JSON, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_suggestion PRIMARY KEY (id), 
	CONSTRAINT uq_suggestion_item_id_prompt_id UNIQUE (item_id, prompt_id), 
	CONSTRAINT ck_suggestion_source CHECK (source IN ('logprobs', 'samples', 'stated', 'local')), 
	CONSTRAINT fk_suggestion_project_id_label_label_class FOREIGN KEY(project_id, label) REFERENCES label_class (project_id, code), 
	CONSTRAINT fk_suggestion_project_id_project FOREIGN KEY(project_id) REFERENCES project (id), 
	CONSTRAINT fk_suggestion_item_id_item FOREIGN KEY(item_id) REFERENCES item (id), 
	CONSTRAINT fk_suggestion_prompt_id_prompt FOREIGN KEY(prompt_id) REFERENCES prompt (id)
);
INSERT INTO "suggestion" VALUES(1,1,3,1,'card',0.5,'stated','похоже',NULL,'2026-03-01 09:00:00.000000');
CREATE TABLE wrong_try (
	"key" VARCHAR(200) NOT NULL, 
	tries INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	closed_until DATETIME, 
	CONSTRAINT pk_wrong_try PRIMARY KEY ("key")
);
CREATE UNIQUE INDEX uq_chunk_open ON chunk (project_id, assessor_id) WHERE closed_at IS NULL;
CREATE INDEX ix_event_project_id ON event (project_id);
CREATE INDEX ix_import_run_project_id ON import_run (project_id);
CREATE INDEX ix_membership_person_id ON membership (person_id);
CREATE INDEX ix_sign_in_person_id ON sign_in (person_id);
CREATE INDEX ix_golden_project_id ON golden (project_id);
CREATE INDEX ix_lease_assessor_id_item_id ON lease (assessor_id, item_id);
CREATE INDEX ix_lease_chunk_id_slot ON lease (chunk_id, slot);
CREATE INDEX ix_lease_expiring ON lease (project_id, expires_at) WHERE state = 'open';
CREATE UNIQUE INDEX uq_lease_open ON lease (item_id, assessor_id) WHERE state = 'open';
CREATE INDEX ix_annotation_assessor ON annotation (project_id, assessor_id, created_at, revision);
CREATE TRIGGER guideline_no_update BEFORE UPDATE ON guideline BEGIN SELECT RAISE(ABORT, 'guideline is append-only'); END;
CREATE TRIGGER guideline_no_delete BEFORE DELETE ON guideline BEGIN SELECT RAISE(ABORT, 'guideline is append-only'); END;
CREATE TRIGGER item_no_update BEFORE UPDATE ON item BEGIN SELECT RAISE(ABORT, 'item is append-only'); END;
CREATE TRIGGER item_no_delete BEFORE DELETE ON item BEGIN SELECT RAISE(ABORT, 'item is append-only'); END;
CREATE TRIGGER golden_no_update BEFORE UPDATE ON golden BEGIN SELECT RAISE(ABORT, 'golden is append-only'); END;
CREATE TRIGGER golden_no_delete BEFORE DELETE ON golden BEGIN SELECT RAISE(ABORT, 'golden is append-only'); END;
CREATE TRIGGER annotation_no_update BEFORE UPDATE ON annotation BEGIN SELECT RAISE(ABORT, 'annotation is append-only'); END;
CREATE TRIGGER annotation_no_delete BEFORE DELETE ON annotation BEGIN SELECT RAISE(ABORT, 'annotation is append-only'); END;
CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'event is append-only'); END;
CREATE INDEX ix_contest_project_id ON contest (project_id);
CREATE INDEX ix_annotation_project_id ON annotation (project_id, id);
CREATE UNIQUE INDEX uq_lease_repeat ON lease (assessor_id, item_id) WHERE repeat;
CREATE INDEX ix_repeat_assessor ON repeat (project_id, assessor_id, created_at, revision);
CREATE TRIGGER repeat_no_update BEFORE UPDATE ON repeat BEGIN SELECT RAISE(ABORT, 'repeat is append-only'); END;
CREATE TRIGGER repeat_no_delete BEFORE DELETE ON repeat BEGIN SELECT RAISE(ABORT, 'repeat is append-only'); END;
CREATE INDEX ix_finding_score ON finding (run_id, score);
CREATE INDEX ix_audit_project_id ON audit (project_id);
CREATE INDEX ix_audit_item_sample ON audit_item (audit_id, position) WHERE position IS NOT NULL;
CREATE INDEX ix_expert_lease_item_id ON expert_lease (item_id);
CREATE INDEX ix_expert_lease_expert_id ON expert_lease (project_id, expert_id, state);
CREATE UNIQUE INDEX uq_expert_lease_open ON expert_lease (item_id) WHERE state = 'open';
CREATE INDEX ix_corner_case_project_id ON corner_case (project_id);
CREATE INDEX ix_adjudication_project_id ON adjudication (project_id, created_at);
CREATE INDEX ix_adjudication_act ON adjudication (project_id, act);
CREATE TRIGGER adjudication_no_update BEFORE UPDATE ON adjudication BEGIN SELECT RAISE(ABORT, 'adjudication is append-only'); END;
CREATE TRIGGER adjudication_no_delete BEFORE DELETE ON adjudication BEGIN SELECT RAISE(ABORT, 'adjudication is append-only'); END;
CREATE INDEX ix_promotion_project_id ON promotion (project_id);
CREATE INDEX ix_look_project_id ON look (project_id);
CREATE INDEX ix_suggestion_prompt_id ON suggestion (prompt_id, id);
CREATE INDEX ix_llm_call_project_id ON llm_call (project_id, created_at);
CREATE INDEX ix_llm_call_run_id ON llm_call (run_id);
CREATE INDEX ix_price_model ON price (model, id);
CREATE TRIGGER prompt_no_update BEFORE UPDATE ON prompt BEGIN SELECT RAISE(ABORT, 'prompt is append-only'); END;
CREATE TRIGGER prompt_no_delete BEFORE DELETE ON prompt BEGIN SELECT RAISE(ABORT, 'prompt is append-only'); END;
CREATE TRIGGER promotion_no_update BEFORE UPDATE ON promotion BEGIN SELECT RAISE(ABORT, 'promotion is append-only'); END;
CREATE TRIGGER promotion_no_delete BEFORE DELETE ON promotion BEGIN SELECT RAISE(ABORT, 'promotion is append-only'); END;
CREATE TRIGGER look_no_update BEFORE UPDATE ON look BEGIN SELECT RAISE(ABORT, 'look is append-only'); END;
CREATE TRIGGER look_no_delete BEFORE DELETE ON look BEGIN SELECT RAISE(ABORT, 'look is append-only'); END;
CREATE TRIGGER suggestion_no_update BEFORE UPDATE ON suggestion BEGIN SELECT RAISE(ABORT, 'suggestion is append-only'); END;
CREATE TRIGGER suggestion_no_delete BEFORE DELETE ON suggestion BEGIN SELECT RAISE(ABORT, 'suggestion is append-only'); END;
CREATE INDEX ix_run_project_id ON run (project_id, kind, id);
CREATE INDEX ix_wrong_try_at ON wrong_try (at);
CREATE INDEX ix_device_person_id ON device (person_id);
CREATE INDEX ix_device_seen_at ON device (seen_at);
CREATE INDEX ix_queue_golden ON queue (project_id, spin) WHERE golden AND NOT paused;
CREATE INDEX ix_queue_open ON queue (project_id, position) WHERE places > 0;
CREATE INDEX ix_queue_returned ON queue (project_id, position) WHERE returned AND places > 0;
CREATE TRIGGER snapshot_no_update BEFORE UPDATE ON snapshot BEGIN SELECT RAISE(ABORT, 'snapshot is append-only'); END;
CREATE TRIGGER snapshot_no_delete BEFORE DELETE ON snapshot BEGIN SELECT RAISE(ABORT, 'snapshot is append-only'); END;
CREATE TRIGGER snapshot_part_no_update BEFORE UPDATE ON snapshot_part BEGIN SELECT RAISE(ABORT, 'snapshot_part is append-only'); END;
CREATE TRIGGER snapshot_part_no_delete BEFORE DELETE ON snapshot_part BEGIN SELECT RAISE(ABORT, 'snapshot_part is append-only'); END;
CREATE INDEX ix_class_change_project_id ON class_change (project_id, id);
CREATE TRIGGER class_change_no_update BEFORE UPDATE ON class_change BEGIN SELECT RAISE(ABORT, 'class_change is append-only'); END;
CREATE TRIGGER class_change_no_delete BEFORE DELETE ON class_change BEGIN SELECT RAISE(ABORT, 'class_change is append-only'); END;
PRAGMA writable_schema=OFF;
COMMIT;
