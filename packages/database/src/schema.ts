import type { ColumnType, Generated, JSONColumnType, Kysely, Selectable } from 'kysely';

/** The ledger. */
export type Database = Kysely<Schema>;

/** A column of the old connector: UTC without time zone. Written with `utcTimestamp`, so that nobody writes local time. */
type LegacyTimestamp = ColumnType<Date, string, string>;
type GeneratedLegacyTimestamp = ColumnType<Date, string | undefined, string>;
type NullableLegacyTimestamp = ColumnType<Date | null, string | null | undefined, string | null>;
/** Minor units. */
type Minor = ColumnType<bigint | null, bigint | null | undefined, bigint | null>;

export type OperationKind = 'transfer' | 'payout' | 'refund' | 'payment';

/**
 * What we add to each table of money operations. One round is one idempotency key: it ends with a definite answer.
 * The request is stored with its key, because a repeat must be the same to the letter, also after an upgrade.
 */
export type OperationColumns = {
  /** Rounds that ended with a definite refusal. Part of the next idempotency key. */
  round: Generated<number>;
  /** Calls sent to Stripe, over all rounds. */
  attempts: Generated<number>;
  /**
   * Due for the next look, if nothing else happens; null means at once. A failed payout that was weighed and has none waits
   * until the seller's account changes or a person asks for it.
   */
  next_try_at: Date | null;
  /** Somebody is at work on the row until then. */
  claimed_until: Date | null;
  idempotency_key: string | null;
  request: JSONColumnType<Record<string, unknown>> | null;
  /** When the present key was sent first. Stripe forgets a key after 24 hours. */
  first_sent_at: Date | null;
  stripe_request_id: string | null;
  /** Somebody else may have sent it (the old connector; a key older than Stripe's memory): look on Stripe before sending. */
  look_up_first: Generated<boolean>;
  /** When the facts behind the state were last weighed. */
  decided_at: Date | null;
};

type AccountMappingTable = {
  id: Generated<number>;
  mirakl_shop_id: number;
  stripe_account_id: string;
  payout_enabled: Generated<boolean>;
  payin_enabled: Generated<boolean>;
  disabled_reason: string | null;
  creation_datetime: GeneratedLegacyTimestamp;
  modification_datetime: GeneratedLegacyTimestamp;
  onboarding_token: string | null;
  /** Excluded by the operator. */
  ignored: Generated<boolean>;
  /** The account cannot be paid since then. Never touches `ignored`: two facts, two owners. */
  kyc_blocked_at: Date | null;
  kyc_block_reason: string | null;
  /** Null: not known yet. */
  details_submitted: boolean | null;
  /** `express` or `custom`; null: not known yet. */
  account_type: string | null;
  /** What Mirakl was last told or would be told; null before the first computation. */
  kyc_status: string | null;
  /** When the account was last read from Stripe. */
  account_read_at: Date | null;
  /** What waits for the shop is to be looked at again: a block was lifted, the shop was mapped or readmitted. */
  release_due_at: Date | null;
  /** The ids of the bank accounts and cards it is paid out to, between commas; null: not known yet. */
  external_accounts: string | null;
};

/** Whose turn it is to settle a seller's invoices: one worker at a time. */
type SellerTurnTable = { mirakl_shop_id: number; taken_until: Date | null; taken_by: string | null };

/** What Mirakl is yet to be told of a shop. */
type ShopUpdateTable = {
  mirakl_shop_id: number;
  /** The kind of link to be made when it is written: `onboarding` or `login`. */
  link: string | null;
  kyc_status: string | null;
  kyc_reason: string | null;
  /** Raised by every request, so that one that comes during a write is not taken for written. */
  revision: Generated<number>;
  attempts: Generated<number>;
  next_try_at: Date;
  status_reason: string | null;
  requested_at: Date;
};

type StripeTransferTable = OperationColumns & {
  id: Generated<number>;
  account_mapping_id: number | null;
  mirakl_id: string;
  type: string;
  transfer_id: string | null;
  amount: Minor;
  status: string;
  status_reason: string | null;
  currency: string | null;
  mirakl_created_date: NullableLegacyTimestamp;
  creation_datetime: GeneratedLegacyTimestamp;
  modification_datetime: GeneratedLegacyTimestamp;
  transaction_id: string | null;
  mirakl_shop_id: number | null;
  mirakl_commercial_order_id: string | null;
};

type StripePayoutTable = OperationColumns & {
  id: Generated<number>;
  account_mapping_id: number | null;
  amount: Minor;
  currency: string | null;
  mirakl_created_date: LegacyTimestamp;
  mirakl_invoice_id: number;
  payout_id: string | null;
  status: string;
  creation_datetime: GeneratedLegacyTimestamp;
  modification_datetime: GeneratedLegacyTimestamp;
  status_reason: string | null;
  mirakl_shop_id: number | null;
};

type StripeRefundTable = OperationColumns & {
  id: Generated<number>;
  amount: ColumnType<bigint, bigint, bigint>;
  currency: string;
  mirakl_refund_id: string;
  mirakl_order_id: string;
  stripe_refund_id: string | null;
  status: string;
  status_reason: string | null;
  mirakl_validation_time: NullableLegacyTimestamp;
  creation_datetime: GeneratedLegacyTimestamp;
  modification_datetime: GeneratedLegacyTimestamp;
  mirakl_order_line_id: string | null;
  transaction_id: string | null;
  type: Generated<string>;
  mirakl_commercial_order_id: string | null;
  mirakl_shop_id: number | null;
  /** When Stripe said that the buyer gets his money. Null with a Stripe id: it is on its way, or not known yet. */
  paid_back_at: Date | null;
  /** Mirakl was told then and nobody knows whether it heard: to be read back before it is told again. */
  confirmation_sent_at: Date | null;
  /** How often Mirakl refused to hear of it. */
  confirmation_refusals: Generated<number>;
};

type PaymentMappingTable = OperationColumns & {
  id: Generated<number>;
  mirakl_commercial_order_id: string | null;
  stripe_charge_id: string;
  status: string;
  creation_datetime: GeneratedLegacyTimestamp;
  modification_datetime: GeneratedLegacyTimestamp;
  stripe_amount: ColumnType<bigint, bigint, bigint>;
  /** In lower case; null in rows of the old connector. */
  currency: string | null;
  stripe_payment_intent_id: string | null;
  status_reason: string | null;
  /** To be captured, 0 for one that is to be let go of; once captured, what was; null while nothing is decided. */
  capture_amount: Minor;
  /** When the authorisation runs out; null where Stripe has not said. */
  capture_before: Date | null;
  /** Something has become of the payment: what waits for it is to be looked at again. */
  release_due_at: Date | null;
};

/** A debit that Mirakl waits for and could not be told of. */
type UnconfirmedDebitTable = {
  kind: string;
  order_id: string;
  reason: string;
  refusals: number;
  first_refused_at: Date;
  last_refused_at: Date;
  next_try_at: Date;
};

type ConfigTable = { id: Generated<number>; key: string; value: string | null };

/** How far we are with a shop of Mirakl; exists from the first time a sweep finds something to do for it. */
type ShopOnboardingTable = {
  mirakl_shop_id: number;
  status: string;
  status_reason: string | null;
  /** The operator's wish, also for a shop without an account. */
  ignored: Generated<boolean>;
  attempts: Generated<number>;
  next_try_at: Date | null;
  account_round: Generated<number>;
  account_idempotency_key: string | null;
  account_request: JSONColumnType<Record<string, unknown>> | null;
  account_first_sent_at: Date | null;
  stripe_request_id: string | null;
  created_at: Date;
  updated_at: Date;
};

type OperationHistoryTable = {
  id: Generated<bigint>;
  kind: string;
  operation_id: number;
  from_status: string | null;
  to_status: string;
  reason: string | null;
  /** `connector`, or who clicked. */
  actor: string;
  attempt: number | null;
  stripe_request_id: string | null;
  at: Date;
};

type StripeEventTable = {
  id: string;
  type: string;
  account: string | null;
  object_id: string | null;
  received_at: Date;
  handled_at: Date | null;
  /** When its job is enqueued again, should it not be handled by then. */
  next_try_at: Date | null;
  /** What became of it, in a few words. */
  outcome: string | null;
};

/** What the operator was told of an operation that failed. */
type OperationAlarmTable = {
  kind: string;
  operation_id: number;
  /** The operation has changed since: somebody should look. */
  due_at: Date | null;
  told_status: string | null;
  told_reason: string | null;
  told_at: Date | null;
  times_told: Generated<number>;
};

type NotificationTable = {
  id: Generated<number>;
  type: string;
  /** The event or change it is about: there is one notification of each. */
  about: string;
  payload: JSONColumnType<Record<string, unknown>>;
  status: string;
  attempts: Generated<number>;
  next_try_at: Date | null;
  last_error: string | null;
  created_at: Date;
  delivered_at: Date | null;
};

/** When a mail of a kind that must not come too often was last sent. */
type MailSentTable = { topic: string; last_sent_at: Date };

type SweepTable = {
  name: string;
  /** Nobody else runs this sweep before then. */
  running_until: Date | null;
  /** Tells the runs apart, so that a run whose lease has passed to another does not end the other's. */
  run_id: string | null;
  last_started_at: Date | null;
  last_finished_at: Date | null;
  last_succeeded_at: Date | null;
  last_outcome: string | null;
  last_error: string | null;
};

/** A comparison of ledger, Stripe and Mirakl, of what was made in a time. Without an end it is under way. */
type ReconciliationRunTable = {
  id: Generated<number>;
  compared_from: Date;
  /** Exclusive. */
  compared_to: Date;
  started_at: Date;
  /** When it last came on, or somebody was last asked to carry it on. */
  advanced_at: Date;
  finished_at: Date | null;
  /** How many things were compared. */
  compared: number | null;
};

/** A step of a run: what stands on one list. */
type ReconciliationUnitTable = {
  id: Generated<number>;
  run_id: number;
  part: string;
  stripe_account_id: string | null;
  from_at: Date | null;
  /** Exclusive. */
  to_at: Date | null;
  /** How far a list was read that is too long to be read again. */
  cursor: string | null;
  compared: Generated<number>;
  done_at: Date | null;
};

/** Stripe or Mirakl has what the ledger names. */
type ReconciliationSightingTable = { name: string; seen_at: Date };

/** Where the ledger and another side say different things. */
type ReconciliationDifferenceTable = {
  id: Generated<number>;
  kind: string;
  /** What it is about: there is one difference of a kind about it. */
  subject: string;
  /** The part of a run that finds it. */
  part: string;
  movement: string;
  stripe_id: string | null;
  /** The object that the ledger knows for the same operation; of a reversal the transfer. */
  other_stripe_id: string | null;
  stripe_account_id: string | null;
  mirakl_id: string | null;
  mirakl_order_id: string | null;
  mirakl_shop_id: number | null;
  operation_kind: string | null;
  operation_id: number | null;
  ledger_amount: Minor;
  ledger_currency: string | null;
  /** What the other side says. */
  actual_amount: Minor;
  actual_currency: string | null;
  /** The moment by which it stands on a list. */
  listed_at: Date;
  last_run_id: number;
  first_seen_at: Date;
  last_seen_at: Date;
  /** It was not found any more. */
  resolved_at: Date | null;
  /** A person has dealt with it, and says how in `note`. */
  accepted_at: Date | null;
  note: string | null;
};

type MiraklCallTable = { operation: string; last_started_at: Date };

export type Schema = {
  account_mapping: AccountMappingTable;
  seller_turn: SellerTurnTable;
  stripe_transfer: StripeTransferTable;
  stripe_payout: StripePayoutTable;
  stripe_refund: StripeRefundTable;
  payment_mapping: PaymentMappingTable;
  unconfirmed_debit: UnconfirmedDebitTable;
  config: ConfigTable;
  shop_onboarding: ShopOnboardingTable;
  shop_update: ShopUpdateTable;
  operation_history: OperationHistoryTable;
  stripe_event: StripeEventTable;
  operation_alarm: OperationAlarmTable;
  notification: NotificationTable;
  mail_sent: MailSentTable;
  sweep: SweepTable;
  mirakl_call: MiraklCallTable;
  reconciliation_run: ReconciliationRunTable;
  reconciliation_unit: ReconciliationUnitTable;
  reconciliation_sighting: ReconciliationSightingTable;
  reconciliation_difference: ReconciliationDifferenceTable;
};

export type AccountMappingRow = Selectable<AccountMappingTable>;
export type StripeTransferRow = Selectable<StripeTransferTable>;
export type StripeRefundRow = Selectable<StripeRefundTable>;
export type ShopOnboardingRow = Selectable<ShopOnboardingTable>;
export type SweepRow = Selectable<SweepTable>;
