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
    created_at timestamp with time zone NOT NULL,
    verdict character varying(120) DEFAULT 'label'::character varying NOT NULL,
    route character varying(120) DEFAULT 'hand'::character varying NOT NULL,
    given character varying(120),
    score double precision,
    run_id bigint,
    batch_id bigint,
    seconds double precision,
    guideline_version integer,
    act character varying(32),
    lease_id bigint,
    CONSTRAINT ck_adjudication_route CHECK (((route)::text = ANY ((ARRAY['suspicion'::character varying, 'audit'::character varying, 'batch'::character varying, 'second'::character varying, 'dispute'::character varying, 'hand'::character varying])::text[]))),
    CONSTRAINT ck_adjudication_settles CHECK ((((verdict)::text = 'label'::text) = (label IS NOT NULL))),
    CONSTRAINT ck_adjudication_verdict CHECK (((verdict)::text = ANY ((ARRAY['label'::character varying, 'sent_back'::character varying, 'unclear'::character varying, 'withdrawn'::character varying])::text[])))
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
    probe boolean DEFAULT false NOT NULL,
    CONSTRAINT ck_annotation_revision CHECK ((revision >= 1))
);
CREATE SEQUENCE public.annotation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.annotation_id_seq OWNED BY public.annotation.id;
CREATE TABLE public.audit (
    id bigint NOT NULL,
    project_id bigint NOT NULL,
    run_id bigint,
    person_id bigint,
    size integer NOT NULL,
    population integer NOT NULL,
    created_at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.audit_id_seq OWNED BY public.audit.id;
CREATE TABLE public.audit_item (
    audit_id bigint NOT NULL,
    item_id bigint NOT NULL,
    given character varying(120) NOT NULL,
    stratum integer NOT NULL,
    "position" integer
);
CREATE TABLE public.batch (
    id bigint NOT NULL,
    project_id bigint NOT NULL,
    name character varying(200) NOT NULL,
    person_id bigint,
    source jsonb,
    created_at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.batch_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.batch_id_seq OWNED BY public.batch.id;
CREATE TABLE public.batch_item (
    batch_id bigint NOT NULL,
    item_id bigint NOT NULL,
    "position" integer NOT NULL
);
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
CREATE TABLE public.contest (
    id bigint NOT NULL,
    project_id bigint NOT NULL,
    item_id bigint NOT NULL,
    golden_revision integer NOT NULL,
    assessor_id bigint NOT NULL,
    chunk_id bigint NOT NULL,
    argument text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    outcome character varying(120),
    reply text DEFAULT ''::text NOT NULL,
    ruled_by bigint,
    ruled_at timestamp with time zone,
    CONSTRAINT ck_contest_outcome CHECK (((outcome)::text = ANY ((ARRAY['upheld'::character varying, 'rejected'::character varying])::text[])))
);
CREATE SEQUENCE public.contest_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.contest_id_seq OWNED BY public.contest.id;
CREATE TABLE public.corner_case (
    id bigint NOT NULL,
    project_id bigint NOT NULL,
    item_id bigint NOT NULL,
    label character varying(120) NOT NULL,
    rationale text DEFAULT ''::text NOT NULL,
    person_id bigint,
    created_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone
);
CREATE SEQUENCE public.corner_case_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.corner_case_id_seq OWNED BY public.corner_case.id;
CREATE TABLE public.desk (
    project_id bigint NOT NULL,
    assessor_id bigint NOT NULL,
    cursor bigint NOT NULL
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
CREATE TABLE public.expert_lease (
    id bigint NOT NULL,
    project_id bigint NOT NULL,
    item_id bigint NOT NULL,
    expert_id bigint NOT NULL,
    token character varying(32) NOT NULL,
    state character varying(120) NOT NULL,
    route character varying(120) NOT NULL,
    given character varying(120),
    score double precision,
    suspicion character varying(120),
    run_id bigint,
    batch_id bigint,
    opened_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    CONSTRAINT ck_expert_lease_route CHECK (((route)::text = ANY ((ARRAY['suspicion'::character varying, 'audit'::character varying, 'batch'::character varying, 'second'::character varying, 'dispute'::character varying, 'hand'::character varying])::text[]))),
    CONSTRAINT ck_expert_lease_state CHECK (((state)::text = ANY ((ARRAY['open'::character varying, 'answered'::character varying, 'skipped'::character varying, 'expired'::character varying, 'released'::character varying])::text[])))
);
CREATE SEQUENCE public.expert_lease_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.expert_lease_id_seq OWNED BY public.expert_lease.id;
CREATE TABLE public.finding (
    run_id bigint NOT NULL,
    item_id bigint NOT NULL,
    given character varying(120) NOT NULL,
    probable character varying(120) NOT NULL,
    prior double precision NOT NULL,
    score double precision NOT NULL,
    probability double precision,
    disagreement double precision,
    self_confidence double precision,
    is_issue boolean NOT NULL,
    outlier double precision,
    confidence double precision,
    variability double precision,
    correctness double precision,
    heldout_confidence double precision,
    heldout_variability double precision,
    heldout_correctness double precision,
    reasons jsonb
);
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
    revision integer DEFAULT 0 NOT NULL,
    skip_reason character varying(120),
    comment text,
    opened_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    repeat boolean DEFAULT false NOT NULL,
    arm character varying(120),
    suggestion character varying(120),
    probe boolean DEFAULT false NOT NULL,
    CONSTRAINT ck_lease_state CHECK (((state)::text = ANY ((ARRAY['open'::character varying, 'answered'::character varying, 'skipped'::character varying, 'expired'::character varying, 'released'::character varying])::text[])))
);
CREATE SEQUENCE public.lease_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.lease_id_seq OWNED BY public.lease.id;
CREATE TABLE public.llm_answer (
    project_id bigint NOT NULL,
    request character varying(64) NOT NULL,
    body jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL
);
CREATE TABLE public.llm_call (
    id bigint NOT NULL,
    project_id bigint NOT NULL,
    run_id bigint,
    prompt_id bigint,
    item_id bigint,
    purpose character varying(120) NOT NULL,
    model character varying(200) NOT NULL,
    state character varying(120) NOT NULL,
    reserved bigint NOT NULL,
    cost bigint DEFAULT '0'::bigint NOT NULL,
    tokens_in integer,
    tokens_out integer,
    masked jsonb,
    outcome character varying(120),
    seconds double precision,
    created_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    CONSTRAINT ck_llm_call_money CHECK (((reserved >= 0) AND (cost >= 0))),
    CONSTRAINT ck_llm_call_purpose CHECK (((purpose)::text = ANY ((ARRAY['label'::character varying, 'sample'::character varying, 'repair'::character varying, 'live'::character varying, 'estimate'::character varying, 'draft'::character varying])::text[]))),
    CONSTRAINT ck_llm_call_state CHECK (((state)::text = ANY ((ARRAY['reserved'::character varying, 'settled'::character varying, 'free'::character varying, 'unknown'::character varying])::text[])))
);
CREATE SEQUENCE public.llm_call_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.llm_call_id_seq OWNED BY public.llm_call.id;
CREATE TABLE public.look (
    id bigint NOT NULL,
    project_id bigint NOT NULL,
    prompt_id bigint NOT NULL,
    part character varying(120) NOT NULL,
    n integer NOT NULL,
    report jsonb NOT NULL,
    person_id bigint,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_look_part CHECK (((part)::text = ANY ((ARRAY['dev'::character varying, 'test'::character varying])::text[])))
);
CREATE SEQUENCE public.look_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.look_id_seq OWNED BY public.look.id;
CREATE TABLE public.membership (
    project_id bigint NOT NULL,
    person_id bigint NOT NULL,
    role character varying(120) NOT NULL,
    standing character varying(120) DEFAULT 'active'::character varying NOT NULL,
    created_at timestamp with time zone NOT NULL,
    reason character varying(120),
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
CREATE TABLE public.price (
    id bigint NOT NULL,
    model character varying(200) NOT NULL,
    input bigint NOT NULL,
    output bigint NOT NULL,
    person_id bigint,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_price_money CHECK (((input >= 0) AND (output >= 0)))
);
CREATE SEQUENCE public.price_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.price_id_seq OWNED BY public.price.id;
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
    shown_metadata jsonb,
    seed bigint NOT NULL,
    is_simulated boolean DEFAULT false NOT NULL,
    archived_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    qualification_tries integer DEFAULT 3 NOT NULL,
    target_probability double precision,
    max_overlap integer,
    repeats_per_chunk integer DEFAULT 1 NOT NULL,
    audit_share double precision DEFAULT '0.2'::double precision NOT NULL,
    second_share double precision DEFAULT '0.1'::double precision NOT NULL,
    blind_rulings boolean DEFAULT false NOT NULL,
    junior_url character varying(400),
    junior_model character varying(200),
    budget_total bigint,
    budget_month bigint,
    budget_run bigint,
    probe_share double precision DEFAULT '0.1'::double precision NOT NULL,
    junior_votes boolean DEFAULT false NOT NULL,
    CONSTRAINT ck_project_accuracy_floor CHECK (((accuracy_floor >= (0)::double precision) AND (accuracy_floor <= (1)::double precision))),
    CONSTRAINT ck_project_audit_share CHECK (((audit_share >= (0)::double precision) AND (audit_share <= (1)::double precision))),
    CONSTRAINT ck_project_budgets CHECK (((budget_total >= 0) AND (budget_month >= 0) AND (budget_run >= 0))),
    CONSTRAINT ck_project_chunk_size CHECK ((chunk_size >= 1)),
    CONSTRAINT ck_project_golden_per_chunk CHECK (((golden_per_chunk >= 0) AND (golden_per_chunk <= chunk_size))),
    CONSTRAINT ck_project_lease_minutes CHECK ((lease_minutes >= 1)),
    CONSTRAINT ck_project_look_ahead CHECK (((look_ahead >= 0) AND (look_ahead <= 20))),
    CONSTRAINT ck_project_max_overlap CHECK ((max_overlap >= overlap)),
    CONSTRAINT ck_project_overlap CHECK ((overlap >= 1)),
    CONSTRAINT ck_project_pii_policy CHECK (((pii_policy)::text = ANY ((ARRAY['keep'::character varying, 'mask'::character varying])::text[]))),
    CONSTRAINT ck_project_probe_share CHECK (((probe_share >= (0)::double precision) AND (probe_share <= (1)::double precision))),
    CONSTRAINT ck_project_qualification_size CHECK ((qualification_size >= 0)),
    CONSTRAINT ck_project_qualification_tries CHECK ((qualification_tries >= 1)),
    CONSTRAINT ck_project_repeats_per_chunk CHECK ((repeats_per_chunk >= 0)),
    CONSTRAINT ck_project_second_share CHECK (((second_share >= (0)::double precision) AND (second_share <= (1)::double precision))),
    CONSTRAINT ck_project_suggestion_policy CHECK (((suggestion_policy)::text = ANY ((ARRAY['hidden'::character varying, 'before'::character varying, 'after'::character varying, 'experiment'::character varying])::text[]))),
    CONSTRAINT ck_project_target_probability CHECK (((target_probability > (0)::double precision) AND (target_probability < (1)::double precision)))
);
CREATE SEQUENCE public.project_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.project_id_seq OWNED BY public.project.id;
CREATE TABLE public.promotion (
    id bigint NOT NULL,
    project_id bigint NOT NULL,
    prompt_id bigint,
    look_id bigint,
    person_id bigint,
    created_at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.promotion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.promotion_id_seq OWNED BY public.promotion.id;
CREATE TABLE public.prompt (
    id bigint NOT NULL,
    project_id bigint NOT NULL,
    version integer NOT NULL,
    kind character varying(120) NOT NULL,
    name character varying(200) DEFAULT ''::character varying NOT NULL,
    model character varying(200),
    instructions text DEFAULT ''::text NOT NULL,
    settings jsonb,
    examples jsonb,
    guideline_version integer,
    author_id bigint,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_prompt_kind CHECK (((kind)::text = ANY ((ARRAY['llm'::character varying, 'local'::character varying])::text[])))
);
CREATE SEQUENCE public.prompt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.prompt_id_seq OWNED BY public.prompt.id;
CREATE TABLE public.queue (
    item_id bigint NOT NULL,
    project_id bigint NOT NULL,
    "position" bigint NOT NULL,
    wanted integer NOT NULL,
    places integer NOT NULL,
    returned boolean DEFAULT false NOT NULL,
    golden boolean DEFAULT false NOT NULL,
    spin bigint DEFAULT '0'::bigint NOT NULL,
    paused boolean DEFAULT false NOT NULL,
    CONSTRAINT ck_queue_golden_has_no_places CHECK ((NOT (golden AND (places > 0)))),
    CONSTRAINT ck_queue_places CHECK ((places >= 0))
);
CREATE TABLE public.repeat (
    lease_id bigint NOT NULL,
    revision integer NOT NULL,
    project_id bigint NOT NULL,
    assessor_id bigint NOT NULL,
    annotation_id bigint NOT NULL,
    label character varying(120),
    comment text,
    flagged boolean DEFAULT false NOT NULL,
    seconds double precision,
    guideline_version integer,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_repeat_revision CHECK ((revision >= 1))
);
CREATE TABLE public.run (
    id bigint NOT NULL,
    project_id bigint NOT NULL,
    kind character varying(120) NOT NULL,
    state character varying(120) NOT NULL,
    name character varying(200) DEFAULT ''::character varying NOT NULL,
    person_id bigint,
    settings jsonb,
    watermark jsonb,
    step character varying(120) DEFAULT ''::character varying NOT NULL,
    done integer DEFAULT 0 NOT NULL,
    total integer DEFAULT 0 NOT NULL,
    report jsonb,
    error jsonb,
    created_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    seen_at timestamp with time zone,
    finished_at timestamp with time zone,
    rulings integer DEFAULT 0 NOT NULL,
    rescored_at timestamp with time zone,
    CONSTRAINT ck_run_kind CHECK (((kind)::text = ANY ((ARRAY['analysis'::character varying, 'gain'::character varying, 'ask'::character varying, 'evaluation'::character varying, 'comparison'::character varying])::text[]))),
    CONSTRAINT ck_run_state CHECK (((state)::text = ANY ((ARRAY['queued'::character varying, 'running'::character varying, 'done'::character varying, 'cancelled'::character varying, 'failed'::character varying])::text[])))
);
CREATE TABLE public.run_evidence (
    run_id bigint NOT NULL,
    body bytea NOT NULL
);
CREATE SEQUENCE public.run_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.run_id_seq OWNED BY public.run.id;
CREATE TABLE public.sign_in (
    token_hash character varying(64) NOT NULL,
    person_id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone
);
CREATE TABLE public.suggestion (
    id bigint NOT NULL,
    project_id bigint NOT NULL,
    item_id bigint NOT NULL,
    prompt_id bigint NOT NULL,
    label character varying(120),
    confidence double precision,
    source character varying(120),
    rationale text DEFAULT ''::text NOT NULL,
    flags jsonb,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_suggestion_source CHECK (((source)::text = ANY ((ARRAY['logprobs'::character varying, 'samples'::character varying, 'stated'::character varying, 'local'::character varying])::text[])))
);
CREATE SEQUENCE public.suggestion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.suggestion_id_seq OWNED BY public.suggestion.id;
ALTER TABLE ONLY public.annotation ALTER COLUMN id SET DEFAULT nextval('public.annotation_id_seq'::regclass);
ALTER TABLE ONLY public.audit ALTER COLUMN id SET DEFAULT nextval('public.audit_id_seq'::regclass);
ALTER TABLE ONLY public.batch ALTER COLUMN id SET DEFAULT nextval('public.batch_id_seq'::regclass);
ALTER TABLE ONLY public.chunk ALTER COLUMN id SET DEFAULT nextval('public.chunk_id_seq'::regclass);
ALTER TABLE ONLY public.contest ALTER COLUMN id SET DEFAULT nextval('public.contest_id_seq'::regclass);
ALTER TABLE ONLY public.corner_case ALTER COLUMN id SET DEFAULT nextval('public.corner_case_id_seq'::regclass);
ALTER TABLE ONLY public.event ALTER COLUMN id SET DEFAULT nextval('public.event_id_seq'::regclass);
ALTER TABLE ONLY public.expert_lease ALTER COLUMN id SET DEFAULT nextval('public.expert_lease_id_seq'::regclass);
ALTER TABLE ONLY public.import_run ALTER COLUMN id SET DEFAULT nextval('public.import_run_id_seq'::regclass);
ALTER TABLE ONLY public.item ALTER COLUMN id SET DEFAULT nextval('public.item_id_seq'::regclass);
ALTER TABLE ONLY public.lease ALTER COLUMN id SET DEFAULT nextval('public.lease_id_seq'::regclass);
ALTER TABLE ONLY public.llm_call ALTER COLUMN id SET DEFAULT nextval('public.llm_call_id_seq'::regclass);
ALTER TABLE ONLY public.look ALTER COLUMN id SET DEFAULT nextval('public.look_id_seq'::regclass);
ALTER TABLE ONLY public.person ALTER COLUMN id SET DEFAULT nextval('public.person_id_seq'::regclass);
ALTER TABLE ONLY public.price ALTER COLUMN id SET DEFAULT nextval('public.price_id_seq'::regclass);
ALTER TABLE ONLY public.project ALTER COLUMN id SET DEFAULT nextval('public.project_id_seq'::regclass);
ALTER TABLE ONLY public.promotion ALTER COLUMN id SET DEFAULT nextval('public.promotion_id_seq'::regclass);
ALTER TABLE ONLY public.prompt ALTER COLUMN id SET DEFAULT nextval('public.prompt_id_seq'::regclass);
ALTER TABLE ONLY public.run ALTER COLUMN id SET DEFAULT nextval('public.run_id_seq'::regclass);
ALTER TABLE ONLY public.suggestion ALTER COLUMN id SET DEFAULT nextval('public.suggestion_id_seq'::regclass);
INSERT INTO public.adjudication VALUES (2, 1, 1, 'loan', 'о кредите', false, NULL, 3, '2026-03-01 09:00:00+00', 'label', 'hand', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.adjudication VALUES (3, 1, 1, NULL, 'пока неясно', false, NULL, 3, '2026-03-01 09:00:00+00', 'unclear', 'hand', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.adjudication VALUES (2, 2, 1, 'card', 'всё же карта', false, NULL, 3, '2026-03-01 09:30:00+00', 'label', 'suspicion', 'loan', 0.75, 1, NULL, NULL, NULL, 'act', 1);
INSERT INTO public.alembic_version VALUES ('0006');
INSERT INTO public.annotation VALUES (1, 1, 1, 2, 1, 1, 1, 'card', NULL, false, 2.5, NULL, NULL, NULL, false, '2026-03-01 09:00:00+00', false);
INSERT INTO public.annotation VALUES (2, 1, 2, 2, 1, 1, 2, 'loan', 'точно', false, 1.25, NULL, NULL, NULL, false, '2026-03-01 09:00:00+00', false);
INSERT INTO public.audit VALUES (1, 1, 1, 1, 1, 2, '2026-03-01 09:00:00+00');
INSERT INTO public.audit_item VALUES (1, 2, 'loan', 0, 0);
INSERT INTO public.audit_item VALUES (1, 3, 'card', 0, NULL);
INSERT INTO public.batch VALUES (1, 1, 'спорные', 1, NULL, '2026-03-01 09:00:00+00');
INSERT INTO public.batch_item VALUES (1, 2, 0);
INSERT INTO public.chunk VALUES (1, 1, 2, 1, 'work', 3, '2026-03-01 09:00:00+00', '2026-03-01 09:30:00+00', 'accepted', 1, 1);
INSERT INTO public.chunk VALUES (2, 1, 2, 2, 'work', 3, '2026-03-01 09:30:00+00', NULL, NULL, NULL, NULL);
INSERT INTO public.contest VALUES (1, 1, 1, 1, 2, 1, 'спорно', '2026-03-01 09:30:00+00', NULL, '', NULL, NULL);
INSERT INTO public.corner_case VALUES (1, 1, 2, 'card', 'пример', 3, '2026-03-01 09:30:00+00', NULL);
INSERT INTO public.desk VALUES (1, 2, 200);
INSERT INTO public.event VALUES (1, 1, 1, 'project.created', 'mail', '{"n": 3}', '2026-03-01 09:00:00+00');
INSERT INTO public.expert_lease VALUES (1, 1, 2, 3, 'ee', 'answered', 'suspicion', 'loan', 0.75, NULL, NULL, NULL, '2026-03-01 09:00:00+00', '2026-03-01 09:30:00+00', '2026-03-01 09:30:00+00');
INSERT INTO public.expert_lease VALUES (2, 1, 3, 3, 'ff', 'open', 'audit', 'card', NULL, NULL, NULL, NULL, '2026-03-01 09:30:00+00', '2026-03-01 09:30:00+00', NULL);
INSERT INTO public.finding VALUES (1, 2, 'loan', 'card', 0.1, 0.75, NULL, NULL, NULL, true, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[["disagreement", 0.5]]');
INSERT INTO public.golden VALUES (1, 1, 1, 'card', 'о карте', 1, '2026-03-01 09:00:00+00');
INSERT INTO public.guideline VALUES (1, 1, '# Правила', '# Rules', 1, '2026-03-01 09:00:00+00');
INSERT INTO public.import_run VALUES (1, 1, 'mail.csv', 1, '2026-03-01 09:00:00+00', '2026-03-01 09:30:00+00', '{"items": 3}');
INSERT INTO public.item VALUES (1, 1, 'a', 'Где моя карта?', NULL, '{"source": "chat"}', 'card', 11, 0, '2026-03-01 09:00:00+00');
INSERT INTO public.item VALUES (2, 1, 'b', 'Хочу кредит; it''s urgent', 'было', NULL, NULL, 12, 0, '2026-03-01 09:00:00+00');
INSERT INTO public.item VALUES (3, 1, 'c', 'Курс доллара', NULL, NULL, NULL, 13, 0, '2026-03-01 09:00:00+00');
INSERT INTO public.label_class VALUES (1, 'card', 'Карта', 'Card', '1', '#112233', '', '', NULL, 0, false);
INSERT INTO public.label_class VALUES (1, 'loan', 'Кредит', 'Loan', '2', '#445566', '', '', NULL, 1, false);
INSERT INTO public.lease VALUES (1, 1, 1, 2, 1, 1, 'aa', 'answered', 0, NULL, NULL, '2026-03-01 09:00:00+00', '2026-03-01 09:30:00+00', '2026-03-01 09:00:00+00', false, NULL, NULL, false);
INSERT INTO public.lease VALUES (2, 1, 2, 2, 1, 2, 'bb', 'answered', 0, NULL, NULL, '2026-03-01 09:00:00+00', '2026-03-01 09:30:00+00', '2026-03-01 09:00:00+00', false, NULL, NULL, false);
INSERT INTO public.lease VALUES (3, 1, 3, 2, 2, 1, 'cc', 'open', 0, NULL, NULL, '2026-03-01 09:30:00+00', '2026-03-01 09:30:00+00', NULL, false, NULL, NULL, false);
INSERT INTO public.lease VALUES (4, 1, 2, 2, 2, 2, 'dd', 'answered', 0, NULL, NULL, '2026-03-01 09:30:00+00', '2026-03-01 09:30:00+00', '2026-03-01 09:30:00+00', true, NULL, NULL, false);
INSERT INTO public.llm_answer VALUES (1, 'ab12', '{"label": "card"}', '2026-03-01 09:00:00+00');
INSERT INTO public.llm_call VALUES (1, 1, 1, 1, 3, 'label', 'small', 'settled', 20, 12, 100, 3, NULL, NULL, NULL, '2026-03-01 09:00:00+00', '2026-03-01 09:30:00+00');
INSERT INTO public.look VALUES (1, 1, 1, 'dev', 1, '{"right": 1}', 1, '2026-03-01 09:00:00+00');
INSERT INTO public.membership VALUES (1, 1, 'lead', 'active', '2026-03-01 09:00:00+00', NULL);
INSERT INTO public.membership VALUES (1, 2, 'assessor', 'active', '2026-03-01 09:00:00+00', NULL);
INSERT INTO public.membership VALUES (1, 3, 'expert', 'active', '2026-03-01 09:00:00+00', NULL);
INSERT INTO public.person VALUES (1, 'lead', 'Вера', NULL, NULL, NULL, 'ru', true, true, false, 0, NULL, '2026-03-01 09:00:00+00');
INSERT INTO public.person VALUES (2, 'ann', 'Анна', NULL, NULL, NULL, 'ru', true, false, false, 0, NULL, '2026-03-01 09:00:00+00');
INSERT INTO public.person VALUES (3, 'ben', 'Ben', NULL, NULL, NULL, 'en', true, false, false, 0, NULL, '2026-03-01 09:00:00+00');
INSERT INTO public.price VALUES (1, 'small', 100, 200, 1, '2026-03-01 09:00:00+00');
INSERT INTO public.project VALUES (1, 'mail', 'Письма', 'Mail', 3, 3, 1, 0, 0.7, 30, 6, 'hidden', 'keep', NULL, 7, false, NULL, '2026-03-01 09:00:00+00', 3, NULL, NULL, 1, 0.2, 0.1, false, NULL, NULL, NULL, NULL, NULL, 0.1, false);
INSERT INTO public.project VALUES (2, 'tight', 'Тесный', 'Tight', 3, 3, 2, 0, 0.7, 30, 6, 'hidden', 'keep', NULL, 8, false, NULL, '2026-03-01 09:00:00+00', 3, NULL, NULL, 1, 0.2, 0.1, false, NULL, NULL, NULL, NULL, NULL, 0.1, false);
INSERT INTO public.promotion VALUES (1, 1, 1, 1, 1, '2026-03-01 09:00:00+00');
INSERT INTO public.prompt VALUES (1, 1, 1, 'llm', 'первая', 'small', 'Скажи класс.', '{"temperature": 0}', NULL, NULL, 1, '2026-03-01 09:00:00+00');
INSERT INTO public.queue VALUES (1, 1, 100, 0, 0, false, true, 0, false);
INSERT INTO public.queue VALUES (2, 1, 200, 3, 1, false, false, 0, false);
INSERT INTO public.queue VALUES (3, 1, 300, 3, 3, false, false, 0, false);
INSERT INTO public.repeat VALUES (4, 1, 1, 2, 2, 'loan', NULL, false, NULL, NULL, '2026-03-01 09:30:00+00');
INSERT INTO public.run VALUES (1, 1, 'analysis', 'done', 'первый', 1, '{"epochs": 3}', NULL, '', 0, 0, NULL, NULL, '2026-03-01 09:00:00+00', NULL, NULL, '2026-03-01 09:30:00+00', 0, NULL);
INSERT INTO public.run_evidence VALUES (1, '\x00ff10');
INSERT INTO public.sign_in VALUES ('00ff', 2, '2026-03-01 09:00:00+00', '2026-03-01 09:30:00+00', NULL);
INSERT INTO public.suggestion VALUES (1, 1, 3, 1, 'card', 0.5, 'stated', 'похоже', NULL, '2026-03-01 09:00:00+00');
SELECT pg_catalog.setval('public.annotation_id_seq', 2, true);
SELECT pg_catalog.setval('public.audit_id_seq', 1, true);
SELECT pg_catalog.setval('public.batch_id_seq', 1, true);
SELECT pg_catalog.setval('public.chunk_id_seq', 2, true);
SELECT pg_catalog.setval('public.contest_id_seq', 1, true);
SELECT pg_catalog.setval('public.corner_case_id_seq', 1, true);
SELECT pg_catalog.setval('public.event_id_seq', 1, true);
SELECT pg_catalog.setval('public.expert_lease_id_seq', 2, true);
SELECT pg_catalog.setval('public.import_run_id_seq', 1, true);
SELECT pg_catalog.setval('public.item_id_seq', 3, true);
SELECT pg_catalog.setval('public.lease_id_seq', 4, true);
SELECT pg_catalog.setval('public.llm_call_id_seq', 1, true);
SELECT pg_catalog.setval('public.look_id_seq', 1, true);
SELECT pg_catalog.setval('public.person_id_seq', 3, true);
SELECT pg_catalog.setval('public.price_id_seq', 1, true);
SELECT pg_catalog.setval('public.project_id_seq', 2, true);
SELECT pg_catalog.setval('public.promotion_id_seq', 1, true);
SELECT pg_catalog.setval('public.prompt_id_seq', 1, true);
SELECT pg_catalog.setval('public.run_id_seq', 1, true);
SELECT pg_catalog.setval('public.suggestion_id_seq', 1, true);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.adjudication
    ADD CONSTRAINT pk_adjudication PRIMARY KEY (item_id, revision);
ALTER TABLE ONLY public.annotation
    ADD CONSTRAINT pk_annotation PRIMARY KEY (id);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT pk_audit PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_item
    ADD CONSTRAINT pk_audit_item PRIMARY KEY (audit_id, item_id);
ALTER TABLE ONLY public.batch
    ADD CONSTRAINT pk_batch PRIMARY KEY (id);
ALTER TABLE ONLY public.batch_item
    ADD CONSTRAINT pk_batch_item PRIMARY KEY (batch_id, item_id);
ALTER TABLE ONLY public.chunk
    ADD CONSTRAINT pk_chunk PRIMARY KEY (id);
ALTER TABLE ONLY public.contest
    ADD CONSTRAINT pk_contest PRIMARY KEY (id);
ALTER TABLE ONLY public.corner_case
    ADD CONSTRAINT pk_corner_case PRIMARY KEY (id);
ALTER TABLE ONLY public.desk
    ADD CONSTRAINT pk_desk PRIMARY KEY (project_id, assessor_id);
ALTER TABLE ONLY public.event
    ADD CONSTRAINT pk_event PRIMARY KEY (id);
ALTER TABLE ONLY public.expert_lease
    ADD CONSTRAINT pk_expert_lease PRIMARY KEY (id);
ALTER TABLE ONLY public.finding
    ADD CONSTRAINT pk_finding PRIMARY KEY (run_id, item_id);
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
ALTER TABLE ONLY public.llm_answer
    ADD CONSTRAINT pk_llm_answer PRIMARY KEY (project_id, request);
ALTER TABLE ONLY public.llm_call
    ADD CONSTRAINT pk_llm_call PRIMARY KEY (id);
ALTER TABLE ONLY public.look
    ADD CONSTRAINT pk_look PRIMARY KEY (id);
ALTER TABLE ONLY public.membership
    ADD CONSTRAINT pk_membership PRIMARY KEY (project_id, person_id, role);
ALTER TABLE ONLY public.person
    ADD CONSTRAINT pk_person PRIMARY KEY (id);
ALTER TABLE ONLY public.price
    ADD CONSTRAINT pk_price PRIMARY KEY (id);
ALTER TABLE ONLY public.project
    ADD CONSTRAINT pk_project PRIMARY KEY (id);
ALTER TABLE ONLY public.promotion
    ADD CONSTRAINT pk_promotion PRIMARY KEY (id);
ALTER TABLE ONLY public.prompt
    ADD CONSTRAINT pk_prompt PRIMARY KEY (id);
ALTER TABLE ONLY public.queue
    ADD CONSTRAINT pk_queue PRIMARY KEY (item_id);
ALTER TABLE ONLY public.repeat
    ADD CONSTRAINT pk_repeat PRIMARY KEY (lease_id, revision);
ALTER TABLE ONLY public.run
    ADD CONSTRAINT pk_run PRIMARY KEY (id);
ALTER TABLE ONLY public.run_evidence
    ADD CONSTRAINT pk_run_evidence PRIMARY KEY (run_id);
ALTER TABLE ONLY public.sign_in
    ADD CONSTRAINT pk_sign_in PRIMARY KEY (token_hash);
ALTER TABLE ONLY public.suggestion
    ADD CONSTRAINT pk_suggestion PRIMARY KEY (id);
ALTER TABLE ONLY public.adjudication
    ADD CONSTRAINT uq_adjudication_lease_id UNIQUE (lease_id);
ALTER TABLE ONLY public.annotation
    ADD CONSTRAINT uq_annotation_item_id_assessor_id_revision UNIQUE (item_id, assessor_id, revision);
ALTER TABLE ONLY public.annotation
    ADD CONSTRAINT uq_annotation_lease_id UNIQUE (lease_id);
ALTER TABLE ONLY public.batch
    ADD CONSTRAINT uq_batch_project_id_name UNIQUE (project_id, name);
ALTER TABLE ONLY public.chunk
    ADD CONSTRAINT uq_chunk_project_id_assessor_id_ordinal UNIQUE (project_id, assessor_id, ordinal);
ALTER TABLE ONLY public.contest
    ADD CONSTRAINT uq_contest_item_id_golden_revision_assessor_id UNIQUE (item_id, golden_revision, assessor_id);
ALTER TABLE ONLY public.corner_case
    ADD CONSTRAINT uq_corner_case_item_id UNIQUE (item_id);
ALTER TABLE ONLY public.expert_lease
    ADD CONSTRAINT uq_expert_lease_token UNIQUE (token);
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
ALTER TABLE ONLY public.prompt
    ADD CONSTRAINT uq_prompt_project_id_version UNIQUE (project_id, version);
ALTER TABLE ONLY public.suggestion
    ADD CONSTRAINT uq_suggestion_item_id_prompt_id UNIQUE (item_id, prompt_id);
CREATE INDEX ix_adjudication_act ON public.adjudication USING btree (project_id, act);
CREATE INDEX ix_adjudication_project_id ON public.adjudication USING btree (project_id, created_at);
CREATE INDEX ix_annotation_assessor ON public.annotation USING btree (project_id, assessor_id, created_at, revision);
CREATE INDEX ix_annotation_project_id ON public.annotation USING btree (project_id, id);
CREATE INDEX ix_audit_item_sample ON public.audit_item USING btree (audit_id, "position") WHERE ("position" IS NOT NULL);
CREATE INDEX ix_audit_project_id ON public.audit USING btree (project_id);
CREATE INDEX ix_contest_project_id ON public.contest USING btree (project_id);
CREATE INDEX ix_corner_case_project_id ON public.corner_case USING btree (project_id);
CREATE INDEX ix_event_project_id ON public.event USING btree (project_id);
CREATE INDEX ix_expert_lease_expert_id ON public.expert_lease USING btree (project_id, expert_id, state);
CREATE INDEX ix_expert_lease_item_id ON public.expert_lease USING btree (item_id);
CREATE INDEX ix_finding_score ON public.finding USING btree (run_id, score);
CREATE INDEX ix_golden_project_id ON public.golden USING btree (project_id);
CREATE INDEX ix_import_run_project_id ON public.import_run USING btree (project_id);
CREATE INDEX ix_lease_assessor_id_item_id ON public.lease USING btree (assessor_id, item_id);
CREATE INDEX ix_lease_chunk_id_slot ON public.lease USING btree (chunk_id, slot);
CREATE INDEX ix_lease_expiring ON public.lease USING btree (project_id, expires_at) WHERE ((state)::text = 'open'::text);
CREATE INDEX ix_llm_call_project_id ON public.llm_call USING btree (project_id, created_at);
CREATE INDEX ix_llm_call_run_id ON public.llm_call USING btree (run_id);
CREATE INDEX ix_look_project_id ON public.look USING btree (project_id);
CREATE INDEX ix_membership_person_id ON public.membership USING btree (person_id);
CREATE INDEX ix_price_model ON public.price USING btree (model, id);
CREATE INDEX ix_promotion_project_id ON public.promotion USING btree (project_id);
CREATE INDEX ix_queue_golden ON public.queue USING btree (project_id, spin) WHERE (golden AND (NOT paused));
CREATE INDEX ix_queue_open ON public.queue USING btree (project_id, "position") WHERE (places > 0);
CREATE INDEX ix_queue_returned ON public.queue USING btree (project_id, "position") WHERE (returned AND (places > 0));
CREATE INDEX ix_repeat_assessor ON public.repeat USING btree (project_id, assessor_id, created_at, revision);
CREATE INDEX ix_run_project_id ON public.run USING btree (project_id, kind, id);
CREATE INDEX ix_sign_in_person_id ON public.sign_in USING btree (person_id);
CREATE INDEX ix_suggestion_prompt_id ON public.suggestion USING btree (prompt_id, id);
CREATE UNIQUE INDEX uq_chunk_open ON public.chunk USING btree (project_id, assessor_id) WHERE (closed_at IS NULL);
CREATE UNIQUE INDEX uq_expert_lease_open ON public.expert_lease USING btree (item_id) WHERE ((state)::text = 'open'::text);
CREATE UNIQUE INDEX uq_lease_open ON public.lease USING btree (item_id, assessor_id) WHERE ((state)::text = 'open'::text);
CREATE UNIQUE INDEX uq_lease_repeat ON public.lease USING btree (assessor_id, item_id) WHERE repeat;
CREATE TRIGGER adjudication_append_only BEFORE DELETE OR UPDATE ON public.adjudication FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER annotation_append_only BEFORE DELETE OR UPDATE ON public.annotation FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER event_append_only BEFORE DELETE OR UPDATE ON public.event FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER golden_append_only BEFORE DELETE OR UPDATE ON public.golden FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER guideline_append_only BEFORE DELETE OR UPDATE ON public.guideline FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER item_append_only BEFORE DELETE OR UPDATE ON public.item FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER look_append_only BEFORE DELETE OR UPDATE ON public.look FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER promotion_append_only BEFORE DELETE OR UPDATE ON public.promotion FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER prompt_append_only BEFORE DELETE OR UPDATE ON public.prompt FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER repeat_append_only BEFORE DELETE OR UPDATE ON public.repeat FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER suggestion_append_only BEFORE DELETE OR UPDATE ON public.suggestion FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
ALTER TABLE ONLY public.adjudication
    ADD CONSTRAINT fk_adjudication_expert_id_person FOREIGN KEY (expert_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.adjudication
    ADD CONSTRAINT fk_adjudication_item_id_item FOREIGN KEY (item_id) REFERENCES public.item(id);
ALTER TABLE ONLY public.adjudication
    ADD CONSTRAINT fk_adjudication_lease_id_expert_lease FOREIGN KEY (lease_id) REFERENCES public.expert_lease(id);
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
ALTER TABLE ONLY public.audit_item
    ADD CONSTRAINT fk_audit_item_audit_id_audit FOREIGN KEY (audit_id) REFERENCES public.audit(id);
ALTER TABLE ONLY public.audit_item
    ADD CONSTRAINT fk_audit_item_item_id_item FOREIGN KEY (item_id) REFERENCES public.item(id);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT fk_audit_person_id_person FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT fk_audit_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT fk_audit_run_id_run FOREIGN KEY (run_id) REFERENCES public.run(id);
ALTER TABLE ONLY public.batch_item
    ADD CONSTRAINT fk_batch_item_batch_id_batch FOREIGN KEY (batch_id) REFERENCES public.batch(id);
ALTER TABLE ONLY public.batch_item
    ADD CONSTRAINT fk_batch_item_item_id_item FOREIGN KEY (item_id) REFERENCES public.item(id);
ALTER TABLE ONLY public.batch
    ADD CONSTRAINT fk_batch_person_id_person FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.batch
    ADD CONSTRAINT fk_batch_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);
ALTER TABLE ONLY public.chunk
    ADD CONSTRAINT fk_chunk_assessor_id_person FOREIGN KEY (assessor_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.chunk
    ADD CONSTRAINT fk_chunk_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);
ALTER TABLE ONLY public.contest
    ADD CONSTRAINT fk_contest_assessor_id_person FOREIGN KEY (assessor_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.contest
    ADD CONSTRAINT fk_contest_chunk_id_chunk FOREIGN KEY (chunk_id) REFERENCES public.chunk(id);
ALTER TABLE ONLY public.contest
    ADD CONSTRAINT fk_contest_item_id_golden_revision_golden FOREIGN KEY (item_id, golden_revision) REFERENCES public.golden(item_id, revision);
ALTER TABLE ONLY public.contest
    ADD CONSTRAINT fk_contest_item_id_item FOREIGN KEY (item_id) REFERENCES public.item(id);
ALTER TABLE ONLY public.contest
    ADD CONSTRAINT fk_contest_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);
ALTER TABLE ONLY public.contest
    ADD CONSTRAINT fk_contest_ruled_by_person FOREIGN KEY (ruled_by) REFERENCES public.person(id);
ALTER TABLE ONLY public.corner_case
    ADD CONSTRAINT fk_corner_case_item_id_item FOREIGN KEY (item_id) REFERENCES public.item(id);
ALTER TABLE ONLY public.corner_case
    ADD CONSTRAINT fk_corner_case_person_id_person FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.corner_case
    ADD CONSTRAINT fk_corner_case_project_id_label_label_class FOREIGN KEY (project_id, label) REFERENCES public.label_class(project_id, code);
ALTER TABLE ONLY public.corner_case
    ADD CONSTRAINT fk_corner_case_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);
ALTER TABLE ONLY public.desk
    ADD CONSTRAINT fk_desk_assessor_id_person FOREIGN KEY (assessor_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.desk
    ADD CONSTRAINT fk_desk_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);
ALTER TABLE ONLY public.event
    ADD CONSTRAINT fk_event_person_id_person FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.event
    ADD CONSTRAINT fk_event_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);
ALTER TABLE ONLY public.expert_lease
    ADD CONSTRAINT fk_expert_lease_expert_id_person FOREIGN KEY (expert_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.expert_lease
    ADD CONSTRAINT fk_expert_lease_item_id_item FOREIGN KEY (item_id) REFERENCES public.item(id);
ALTER TABLE ONLY public.expert_lease
    ADD CONSTRAINT fk_expert_lease_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);
ALTER TABLE ONLY public.finding
    ADD CONSTRAINT fk_finding_item_id_item FOREIGN KEY (item_id) REFERENCES public.item(id);
ALTER TABLE ONLY public.finding
    ADD CONSTRAINT fk_finding_run_id_run FOREIGN KEY (run_id) REFERENCES public.run(id);
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
ALTER TABLE ONLY public.llm_answer
    ADD CONSTRAINT fk_llm_answer_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);
ALTER TABLE ONLY public.llm_call
    ADD CONSTRAINT fk_llm_call_item_id_item FOREIGN KEY (item_id) REFERENCES public.item(id);
ALTER TABLE ONLY public.llm_call
    ADD CONSTRAINT fk_llm_call_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);
ALTER TABLE ONLY public.llm_call
    ADD CONSTRAINT fk_llm_call_prompt_id_prompt FOREIGN KEY (prompt_id) REFERENCES public.prompt(id);
ALTER TABLE ONLY public.look
    ADD CONSTRAINT fk_look_person_id_person FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.look
    ADD CONSTRAINT fk_look_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);
ALTER TABLE ONLY public.look
    ADD CONSTRAINT fk_look_prompt_id_prompt FOREIGN KEY (prompt_id) REFERENCES public.prompt(id);
ALTER TABLE ONLY public.membership
    ADD CONSTRAINT fk_membership_person_id_person FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.membership
    ADD CONSTRAINT fk_membership_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);
ALTER TABLE ONLY public.price
    ADD CONSTRAINT fk_price_person_id_person FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.promotion
    ADD CONSTRAINT fk_promotion_person_id_person FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.promotion
    ADD CONSTRAINT fk_promotion_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);
ALTER TABLE ONLY public.promotion
    ADD CONSTRAINT fk_promotion_prompt_id_prompt FOREIGN KEY (prompt_id) REFERENCES public.prompt(id);
ALTER TABLE ONLY public.prompt
    ADD CONSTRAINT fk_prompt_author_id_person FOREIGN KEY (author_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.prompt
    ADD CONSTRAINT fk_prompt_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);
ALTER TABLE ONLY public.queue
    ADD CONSTRAINT fk_queue_item_id_item FOREIGN KEY (item_id) REFERENCES public.item(id);
ALTER TABLE ONLY public.queue
    ADD CONSTRAINT fk_queue_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);
ALTER TABLE ONLY public.repeat
    ADD CONSTRAINT fk_repeat_annotation_id_annotation FOREIGN KEY (annotation_id) REFERENCES public.annotation(id);
ALTER TABLE ONLY public.repeat
    ADD CONSTRAINT fk_repeat_assessor_id_person FOREIGN KEY (assessor_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.repeat
    ADD CONSTRAINT fk_repeat_lease_id_lease FOREIGN KEY (lease_id) REFERENCES public.lease(id);
ALTER TABLE ONLY public.repeat
    ADD CONSTRAINT fk_repeat_project_id_label_label_class FOREIGN KEY (project_id, label) REFERENCES public.label_class(project_id, code);
ALTER TABLE ONLY public.repeat
    ADD CONSTRAINT fk_repeat_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);
ALTER TABLE ONLY public.run_evidence
    ADD CONSTRAINT fk_run_evidence_run_id_run FOREIGN KEY (run_id) REFERENCES public.run(id);
ALTER TABLE ONLY public.run
    ADD CONSTRAINT fk_run_person_id_person FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.run
    ADD CONSTRAINT fk_run_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);
ALTER TABLE ONLY public.sign_in
    ADD CONSTRAINT fk_sign_in_person_id_person FOREIGN KEY (person_id) REFERENCES public.person(id);
ALTER TABLE ONLY public.suggestion
    ADD CONSTRAINT fk_suggestion_item_id_item FOREIGN KEY (item_id) REFERENCES public.item(id);
ALTER TABLE ONLY public.suggestion
    ADD CONSTRAINT fk_suggestion_project_id_label_label_class FOREIGN KEY (project_id, label) REFERENCES public.label_class(project_id, code);
ALTER TABLE ONLY public.suggestion
    ADD CONSTRAINT fk_suggestion_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);
ALTER TABLE ONLY public.suggestion
    ADD CONSTRAINT fk_suggestion_prompt_id_prompt FOREIGN KEY (prompt_id) REFERENCES public.prompt(id);
