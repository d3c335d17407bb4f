CREATE FUNCTION public.ledger_entry_has_postings() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM ledger_postings WHERE entry_id = NEW.id) THEN
            RAISE EXCEPTION 'ledger entry % has no postings', NEW.id USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$;
CREATE FUNCTION public.ledger_is_immutable() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
        RAISE EXCEPTION 'the ledger is only ever added to: % on % is refused', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END $$;
CREATE FUNCTION public.ledger_posting_keeps_balance() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
        IF EXISTS (SELECT FROM ledger_postings WHERE entry_id = NEW.entry_id
                   GROUP BY currency HAVING sum(amount) <> 0) THEN
            RAISE EXCEPTION 'ledger entry % does not balance', NEW.entry_id USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END $$;
CREATE FUNCTION public.signal_outbox() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
        PERFORM pg_notify('signals', NEW.topic || ' ' || NEW.key);
        RETURN NULL;
    END $$;
CREATE FUNCTION public.signal_tasks() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
        PERFORM pg_notify('signals', 'tasks ' || NEW.kind);
        RETURN NULL;
    END $$;
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.charges (
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    buyer_id uuid NOT NULL,
    version bigint NOT NULL,
    state character varying(16) NOT NULL,
    currency character(3) NOT NULL,
    amount bigint NOT NULL,
    consignments jsonb NOT NULL,
    intent_key character varying,
    intent_key_since timestamp with time zone,
    intent_ref character varying,
    charge_ref character varying,
    captured_at timestamp with time zone,
    late boolean NOT NULL,
    fee_ref character varying,
    failure character varying,
    failed_at timestamp with time zone,
    refund_key character varying,
    refund_key_since timestamp with time zone,
    refund_ref character varying,
    traceparent character varying,
    CONSTRAINT ck_charges_amount_positive CHECK ((amount > 0)),
    CONSTRAINT ck_charges_state CHECK (((state)::text = ANY ((ARRAY['expected'::character varying, 'open'::character varying, 'captured'::character varying, 'voiding'::character varying, 'voided'::character varying, 'refunding'::character varying, 'refunded'::character varying])::text[])))
);
CREATE TABLE public.guests (
    guest_id uuid NOT NULL,
    account_id uuid NOT NULL
);
CREATE TABLE public.idempotency (
    principal text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    status integer,
    body text,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.inbox (
    event_id uuid NOT NULL,
    handler text NOT NULL,
    handled_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.ledger_entries (
    id uuid NOT NULL,
    reference text NOT NULL,
    kind text NOT NULL,
    subject uuid NOT NULL,
    digest bytea NOT NULL,
    posted_at timestamp with time zone NOT NULL
);
CREATE TABLE public.ledger_postings (
    entry_id uuid NOT NULL,
    "position" smallint NOT NULL,
    account text NOT NULL,
    currency character(3) NOT NULL,
    amount bigint NOT NULL,
    CONSTRAINT ck_ledger_postings_not_zero CHECK ((amount <> 0))
);
CREATE TABLE public.outbox (
    id bigint NOT NULL,
    event_id uuid NOT NULL,
    topic text NOT NULL,
    key text NOT NULL,
    value bytea NOT NULL
);
ALTER TABLE public.outbox ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.parked (
    id bigint NOT NULL,
    topic text NOT NULL,
    key text NOT NULL,
    event_id uuid NOT NULL,
    type text NOT NULL,
    value bytea NOT NULL,
    error text,
    parked_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE public.parked ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.parked_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.payees (
    coop_id uuid NOT NULL,
    version bigint NOT NULL,
    name character varying NOT NULL,
    domain character varying NOT NULL,
    country character varying NOT NULL,
    key character varying NOT NULL,
    key_since timestamp with time zone NOT NULL,
    account_ref character varying,
    enabled boolean NOT NULL
);
CREATE TABLE public.plumbing_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.received_notices (
    id character varying NOT NULL,
    type character varying NOT NULL,
    received_at timestamp with time zone NOT NULL
);
CREATE TABLE public.tasks (
    id bigint NOT NULL,
    kind text NOT NULL,
    key text,
    payload text NOT NULL,
    traceparent text,
    run_at timestamp with time zone DEFAULT now() NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    revision integer DEFAULT 0 NOT NULL,
    claimed_by bigint,
    error text,
    parked_at timestamp with time zone
);
ALTER TABLE public.tasks ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.tasks_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.transfers (
    consignment_id uuid NOT NULL,
    charge_id uuid NOT NULL,
    order_id uuid NOT NULL,
    coop_id uuid NOT NULL,
    currency character(3) NOT NULL,
    amount bigint NOT NULL,
    fee bigint NOT NULL,
    state character varying(16) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    key character varying,
    key_since timestamp with time zone,
    transfer_ref character varying,
    CONSTRAINT ck_transfers_state CHECK (((state)::text = ANY ((ARRAY['held'::character varying, 'due'::character varying, 'made'::character varying, 'dropped'::character varying])::text[])))
);
INSERT INTO public.alembic_version VALUES ('0002');
INSERT INTO public.charges VALUES ('01a217e5-b677-7421-bfa0-194ff905b250', 'bada625f-021f-4dc7-96bd-88f68b3b16ec', 'b2ea8c5a-3ba7-4a3a-9722-68807adbe18a', 1, 'captured', 'EUR', 4734, '[{"goods": 3000, "coop_id": "f22e6e91-07ae-4115-8491-d42e321faf88", "delivery": 500, "discount": 0, "consignment_id": "008fb356-7ae8-404a-b7ac-5b912acbe5f1"}, {"goods": 1234, "coop_id": "c671de7d-fb21-42a6-984b-03784e35d95c", "delivery": 0, "discount": 0, "consignment_id": "60ceed5d-6d60-4e07-adb8-02d09902102a"}]', 'intent:01a217e5-b677-7421-bfa0-194ff905b250', '2026-11-23 12:00:00+00', 'pi_1', 'ch_1', '2026-11-23 12:00:00+00', false, 'txn_1', NULL, NULL, NULL, NULL, NULL, '00-cfbbe5c06980c0c269170732c793f4f2-c4bbbd3e00bfb5c4-01');
INSERT INTO public.charges VALUES ('01a217e5-b741-7788-9237-05d5453340d4', '714a47ea-9eb1-43e3-add2-f26f1cd73d2b', 'b44143e3-0da6-4994-9e56-4aa5fcba0700', 2, 'captured', 'EUR', 4734, '[{"goods": 3000, "coop_id": "d7ee92fd-7bc6-487b-beba-4451d3c1ce89", "delivery": 500, "discount": 0, "consignment_id": "1099c3dc-52ec-4417-aa57-d575d2b7d907"}, {"goods": 1234, "coop_id": "a19bdec5-3dff-4664-9dd4-94217ffd8272", "delivery": 0, "discount": 0, "consignment_id": "b14f8dc0-83b5-4379-9b8d-13e7778ac5dc"}]', 'intent:01a217e5-b741-7788-9237-05d5453340d4', '2026-11-23 12:00:00+00', 'pi_2', 'ch_2', '2026-11-23 12:00:00+00', false, 'txn_2', NULL, NULL, NULL, NULL, NULL, '00-419f1a4dcf9cd0155a9721e0caedbc5d-dd23430d4555d032-01');
INSERT INTO public.charges VALUES ('01a217e5-b79a-76e5-9b3d-fce0deb792bf', 'fc91d14a-1256-421c-b701-8133b6d5e9f6', '78d46d25-c7eb-4290-a938-90f80f2b0a11', 2, 'refunded', 'EUR', 4734, '[{"goods": 3000, "coop_id": "7f6dc261-8de6-4705-be99-591ff3075255", "delivery": 500, "discount": 0, "consignment_id": "4a26a1ff-083a-4f7a-9e57-41300f292985"}, {"goods": 1234, "coop_id": "8b287e46-6fb2-47fa-af2e-9307b2387d87", "delivery": 0, "discount": 0, "consignment_id": "e0c1a700-0395-478d-8b1c-b4c6355e75e2"}]', 'intent:01a217e5-b79a-76e5-9b3d-fce0deb792bf', '2026-11-23 12:00:00+00', 'pi_3', 'ch_3', '2026-11-23 12:00:00+00', false, 'txn_3', NULL, NULL, 'refund:01a217e5-b79a-76e5-9b3d-fce0deb792bf', '2026-11-23 12:00:00+00', 're_1', '00-e679c7ffb44f21e50c1e61766f1fbbd9-7edbe28affe79189-01');
INSERT INTO public.charges VALUES ('01a217e5-b7c7-72a6-add5-be1f81e59568', '95e8264f-0326-4512-a79d-029819c6d7ae', 'b2024f70-f182-4998-b716-918c7a1bfe03', 0, 'open', 'EUR', 4734, '[{"goods": 3000, "coop_id": "65630930-283e-4595-ae12-2c8ef233e294", "delivery": 500, "discount": 0, "consignment_id": "7d94d5cc-fd58-47f8-b383-7959f31e161e"}, {"goods": 1234, "coop_id": "97c59006-8064-4649-a323-e2e807d5bba5", "delivery": 0, "discount": 0, "consignment_id": "b98aead1-610c-438e-8596-14784c714ed6"}]', 'intent:01a217e5-b7c7-72a6-add5-be1f81e59568', '2026-11-23 12:00:00+00', 'pi_4', NULL, NULL, false, NULL, NULL, NULL, NULL, NULL, NULL, '00-d95e4aba460650d434d733bc5571eba1-c78efd02073280a0-01');
INSERT INTO public.inbox VALUES ('01a217e5-b659-750e-b1a6-608f888dbcd6', 'orders.OrderAwaitingPayment', '2026-11-26 12:47:40.131388+00');
INSERT INTO public.inbox VALUES ('01a217e5-b740-7273-aa23-01e85d079016', 'orders.OrderAwaitingPayment', '2026-11-26 12:47:40.352696+00');
INSERT INTO public.inbox VALUES ('01a217e5-b75d-750b-b9d7-e81c856fbd72', 'producers.CoopAdmitted', '2026-11-26 12:47:40.381868+00');
INSERT INTO public.inbox VALUES ('01a217e5-b75d-750b-b9d7-e81d6c2989bd', 'producers.CoopAdmitted', '2026-11-26 12:47:40.381868+00');
INSERT INTO public.inbox VALUES ('01a217e5-b77a-746e-bb91-7d43e104f9c9', 'orders.ConsignmentShipped', '2026-11-26 12:47:40.410828+00');
INSERT INTO public.inbox VALUES ('01a217e5-b798-77c0-bf03-a2512f70f5e9', 'orders.OrderAwaitingPayment', '2026-11-26 12:47:40.441276+00');
INSERT INTO public.inbox VALUES ('01a217e5-b7b0-7618-b23d-83a3bf192a9a', 'orders.OrderCancelled', '2026-11-26 12:47:40.464961+00');
INSERT INTO public.inbox VALUES ('01a217e5-b7c6-7329-b858-3d81e4700e7b', 'orders.OrderAwaitingPayment', '2026-11-26 12:47:40.487115+00');
INSERT INTO public.ledger_entries VALUES ('01a217e5-b720-718a-95b5-28e5e1f86c17', 'capture:01a217e5-b677-7421-bfa0-194ff905b250', 'capture', 'bada625f-021f-4dc7-96bd-88f68b3b16ec', '\xc51d66991d61e847e3850493b70d933e0cdddf304ceebcbdef1201921a216129', '2026-11-23 12:00:00+00');
INSERT INTO public.ledger_entries VALUES ('01a217e5-b73e-7453-afea-714354a1cab7', 'processor-fee:txn_1', 'processor_fee', 'bada625f-021f-4dc7-96bd-88f68b3b16ec', '\x57cebea7a60b04a481292ce8d4e46bc2b39fdd561c0056032b17ff4349ba272f', '2026-11-23 12:00:00+00');
INSERT INTO public.ledger_entries VALUES ('01a217e5-b752-76f6-93c3-74e9514baa6f', 'capture:01a217e5-b741-7788-9237-05d5453340d4', 'capture', '714a47ea-9eb1-43e3-add2-f26f1cd73d2b', '\x864bdfa5ec7a251f2e9779cd115b2f58e9ca78ee6480c13bf6a44242a1ea6741', '2026-11-23 12:00:00+00');
INSERT INTO public.ledger_entries VALUES ('01a217e5-b75c-7421-880f-d9053ddbd4a9', 'processor-fee:txn_2', 'processor_fee', '714a47ea-9eb1-43e3-add2-f26f1cd73d2b', '\x7e06cad6dc9cdbd63355b9c0892914ebb7736f3b281bea8d860ea679cb999431', '2026-11-23 12:00:00+00');
INSERT INTO public.ledger_entries VALUES ('01a217e5-b78f-72fb-8018-c57c064f62ea', 'transfer:1099c3dc-52ec-4417-aa57-d575d2b7d907', 'transfer', '714a47ea-9eb1-43e3-add2-f26f1cd73d2b', '\x680c777bc38ab5538992382e8c2fd7d6c5ce445dbdbf23d196eaa325587a5d19', '2026-11-23 12:00:00+00');
INSERT INTO public.ledger_entries VALUES ('01a217e5-b7a8-70fa-a2a8-61cb2401419c', 'capture:01a217e5-b79a-76e5-9b3d-fce0deb792bf', 'capture', 'fc91d14a-1256-421c-b701-8133b6d5e9f6', '\xec99affecea3119e7028083d4a422bca7b8d15320adf2d03dfff54b3f8b62fd2', '2026-11-23 12:00:00+00');
INSERT INTO public.ledger_entries VALUES ('01a217e5-b7af-728d-bc84-50d6fde2f3b6', 'processor-fee:txn_3', 'processor_fee', 'fc91d14a-1256-421c-b701-8133b6d5e9f6', '\x05770f48026aef8f56bcc37e38906029d80b6b14503d4108a354037726ed055a', '2026-11-23 12:00:00+00');
INSERT INTO public.ledger_entries VALUES ('01a217e5-b7bf-76d5-9359-9935534a0a41', 'refund:01a217e5-b79a-76e5-9b3d-fce0deb792bf', 'refund', 'fc91d14a-1256-421c-b701-8133b6d5e9f6', '\x2d7e9dc36a75a30872d53196a19cd7562ba77db6ef33ed4857b24681dccaa92c', '2026-11-23 12:00:00+00');
INSERT INTO public.ledger_postings VALUES ('01a217e5-b720-718a-95b5-28e5e1f86c17', 0, 'stripe:balance', 'EUR', 4734);
INSERT INTO public.ledger_postings VALUES ('01a217e5-b720-718a-95b5-28e5e1f86c17', 1, 'coop:f22e6e91-07ae-4115-8491-d42e321faf88:payable', 'EUR', -3350);
INSERT INTO public.ledger_postings VALUES ('01a217e5-b720-718a-95b5-28e5e1f86c17', 2, 'marketplace:fees', 'EUR', -150);
INSERT INTO public.ledger_postings VALUES ('01a217e5-b720-718a-95b5-28e5e1f86c17', 3, 'coop:c671de7d-fb21-42a6-984b-03784e35d95c:payable', 'EUR', -1172);
INSERT INTO public.ledger_postings VALUES ('01a217e5-b720-718a-95b5-28e5e1f86c17', 4, 'marketplace:fees', 'EUR', -62);
INSERT INTO public.ledger_postings VALUES ('01a217e5-b73e-7453-afea-714354a1cab7', 0, 'processor:fees', 'EUR', 96);
INSERT INTO public.ledger_postings VALUES ('01a217e5-b73e-7453-afea-714354a1cab7', 1, 'stripe:balance', 'EUR', -96);
INSERT INTO public.ledger_postings VALUES ('01a217e5-b752-76f6-93c3-74e9514baa6f', 0, 'stripe:balance', 'EUR', 4734);
INSERT INTO public.ledger_postings VALUES ('01a217e5-b752-76f6-93c3-74e9514baa6f', 1, 'coop:d7ee92fd-7bc6-487b-beba-4451d3c1ce89:payable', 'EUR', -3350);
INSERT INTO public.ledger_postings VALUES ('01a217e5-b752-76f6-93c3-74e9514baa6f', 2, 'marketplace:fees', 'EUR', -150);
INSERT INTO public.ledger_postings VALUES ('01a217e5-b752-76f6-93c3-74e9514baa6f', 3, 'coop:a19bdec5-3dff-4664-9dd4-94217ffd8272:payable', 'EUR', -1172);
INSERT INTO public.ledger_postings VALUES ('01a217e5-b752-76f6-93c3-74e9514baa6f', 4, 'marketplace:fees', 'EUR', -62);
INSERT INTO public.ledger_postings VALUES ('01a217e5-b75c-7421-880f-d9053ddbd4a9', 0, 'processor:fees', 'EUR', 96);
INSERT INTO public.ledger_postings VALUES ('01a217e5-b75c-7421-880f-d9053ddbd4a9', 1, 'stripe:balance', 'EUR', -96);
INSERT INTO public.ledger_postings VALUES ('01a217e5-b78f-72fb-8018-c57c064f62ea', 0, 'coop:d7ee92fd-7bc6-487b-beba-4451d3c1ce89:payable', 'EUR', 3350);
INSERT INTO public.ledger_postings VALUES ('01a217e5-b78f-72fb-8018-c57c064f62ea', 1, 'stripe:balance', 'EUR', -3350);
INSERT INTO public.ledger_postings VALUES ('01a217e5-b7a8-70fa-a2a8-61cb2401419c', 4, 'marketplace:fees', 'EUR', -62);
INSERT INTO public.ledger_postings VALUES ('01a217e5-b7a8-70fa-a2a8-61cb2401419c', 3, 'coop:8b287e46-6fb2-47fa-af2e-9307b2387d87:payable', 'EUR', -1172);
INSERT INTO public.ledger_postings VALUES ('01a217e5-b7a8-70fa-a2a8-61cb2401419c', 2, 'marketplace:fees', 'EUR', -150);
INSERT INTO public.ledger_postings VALUES ('01a217e5-b7a8-70fa-a2a8-61cb2401419c', 1, 'coop:7f6dc261-8de6-4705-be99-591ff3075255:payable', 'EUR', -3350);
INSERT INTO public.ledger_postings VALUES ('01a217e5-b7a8-70fa-a2a8-61cb2401419c', 0, 'stripe:balance', 'EUR', 4734);
INSERT INTO public.ledger_postings VALUES ('01a217e5-b7af-728d-bc84-50d6fde2f3b6', 1, 'stripe:balance', 'EUR', -96);
INSERT INTO public.ledger_postings VALUES ('01a217e5-b7af-728d-bc84-50d6fde2f3b6', 0, 'processor:fees', 'EUR', 96);
INSERT INTO public.ledger_postings VALUES ('01a217e5-b7bf-76d5-9359-9935534a0a41', 4, 'marketplace:fees', 'EUR', 62);
INSERT INTO public.ledger_postings VALUES ('01a217e5-b7bf-76d5-9359-9935534a0a41', 3, 'coop:8b287e46-6fb2-47fa-af2e-9307b2387d87:payable', 'EUR', 1172);
INSERT INTO public.ledger_postings VALUES ('01a217e5-b7bf-76d5-9359-9935534a0a41', 2, 'marketplace:fees', 'EUR', 150);
INSERT INTO public.ledger_postings VALUES ('01a217e5-b7bf-76d5-9359-9935534a0a41', 1, 'coop:7f6dc261-8de6-4705-be99-591ff3075255:payable', 'EUR', 3350);
INSERT INTO public.ledger_postings VALUES ('01a217e5-b7bf-76d5-9359-9935534a0a41', 0, 'stripe:balance', 'EUR', -4734);
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (1, '01a217e5-b71e-71c3-9688-1e8092affcf4', 'payments.charges', 'bada625f-021f-4dc7-96bd-88f68b3b16ec', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316132313765352d623731652d373163332d393638382d316538303932616666636634222c22736f75726365223a222f7061796d656e7473222c2274797065223a227061796d656e74732e5061796d656e744361707475726564222c2274696d65223a22323032362d31312d32365431323a34373a34302e3331383131332b30303a3030222c227375626a656374223a2262616461363235662d303231662d346463372d393662642d383866363862336231366563222c2264617461736368656d61223a222f736368656d61732f7061796d656e74732e5061796d656e744361707475726564222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c227472616365706172656e74223a2230302d63666262653563303639383063306332363931373037333263373933663466322d633462626264336530306266623563342d3031222c2276657273696f6e223a312c2264617461223a7b2276657273696f6e223a312c226f726465725f6964223a2262616461363235662d303231662d346463372d393662642d383866363862336231366563222c226368617267655f6964223a2230316132313765352d623637372d373432312d626661302d313934666639303562323530222c2263757272656e6379223a22455552222c22616d6f756e74223a343733342c2263617074757265645f6174223a22323032362d31312d32335431323a30303a30305a227d7d');
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (2, '01a217e5-b751-766c-8c79-698c3de679c6', 'payments.charges', '714a47ea-9eb1-43e3-add2-f26f1cd73d2b', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316132313765352d623735312d373636632d386337392d363938633364653637396336222c22736f75726365223a222f7061796d656e7473222c2274797065223a227061796d656e74732e5061796d656e744361707475726564222c2274696d65223a22323032362d31312d32365431323a34373a34302e3336393230382b30303a3030222c227375626a656374223a2237313461343765612d396562312d343365332d616464322d663236663163643733643262222c2264617461736368656d61223a222f736368656d61732f7061796d656e74732e5061796d656e744361707475726564222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c227472616365706172656e74223a2230302d34313966316134646366396364303135356139373231653063616564626335642d646432333433306434353535643033322d3031222c2276657273696f6e223a312c2264617461223a7b2276657273696f6e223a312c226f726465725f6964223a2237313461343765612d396562312d343365332d616464322d663236663163643733643262222c226368617267655f6964223a2230316132313765352d623734312d373738382d393233372d303564353435333334306434222c2263757272656e6379223a22455552222c22616d6f756e74223a343733342c2263617074757265645f6174223a22323032362d31312d32335431323a30303a30305a227d7d');
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (3, '01a217e5-b769-77bc-b19f-d161d9050a13', 'payments.payees', 'a19bdec5-3dff-4664-9dd4-94217ffd8272', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316132313765352d623736392d373762632d623139662d643136316439303530613133222c22736f75726365223a222f7061796d656e7473222c2274797065223a227061796d656e74732e50617965654f70656e6564222c2274696d65223a22323032362d31312d32365431323a34373a34302e3339343030362b30303a3030222c227375626a656374223a2261313962646563352d336466662d343636342d396464342d393432313766666438323732222c2264617461736368656d61223a222f736368656d61732f7061796d656e74732e50617965654f70656e6564222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c227472616365706172656e74223a2230302d30646566373064393735333836613833316363383833386261663234333239632d346563653364626436656535323639352d3031222c2276657273696f6e223a312c2264617461223a7b2276657273696f6e223a312c22636f6f705f6964223a2261313962646563352d336466662d343636342d396464342d393432313766666438323732222c226163636f756e745f726566223a22616363745f31222c22656e61626c6564223a747275657d7d');
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (4, '01a217e5-b773-7656-87dc-bdd7e29f6e4d', 'payments.payees', 'd7ee92fd-7bc6-487b-beba-4451d3c1ce89', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316132313765352d623737332d373635362d383764632d626464376532396636653464222c22736f75726365223a222f7061796d656e7473222c2274797065223a227061796d656e74732e50617965654f70656e6564222c2274696d65223a22323032362d31312d32365431323a34373a34302e3430333131382b30303a3030222c227375626a656374223a2264376565393266642d376263362d343837622d626562612d343435316433633163653839222c2264617461736368656d61223a222f736368656d61732f7061796d656e74732e50617965654f70656e6564222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c227472616365706172656e74223a2230302d30646566373064393735333836613833316363383833386261663234333239632d346563653364626436656535323639352d3031222c2276657273696f6e223a312c2264617461223a7b2276657273696f6e223a312c22636f6f705f6964223a2264376565393266642d376263362d343837622d626562612d343435316433633163653839222c226163636f756e745f726566223a22616363745f32222c22656e61626c6564223a747275657d7d');
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (5, '01a217e5-b790-7165-92de-4175f07db07d', 'payments.charges', '714a47ea-9eb1-43e3-add2-f26f1cd73d2b', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316132313765352d623739302d373136352d393264652d343137356630376462303764222c22736f75726365223a222f7061796d656e7473222c2274797065223a227061796d656e74732e5472616e736665724d616465222c2274696d65223a22323032362d31312d32365431323a34373a34302e3433323537352b30303a3030222c227375626a656374223a2237313461343765612d396562312d343365332d616464322d663236663163643733643262222c2264617461736368656d61223a222f736368656d61732f7061796d656e74732e5472616e736665724d616465222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c227472616365706172656e74223a2230302d32383930383237373566373538346335323661303536363137393637396461362d623032323262653530623833353236642d3031222c2276657273696f6e223a322c2264617461223a7b2276657273696f6e223a322c226f726465725f6964223a2237313461343765612d396562312d343365332d616464322d663236663163643733643262222c22636f6e7369676e6d656e745f6964223a2231303939633364632d353265632d343431372d616135372d643537356432623764393037222c22636f6f705f6964223a2264376565393266642d376263362d343837622d626562612d343435316433633163653839222c2263757272656e6379223a22455552222c22616d6f756e74223a333335307d7d');
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (6, '01a217e5-b7a8-70fa-a2a8-61cacf4509f7', 'payments.charges', 'fc91d14a-1256-421c-b701-8133b6d5e9f6', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316132313765352d623761382d373066612d613261382d363163616366343530396637222c22736f75726365223a222f7061796d656e7473222c2274797065223a227061796d656e74732e5061796d656e744361707475726564222c2274696d65223a22323032362d31312d32365431323a34373a34302e3435363234302b30303a3030222c227375626a656374223a2266633931643134612d313235362d343231632d623730312d383133336236643565396636222c2264617461736368656d61223a222f736368656d61732f7061796d656e74732e5061796d656e744361707475726564222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c227472616365706172656e74223a2230302d65363739633766666234346632316535306331653631373636663166626264392d376564626532386166666537393138392d3031222c2276657273696f6e223a312c2264617461223a7b2276657273696f6e223a312c226f726465725f6964223a2266633931643134612d313235362d343231632d623730312d383133336236643565396636222c226368617267655f6964223a2230316132313765352d623739612d373665352d396233642d666365306465623739326266222c2263757272656e6379223a22455552222c22616d6f756e74223a343733342c2263617074757265645f6174223a22323032362d31312d32335431323a30303a30305a227d7d');
INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES (7, '01a217e5-b7bf-76d5-9359-9936a215401c', 'payments.charges', 'fc91d14a-1256-421c-b701-8133b6d5e9f6', '\x7b227370656376657273696f6e223a22312e30222c226964223a2230316132313765352d623762662d373664352d393335392d393933366132313534303163222c22736f75726365223a222f7061796d656e7473222c2274797065223a227061796d656e74732e5061796d656e74526566756e646564222c2274696d65223a22323032362d31312d32365431323a34373a34302e3437393737352b30303a3030222c227375626a656374223a2266633931643134612d313235362d343231632d623730312d383133336236643565396636222c2264617461736368656d61223a222f736368656d61732f7061796d656e74732e5061796d656e74526566756e646564222c2264617461636f6e74656e7474797065223a226170706c69636174696f6e2f6a736f6e222c227472616365706172656e74223a2230302d66356265636563646162666332366639613232373261343334343237323439652d633265373836373430666164663936372d3031222c2276657273696f6e223a322c2264617461223a7b2276657273696f6e223a322c226f726465725f6964223a2266633931643134612d313235362d343231632d623730312d383133336236643565396636222c2263757272656e6379223a22455552222c22616d6f756e74223a343733347d7d');
INSERT INTO public.payees VALUES ('a19bdec5-3dff-4664-9dd4-94217ffd8272', 1, 'Sunrise Bakers', 'sunrise.coop', 'IE', 'account:a19bdec5-3dff-4664-9dd4-94217ffd8272', '2026-11-23 12:00:00+00', 'acct_1', true);
INSERT INTO public.payees VALUES ('d7ee92fd-7bc6-487b-beba-4451d3c1ce89', 1, 'Sunrise Bakers', 'sunrise.coop', 'IE', 'account:d7ee92fd-7bc6-487b-beba-4451d3c1ce89', '2026-11-23 12:00:00+00', 'acct_2', true);
INSERT INTO public.plumbing_version VALUES ('0001');
INSERT INTO public.received_notices VALUES ('evt_1', 'payment_intent.succeeded', '2026-11-23 12:00:00+00');
INSERT INTO public.received_notices VALUES ('evt_2', 'payment_intent.succeeded', '2026-11-23 12:00:00+00');
INSERT INTO public.received_notices VALUES ('evt_3', 'payment_intent.succeeded', '2026-11-23 12:00:00+00');
INSERT INTO public.transfers VALUES ('008fb356-7ae8-404a-b7ac-5b912acbe5f1', '01a217e5-b677-7421-bfa0-194ff905b250', 'bada625f-021f-4dc7-96bd-88f68b3b16ec', 'f22e6e91-07ae-4115-8491-d42e321faf88', 'EUR', 3350, 150, 'held', '2026-11-23 12:00:00+00', NULL, NULL, NULL);
INSERT INTO public.transfers VALUES ('60ceed5d-6d60-4e07-adb8-02d09902102a', '01a217e5-b677-7421-bfa0-194ff905b250', 'bada625f-021f-4dc7-96bd-88f68b3b16ec', 'c671de7d-fb21-42a6-984b-03784e35d95c', 'EUR', 1172, 62, 'held', '2026-11-23 12:00:00+00', NULL, NULL, NULL);
INSERT INTO public.transfers VALUES ('b14f8dc0-83b5-4379-9b8d-13e7778ac5dc', '01a217e5-b741-7788-9237-05d5453340d4', '714a47ea-9eb1-43e3-add2-f26f1cd73d2b', 'a19bdec5-3dff-4664-9dd4-94217ffd8272', 'EUR', 1172, 62, 'held', '2026-11-23 12:00:00+00', NULL, NULL, NULL);
INSERT INTO public.transfers VALUES ('1099c3dc-52ec-4417-aa57-d575d2b7d907', '01a217e5-b741-7788-9237-05d5453340d4', '714a47ea-9eb1-43e3-add2-f26f1cd73d2b', 'd7ee92fd-7bc6-487b-beba-4451d3c1ce89', 'EUR', 3350, 150, 'made', '2026-11-23 12:00:00+00', 'transfer:1099c3dc-52ec-4417-aa57-d575d2b7d907', '2026-11-23 12:00:00+00', 'tr_1');
INSERT INTO public.transfers VALUES ('4a26a1ff-083a-4f7a-9e57-41300f292985', '01a217e5-b79a-76e5-9b3d-fce0deb792bf', 'fc91d14a-1256-421c-b701-8133b6d5e9f6', '7f6dc261-8de6-4705-be99-591ff3075255', 'EUR', 3350, 150, 'dropped', '2026-11-23 12:00:00+00', NULL, NULL, NULL);
INSERT INTO public.transfers VALUES ('e0c1a700-0395-478d-8b1c-b4c6355e75e2', '01a217e5-b79a-76e5-9b3d-fce0deb792bf', 'fc91d14a-1256-421c-b701-8133b6d5e9f6', '8b287e46-6fb2-47fa-af2e-9307b2387d87', 'EUR', 1172, 62, 'dropped', '2026-11-23 12:00:00+00', NULL, NULL, NULL);
SELECT pg_catalog.setval('public.outbox_id_seq', 7, true);
SELECT pg_catalog.setval('public.parked_id_seq', 1, false);
SELECT pg_catalog.setval('public.tasks_id_seq', 7, true);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (principal, key);
ALTER TABLE ONLY public.inbox
    ADD CONSTRAINT inbox_pkey PRIMARY KEY (event_id, handler);
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.parked
    ADD CONSTRAINT parked_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.parked
    ADD CONSTRAINT parked_topic_event_id_key UNIQUE (topic, event_id);
ALTER TABLE ONLY public.charges
    ADD CONSTRAINT pk_charges PRIMARY KEY (id);
ALTER TABLE ONLY public.guests
    ADD CONSTRAINT pk_guests PRIMARY KEY (guest_id);
ALTER TABLE ONLY public.ledger_entries
    ADD CONSTRAINT pk_ledger_entries PRIMARY KEY (id);
ALTER TABLE ONLY public.ledger_postings
    ADD CONSTRAINT pk_ledger_postings PRIMARY KEY (entry_id, "position");
ALTER TABLE ONLY public.payees
    ADD CONSTRAINT pk_payees PRIMARY KEY (coop_id);
ALTER TABLE ONLY public.received_notices
    ADD CONSTRAINT pk_received_notices PRIMARY KEY (id);
ALTER TABLE ONLY public.transfers
    ADD CONSTRAINT pk_transfers PRIMARY KEY (consignment_id);
ALTER TABLE ONLY public.plumbing_version
    ADD CONSTRAINT plumbing_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.tasks
    ADD CONSTRAINT tasks_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.charges
    ADD CONSTRAINT uq_charges_order_id UNIQUE (order_id);
ALTER TABLE ONLY public.ledger_entries
    ADD CONSTRAINT uq_ledger_entries_reference UNIQUE (reference);
CREATE INDEX ix_charges_fee_unknown ON public.charges USING btree (captured_at) WHERE ((captured_at IS NOT NULL) AND (fee_ref IS NULL));
CREATE INDEX ix_idempotency_created_at ON public.idempotency USING brin (created_at);
CREATE INDEX ix_inbox_handled_at ON public.inbox USING brin (handled_at);
CREATE INDEX ix_ledger_entries_subject ON public.ledger_entries USING btree (subject);
CREATE INDEX ix_ledger_postings_account_currency ON public.ledger_postings USING btree (account, currency) INCLUDE (amount);
CREATE INDEX ix_outbox_topic ON public.outbox USING btree (topic, id);
CREATE INDEX ix_parked_key ON public.parked USING btree (topic, key, id);
CREATE INDEX ix_tasks_due ON public.tasks USING btree (kind, run_at, id) WHERE ((claimed_by IS NULL) AND (parked_at IS NULL));
CREATE INDEX ix_transfers_charge_id ON public.transfers USING btree (charge_id);
CREATE INDEX ix_transfers_coop_id_consignment_id ON public.transfers USING btree (coop_id, consignment_id);
CREATE UNIQUE INDEX uq_tasks_key ON public.tasks USING btree (kind, key) WHERE (key IS NOT NULL);
CREATE CONSTRAINT TRIGGER ledger_entries_have_postings AFTER INSERT ON public.ledger_entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.ledger_entry_has_postings();
CREATE TRIGGER ledger_entries_immutable BEFORE DELETE OR UPDATE OR TRUNCATE ON public.ledger_entries FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_is_immutable();
CREATE CONSTRAINT TRIGGER ledger_postings_balance AFTER INSERT ON public.ledger_postings DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.ledger_posting_keeps_balance();
CREATE TRIGGER ledger_postings_immutable BEFORE DELETE OR UPDATE OR TRUNCATE ON public.ledger_postings FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_is_immutable();
CREATE TRIGGER signal AFTER INSERT ON public.outbox FOR EACH ROW EXECUTE FUNCTION public.signal_outbox();
CREATE TRIGGER signal AFTER INSERT OR UPDATE OF revision ON public.tasks FOR EACH ROW EXECUTE FUNCTION public.signal_tasks();
ALTER TABLE ONLY public.ledger_postings
    ADD CONSTRAINT fk_ledger_postings_entry_id FOREIGN KEY (entry_id) REFERENCES public.ledger_entries(id);
ALTER TABLE ONLY public.transfers
    ADD CONSTRAINT fk_transfers_charge_id FOREIGN KEY (charge_id) REFERENCES public.charges(id);
