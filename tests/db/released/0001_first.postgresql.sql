CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;
CREATE TABLE public.adjudication (
    item_id bigint NOT NULL,
    revision integer NOT NULL,
    project_id bigint NOT NULL,
    label character varying(120),
    rationale text DEFAULT ''::text NOT NULL,
    blind boolean DEFAULT false NOT NULL,
    suspicion character varying(120),
    expert_id bigint,
    created_at timestamp with time zone NOT NULL
);
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.annotation (
    id bigint NOT NULL,
    project_id bigint NOT NULL,
    item_id bigint NOT NULL,
    assessor_id bigint NOT NULL,
    revision integer NOT NULL,
    chunk_id bigint,
    lease_id bigint,
    label character varying(120),
    comment text,
    flagged boolean DEFAULT false NOT NULL,
    seconds double precision,
    arm character varying(120),
    suggestion character varying(120),
    guideline_version integer,
    surplus boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_annotation_revision CHECK ((revision >= 1))
);
CREATE SEQUENCE public.annotation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.annotation_id_seq OWNED BY public.annotation.id;
CREATE TABLE public.chunk (
    id bigint NOT NULL,
    project_id bigint NOT NULL,
    assessor_id bigint NOT NULL,
    ordinal integer NOT NULL,
    kind character varying(120) NOT NULL,
    size integer NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    outcome character varying(120),
    golden_right integer,
    golden_n integer,
    CONSTRAINT ck_chunk_kind CHECK (((kind)::text = ANY ((ARRAY['work'::character varying, 'qualification'::character varying])::text[]))),
    CONSTRAINT ck_chunk_outcome CHECK (((outcome)::text = ANY ((ARRAY['accepted'::character varying, 'suspended'::character varying, 'passed'::character varying, 'failed'::character varying])::text[])))
);
CREATE SEQUENCE public.chunk_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.chunk_id_seq OWNED BY public.chunk.id;
CREATE TABLE public.desk (
    project_id bigint NOT NULL,
    assessor_id bigint NOT NULL,
    cursor bigint NOT NULL,
    ordinal integer DEFAULT 0 NOT NULL
);
CREATE TABLE public.event (
    id bigint NOT NULL,
    project_id bigint,
    person_id bigint,
    verb character varying(120) NOT NULL,
    target character varying(400) DEFAULT ''::character varying NOT NULL,
    details jsonb,
    created_at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.event_id_seq OWNED BY public.event.id;
CREATE TABLE public.golden (
    item_id bigint NOT NULL,
    revision integer NOT NULL,
    project_id bigint NOT NULL,
    label character varying(120),
    explanation text DEFAULT ''::text NOT NULL,
    appointed_by bigint,
    created_at timestamp with time zone NOT NULL
);
CREATE TABLE public.guideline (
    project_id bigint NOT NULL,
    version integer NOT NULL,
    body_ru text DEFAULT ''::text NOT NULL,
    body_en text DEFAULT ''::text NOT NULL,
    author_id bigint,
    created_at timestamp with time zone NOT NULL
);
CREATE TABLE public.import_run (
    id bigint NOT NULL,
    project_id bigint NOT NULL,
    name character varying(400) NOT NULL,
    person_id bigint,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    report jsonb
);
CREATE SEQUENCE public.import_run_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.import_run_id_seq OWNED BY public.import_run.id;
CREATE TABLE public.item (
    id bigint NOT NULL,
    project_id bigint NOT NULL,
    external_id character varying(400) NOT NULL,
    text text NOT NULL,
    context text,
    metadata jsonb,
    reference character varying(120),
    fingerprint bigint NOT NULL,
    priority integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.item_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.item_id_seq OWNED BY public.item.id;
CREATE TABLE public.label_class (
    project_id bigint NOT NULL,
    code character varying(120) NOT NULL,
    title_ru character varying(200) NOT NULL,
    title_en character varying(200) NOT NULL,
    hotkey character varying(1),
    colour character varying(7) NOT NULL,
    description_ru text DEFAULT ''::text NOT NULL,
    description_en text DEFAULT ''::text NOT NULL,
    class_group character varying(120),
    "position" integer NOT NULL,
    retired boolean DEFAULT false NOT NULL
);
CREATE TABLE public.lease (
    id bigint NOT NULL,
    project_id bigint NOT NULL,
    item_id bigint NOT NULL,
    assessor_id bigint NOT NULL,
    chunk_id bigint NOT NULL,
    slot integer NOT NULL,
    token character varying(32) NOT NULL,
    state character varying(120) NOT NULL,
    skip_reason character varying(120),
    comment text,
    opened_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    CONSTRAINT ck_lease_state CHECK (((state)::text = ANY ((ARRAY['open'::character varying, 'answered'::character varying, 'skipped'::character varying, 'expired'::character varying, 'released'::character varying])::text[])))
);
CREATE SEQUENCE public.lease_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.lease_id_seq OWNED BY public.lease.id;
CREATE TABLE public.membership (
    project_id bigint NOT NULL,
    person_id bigint NOT NULL,
    role character varying(120) NOT NULL,
    standing character varying(120) DEFAULT 'active'::character varying NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_membership_role CHECK (((role)::text = ANY ((ARRAY['assessor'::character varying, 'expert'::character varying, 'lead'::character varying])::text[]))),
    CONSTRAINT ck_membership_standing CHECK (((standing)::text = ANY ((ARRAY['active'::character varying, 'paused'::character varying, 'banned'::character varying])::text[])))
);
CREATE TABLE public.person (
    id bigint NOT NULL,
    login character varying(120) NOT NULL,
    name character varying(200) NOT NULL,
    password_hash character varying(200),
    issuer character varying(300),
    subject character varying(300),
    locale character varying(2) DEFAULT 'ru'::character varying NOT NULL,
    active boolean DEFAULT true NOT NULL,
    is_admin boolean DEFAULT false NOT NULL,
    is_simulated boolean DEFAULT false NOT NULL,
    failed_sign_ins integer DEFAULT 0 NOT NULL,
    locked_until timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_person_locale CHECK (((locale)::text = ANY ((ARRAY['ru'::character varying, 'en'::character varying])::text[])))
);
CREATE SEQUENCE public.person_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.person_id_seq OWNED BY public.person.id;
CREATE TABLE public.project (
    id bigint NOT NULL,
    slug character varying(120) NOT NULL,
    title_ru character varying(200) NOT NULL,
    title_en character varying(200) NOT NULL,
    overlap integer DEFAULT 3 NOT NULL,
    chunk_size integer DEFAULT 50 NOT NULL,
    golden_per_chunk integer DEFAULT 5 NOT NULL,
    qualification_size integer DEFAULT 0 NOT NULL,
    accuracy_floor double precision DEFAULT '0.7'::double precision NOT NULL,
    lease_minutes integer DEFAULT 30 NOT NULL,
    look_ahead integer DEFAULT 6 NOT NULL,
    suggestion_policy character varying(120) DEFAULT 'hidden'::character varying NOT NULL,
    pii_policy character varying(120) DEFAULT 'keep'::character varying NOT NULL,
    seed bigint NOT NULL,
    is_simulated boolean DEFAULT false NOT NULL,
    archived_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_project_accuracy_floor CHECK (((accuracy_floor >= (0)::double precision) AND (accuracy_floor <= (1)::double precision))),
    CONSTRAINT ck_project_chunk_size CHECK ((chunk_size >= 1)),
    CONSTRAINT ck_project_golden_per_chunk CHECK (((golden_per_chunk >= 0) AND (golden_per_chunk <= chunk_size))),
    CONSTRAINT ck_project_lease_minutes CHECK ((lease_minutes >= 1)),
    CONSTRAINT ck_project_look_ahead CHECK (((look_ahead >= 0) AND (look_ahead <= 20))),
    CONSTRAINT ck_project_overlap CHECK ((overlap >= 1)),
    CONSTRAINT ck_project_pii_policy CHECK (((pii_policy)::text = ANY ((ARRAY['keep'::character varying, 'mask'::character varying])::text[]))),
    CONSTRAINT ck_project_qualification_size CHECK ((qualification_size >= 0)),
    CONSTRAINT ck_project_suggestion_policy CHECK (((suggestion_policy)::text = ANY ((ARRAY['hidden'::character varying, 'before'::character varying, 'after'::character varying, 'experiment'::character varying])::text[])))
);
CREATE SEQUENCE public.project_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.project_id_seq OWNED BY public.project.id;
CREATE TABLE public.queue (
    item_id bigint NOT NULL,
    project_id bigint NOT NULL,
    "position" bigint NOT NULL,
    wanted integer NOT NULL,
    places integer NOT NULL,
    returned boolean DEFAULT false NOT NULL,
    golden boolean DEFAULT false NOT NULL,
    spin bigint DEFAULT '0'::bigint NOT NULL,
    CONSTRAINT ck_queue_golden_has_no_places CHECK ((NOT (golden AND (places > 0)))),
    CONSTRAINT ck_queue_places CHECK ((places >= 0))
);
CREATE TABLE public.sign_in (
    token_hash character varying(64) NOT NULL,
    person_id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone
);
ALTER TABLE ONLY public.annotation ALTER COLUMN id SET DEFAULT nextval('public.annotation_id_seq'::regclass);
ALTER TABLE ONLY public.chunk ALTER COLUMN id SET DEFAULT nextval('public.chunk_id_seq'::regclass);
ALTER TABLE ONLY public.event ALTER COLUMN id SET DEFAULT nextval('public.event_id_seq'::regclass);
ALTER TABLE ONLY public.import_run ALTER COLUMN id SET DEFAULT nextval('public.import_run_id_seq'::regclass);
ALTER TABLE ONLY public.item ALTER COLUMN id SET DEFAULT nextval('public.item_id_seq'::regclass);
ALTER TABLE ONLY public.lease ALTER COLUMN id SET DEFAULT nextval('public.lease_id_seq'::regclass);
ALTER TABLE ONLY public.person ALTER COLUMN id SET DEFAULT nextval('public.person_id_seq'::regclass);
ALTER TABLE ONLY public.project ALTER COLUMN id SET DEFAULT nextval('public.project_id_seq'::regclass);
INSERT INTO public.adjudication VALUES (2, 1, 1, 'loan', 'о кредите', false, NULL, 3, '2026-03-01 09:00:00+00');
INSERT INTO public.adjudication VALUES (3, 1, 1, NULL, 'пока неясно', false, NULL, 3, '2026-03-01 09:00:00+00');
INSERT INTO public.alembic_version VALUES ('0001');
INSERT INTO public.annotation VALUES (1, 1, 1, 2, 1, 1, 1, 'card', NULL, false, 2.5, NULL, NULL, NULL, false, '2026-03-01 09:00:00+00');
INSERT INTO public.annotation VALUES (2, 1, 2, 2, 1, 1, 2, 'loan', 'точно', false, 1.25, NULL, NULL, NULL, false, '2026-03-01 09:00:00+00');
INSERT INTO public.chunk VALUES (1, 1, 2, 1, 'work', 3, '2026-03-01 09:00:00+00', '2026-03-01 09:30:00+00', 'accepted', 1, 1);
INSERT INTO public.chunk VALUES (2, 1, 2, 2, 'work', 3, '2026-03-01 09:30:00+00', NULL, NULL, NULL, NULL);
INSERT INTO public.desk VALUES (1, 2, 200, 0);
INSERT INTO public.event VALUES (1, 1, 1, 'project.created', 'mail', '{"n": 3}', '2026-03-01 09:00:00+00');
INSERT INTO public.golden VALUES (1, 1, 1, 'card', 'о карте', 1, '2026-03-01 09:00:00+00');
INSERT INTO public.guideline VALUES (1, 1, '# Правила', '# Rules', 1, '2026-03-01 09:00:00+00');
INSERT INTO public.import_run VALUES (1, 1, 'mail.csv', 1, '2026-03-01 09:00:00+00', '2026-03-01 09:30:00+00', '{"items": 3}');
INSERT INTO public.item VALUES (1, 1, 'a', 'Где моя карта?', NULL, '{"source": "chat"}', 'card', 11, 0, '2026-03-01 09:00:00+00');
INSERT INTO public.item VALUES (2, 1, 'b', 'Хочу кредит; it''s urgent', 'было', NULL, NULL, 12, 0, '2026-03-01 09:00:00+00');
INSERT INTO public.item VALUES (3, 1, 'c', 'Курс доллара', NULL, NULL, NULL, 13, 0, '2026-03-01 09:00:00+00');
INSERT INTO public.label_class VALUES (1, 'card', 'Карта', 'Card', '1', '#112233', '', '', NULL, 0, false);
INSERT INTO public.label_class VALUES (1, 'loan', 'Кредит', 'Loan', '2', '#445566', '', '', NULL, 1, false);
INSERT INTO public.lease VALUES (1, 1, 1, 2, 1, 1, 'aa', 'answered', NULL, NULL, '2026-03-01 09:00:00+00', '2026-03-01 09:30:00+00', '2026-03-01 09:00:00+00');
INSERT INTO public.lease VALUES (2, 1, 2, 2, 1, 2, 'bb', 'answered', NULL, NULL, '2026-03-01 09:00:00+00', '2026-03-01 09:30:00+00', '2026-03-01 09:00:00+00');
INSERT INTO public.lease VALUES (3, 1, 3, 2, 2, 1, 'cc', 'open', NULL, NULL, '2026-03-01 09:30:00+00', '2026-03-01 09:30:00+00', NULL);
INSERT INTO public.membership VALUES (1, 1, 'lead', 'active', '2026-03-01 09:00:00+00');
INSERT INTO public.membership VALUES (1, 2, 'assessor', 'active', '2026-03-01 09:00:00+00');
INSERT INTO public.membership VALUES (1, 3, 'expert', 'active', '2026-03-01 09:00:00+00');
INSERT INTO public.person VALUES (1, 'lead', 'Вера', NULL, NULL, NULL, 'ru', true, true, false, 0, NULL, '2026-03-01 09:00:00+00');
INSERT INTO public.person VALUES (2, 'ann', 'Анна', NULL, NULL, NULL, 'ru', true, false, false, 0, NULL, '2026-03-01 09:00:00+00');
INSERT INTO public.person VALUES (3, 'ben', 'Ben', NULL, NULL, NULL, 'en', true, false, false, 0, NULL, '2026-03-01 09:00:00+00');
INSERT INTO public.project VALUES (1, 'mail', 'Письма', 'Mail', 3, 3, 1, 0, 0.7, 30, 6, 'hidden', 'keep', 7, false, NULL, '2026-03-01 09:00:00+00');
INSERT INTO public.project VALUES (2, 'tight', 'Тесный', 'Tight', 3, 3, 2, 0, 0.7, 30, 6, 'hidden', 'keep', 8, false, NULL, '2026-03-01 09:00:00+00');
INSERT INTO public.queue VALUES (1, 1, 100, 0, 0, false, true, 0);
INSERT INTO public.queue VALUES (2, 1, 200, 3, 1, false, false, 0);
INSERT INTO public.queue VALUES (3, 1, 300, 3, 3, false, false, 0);
INSERT INTO public.sign_in VALUES ('00ff', 2, '2026-03-01 09:00:00+00', '2026-03-01 09:30:00+00', NULL);
SELECT pg_catalog.setval('public.annotation_id_seq', 2, true);
SELECT pg_catalog.setval('public.chunk_id_seq', 2, true);
SELECT pg_catalog.setval('public.event_id_seq', 1, true);
SELECT pg_catalog.setval('public.import_run_id_seq', 1, true);
SELECT pg_catalog.setval('public.item_id_seq', 3, true);
SELECT pg_catalog.setval('public.lease_id_seq', 3, true);
SELECT pg_catalog.setval('public.person_id_seq', 3, true);
SELECT pg_catalog.setval('public.project_id_seq', 2, true);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.adjudication
    ADD CONSTRAINT pk_adjudication PRIMARY KEY (item_id, revision);
ALTER TABLE ONLY public.annotation
    ADD CONSTRAINT pk_annotation PRIMARY KEY (id);
ALTER TABLE ONLY public.chunk
    ADD CONSTRAINT pk_chunk PRIMARY KEY (id);
ALTER TABLE ONLY public.desk
    ADD CONSTRAINT pk_desk PRIMARY KEY (project_id, assessor_id);
ALTER TABLE ONLY public.event
    ADD CONSTRAINT pk_event PRIMARY KEY (id);
ALTER TABLE ONLY public.golden
    ADD CONSTRAINT pk_golden PRIMARY KEY (item_id, revision);
ALTER TABLE ONLY public.guideline
    ADD CONSTRAINT pk_guideline PRIMARY KEY (project_id, version);
ALTER TABLE ONLY public.import_run
    ADD CONSTRAINT pk_import_run PRIMARY KEY (id);
ALTER TABLE ONLY public.item
    ADD CONSTRAINT pk_item PRIMARY KEY (id);
ALTER TABLE ONLY public.label_class
    ADD CONSTRAINT pk_label_class PRIMARY KEY (project_id, code);
ALTER TABLE ONLY public.lease
    ADD CONSTRAINT pk_lease PRIMARY KEY (id);
ALTER TABLE ONLY public.membership
    ADD CONSTRAINT pk_membership PRIMARY KEY (project_id, person_id, role);
ALTER TABLE ONLY public.person
    ADD CONSTRAINT pk_person PRIMARY KEY (id);
ALTER TABLE ONLY public.project
    ADD CONSTRAINT pk_project PRIMARY KEY (id);
ALTER TABLE ONLY public.queue
    ADD CONSTRAINT pk_queue PRIMARY KEY (item_id);
ALTER TABLE ONLY public.sign_in
    ADD CONSTRAINT pk_sign_in PRIMARY KEY (token_hash);
ALTER TABLE ONLY public.annotation
    ADD CONSTRAINT uq_annotation_item_id_assessor_id_revision UNIQUE (item_id, assessor_id, revision);
ALTER TABLE ONLY public.annotation
    ADD CONSTRAINT uq_annotation_lease_id UNIQUE (lease_id);
ALTER TABLE ONLY public.chunk
    ADD CONSTRAINT uq_chunk_project_id_assessor_id_ordinal UNIQUE (project_id, assessor_id, ordinal);
ALTER TABLE ONLY public.item
    ADD CONSTRAINT uq_item_project_id_external_id UNIQUE (project_id, external_id);
ALTER TABLE ONLY public.label_class
    ADD CONSTRAINT uq_label_class_project_id_hotkey UNIQUE (project_id, hotkey);
ALTER TABLE ONLY public.lease
    ADD CONSTRAINT uq_lease_token UNIQUE (token);
ALTER TABLE ONLY public.person
    ADD CONSTRAINT uq_person_issuer_subject UNIQUE (issuer, subject);
ALTER TABLE ONLY public.person
    ADD CONSTRAINT uq_person_login UNIQUE (login);
ALTER TABLE ONLY public.project
    ADD CONSTRAINT uq_project_slug UNIQUE (slug);
CREATE INDEX ix_adjudication_project_id ON public.adjudication USING btree (project_id);
CREATE INDEX ix_annotation_assessor ON public.annotation USING btree (project_id, assessor_id, created_at);
CREATE INDEX ix_event_project_id ON public.event USING btree (project_id);
CREATE INDEX ix_golden_project_id ON public.golden USING btree (project_id);
CREATE INDEX ix_import_run_project_id ON public.import_run USING btree (project_id);
CREATE INDEX ix_item_fingerprint ON public.item USING btree (project_id, fingerprint);
CREATE INDEX ix_lease_assessor_id_item_id ON public.lease USING btree (assessor_id, item_id);
CREATE INDEX ix_lease_chunk_id_slot ON public.lease USING btree (chunk_id, slot);
CREATE INDEX ix_lease_expiring ON public.lease USING btree (project_id, expires_at) WHERE ((state)::text = 'open'::text);
CREATE INDEX ix_membership_person_id ON public.membership USING btree (person_id);
CREATE INDEX ix_queue_golden ON public.queue USING btree (project_id, spin) WHERE golden;
CREATE INDEX ix_queue_open ON public.queue USING btree (project_id, "position") WHERE (places > 0);
CREATE INDEX ix_queue_returned ON public.queue USING btree (project_id, "position") WHERE (returned AND (places > 0));
CREATE INDEX ix_sign_in_person_id ON public.sign_in USING btree (person_id);
CREATE UNIQUE INDEX uq_chunk_open ON public.chunk USING btree (project_id, assessor_id) WHERE (closed_at IS NULL);
CREATE UNIQUE INDEX uq_lease_open ON public.lease USING btree (item_id, assessor_id) WHERE ((state)::text = 'open'::text);
CREATE TRIGGER adjudication_append_only BEFORE DELETE OR UPDATE ON public.adjudication FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER annotation_append_only BEFORE DELETE OR UPDATE ON public.annotation FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER event_append_only BEFORE DELETE OR UPDATE ON public.event FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER golden_append_only BEFORE DELETE OR UPDATE ON public.golden FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER guideline_append_only BEFORE DELETE OR UPDATE ON public.guideline FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER item_append_only BEFORE DELETE OR UPDATE ON public.item FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
ALTER TABLE ONLY public.adjudication
    ADD CONSTRAINT fk_adjudication_expert_id_person FOREIGN KEY (expert_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.adjudication
    ADD CONSTRAINT fk_adjudication_item_id_item FOREIGN KEY (item_id) REFERENCES public.item(id);
ALTER TABLE ONLY public.adjudication
    ADD CONSTRAINT fk_adjudication_project_id_label_label_class FOREIGN KEY (project_id, label) REFERENCES public.label_class(project_id, code);
ALTER TABLE ONLY public.adjudication
    ADD CONSTRAINT fk_adjudication_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);
ALTER TABLE ONLY public.annotation
    ADD CONSTRAINT fk_annotation_assessor_id_person FOREIGN KEY (assessor_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.annotation
    ADD CONSTRAINT fk_annotation_chunk_id_chunk FOREIGN KEY (chunk_id) REFERENCES public.chunk(id);
ALTER TABLE ONLY public.annotation
    ADD CONSTRAINT fk_annotation_item_id_item FOREIGN KEY (item_id) REFERENCES public.item(id);
ALTER TABLE ONLY public.annotation
    ADD CONSTRAINT fk_annotation_lease_id_lease FOREIGN KEY (lease_id) REFERENCES public.lease(id);
ALTER TABLE ONLY public.annotation
    ADD CONSTRAINT fk_annotation_project_id_label_label_class FOREIGN KEY (project_id, label) REFERENCES public.label_class(project_id, code);
ALTER TABLE ONLY public.annotation
    ADD CONSTRAINT fk_annotation_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);
ALTER TABLE ONLY public.chunk
    ADD CONSTRAINT fk_chunk_assessor_id_person FOREIGN KEY (assessor_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.chunk
    ADD CONSTRAINT fk_chunk_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);
ALTER TABLE ONLY public.desk
    ADD CONSTRAINT fk_desk_assessor_id_person FOREIGN KEY (assessor_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.desk
    ADD CONSTRAINT fk_desk_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);
ALTER TABLE ONLY public.event
    ADD CONSTRAINT fk_event_person_id_person FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.event
    ADD CONSTRAINT fk_event_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);
ALTER TABLE ONLY public.golden
    ADD CONSTRAINT fk_golden_appointed_by_person FOREIGN KEY (appointed_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.golden
    ADD CONSTRAINT fk_golden_item_id_item FOREIGN KEY (item_id) REFERENCES public.item(id);
ALTER TABLE ONLY public.golden
    ADD CONSTRAINT fk_golden_project_id_label_label_class FOREIGN KEY (project_id, label) REFERENCES public.label_class(project_id, code);
ALTER TABLE ONLY public.guideline
    ADD CONSTRAINT fk_guideline_author_id_person FOREIGN KEY (author_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.guideline
    ADD CONSTRAINT fk_guideline_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);
ALTER TABLE ONLY public.import_run
    ADD CONSTRAINT fk_import_run_person_id_person FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.import_run
    ADD CONSTRAINT fk_import_run_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);
ALTER TABLE ONLY public.item
    ADD CONSTRAINT fk_item_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);
ALTER TABLE ONLY public.label_class
    ADD CONSTRAINT fk_label_class_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);
ALTER TABLE ONLY public.lease
    ADD CONSTRAINT fk_lease_assessor_id_person FOREIGN KEY (assessor_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.lease
    ADD CONSTRAINT fk_lease_chunk_id_chunk FOREIGN KEY (chunk_id) REFERENCES public.chunk(id);
ALTER TABLE ONLY public.lease
    ADD CONSTRAINT fk_lease_item_id_item FOREIGN KEY (item_id) REFERENCES public.item(id);
ALTER TABLE ONLY public.lease
    ADD CONSTRAINT fk_lease_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);
ALTER TABLE ONLY public.membership
    ADD CONSTRAINT fk_membership_person_id_person FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.membership
    ADD CONSTRAINT fk_membership_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);
ALTER TABLE ONLY public.queue
    ADD CONSTRAINT fk_queue_item_id_item FOREIGN KEY (item_id) REFERENCES public.item(id);
ALTER TABLE ONLY public.queue
    ADD CONSTRAINT fk_queue_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);
ALTER TABLE ONLY public.sign_in
    ADD CONSTRAINT fk_sign_in_person_id_person FOREIGN KEY (person_id) REFERENCES public.person(id);
