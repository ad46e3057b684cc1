import type { Stripe } from 'stripe';

/** What an account's requirements name before anybody has filled in anything. */
const everythingDue = [
  'business_profile.mcc',
  'business_profile.url',
  'business_type',
  'external_account',
  'representative.first_name',
  'representative.last_name',
  'tos_acceptance.date',
  'tos_acceptance.ip',
];

export type NewAccountInput = {
  readonly id: string;
  /** In seconds. */
  readonly created: number;
  readonly type: Stripe.Account.Type;
  readonly country?: string | undefined;
  readonly email?: string | undefined;
  readonly businessType?: Stripe.Account.BusinessType | undefined;
  readonly businessProfile?: Partial<Stripe.Account.BusinessProfile> | undefined;
  /** The capabilities that were asked for. None: the two that a platform has by default. */
  readonly capabilities?: readonly Capability[] | undefined;
  readonly payoutInterval?: string | undefined;
  readonly debitNegativeBalances?: boolean | undefined;
  readonly metadata?: Stripe.Metadata | undefined;
};

export type Capability = 'card_payments' | 'transfers';

/** An account as it is right after its creation: nothing submitted, nothing enabled, everything due. */
export function newAccount(input: NewAccountInput): Stripe.Account {
  const { id, capabilities = [] } = input;
  const requested = capabilities.length > 0 ? capabilities : (['card_payments', 'transfers'] as const);
  return {
    id,
    object: 'account',
    business_profile: { ...emptyProfile, ...input.businessProfile },
    business_type: input.businessType ?? null,
    capabilities: Object.fromEntries(requested.map((name) => [name, 'inactive'])),
    charges_enabled: false,
    controller: { type: 'application', is_controller: true },
    country: input.country ?? 'FR',
    created: input.created,
    default_currency: 'eur',
    details_submitted: false,
    email: input.email ?? null,
    external_accounts: { object: 'list', data: [], has_more: false, url: `/v1/accounts/${id}/external_accounts` },
    future_requirements: noRequirements(),
    metadata: input.metadata ?? {},
    payouts_enabled: false,
    requirements: {
      ...noRequirements(),
      currently_due: everythingDue,
      disabled_reason: 'requirements.past_due',
      eventually_due: everythingDue,
      past_due: everythingDue,
    },
    settings: newSettings(input),
    tos_acceptance: { date: null, ip: null, user_agent: null },
    type: input.type,
  };
}

/** Fields of an account to overwrite; of the requirements only those that are given. */
export type AccountFields = Omit<Partial<Stripe.Account>, 'requirements'> & {
  readonly requirements?: Partial<Stripe.Account.Requirements>;
};

/** Overwrites fields of an account. */
export function overwrite(account: Stripe.Account, { requirements, ...fields }: AccountFields): void {
  Object.assign(account, fields);
  account.requirements = { ...noRequirements(), ...account.requirements, ...requirements };
}

/** Makes the account what it is after a successful onboarding: every capability that it has is active. */
export function onboard(account: Stripe.Account): void {
  const names = Object.keys(account.capabilities ?? {});
  account.capabilities = Object.fromEntries(names.map((name) => [name, 'active']));
  account.details_submitted = true;
  account.payouts_enabled = true;
  account.charges_enabled = names.includes('card_payments');
  account.requirements = noRequirements();
}

function noRequirements() {
  return {
    alternatives: [],
    current_deadline: null,
    currently_due: [],
    disabled_reason: null,
    errors: [],
    eventually_due: [],
    past_due: [],
    pending_verification: [],
  } satisfies Stripe.Account.Requirements;
}

const emptyProfile: Stripe.Account.BusinessProfile = {
  mcc: null,
  minority_owned_business_designation: null,
  name: null,
  product_description: null,
  specified_commercial_transactions_act_url: null,
  support_address: null,
  support_email: null,
  support_phone: null,
  support_url: null,
  url: null,
};

function newSettings({ payoutInterval = 'daily', debitNegativeBalances = true }: NewAccountInput) {
  return {
    branding: { icon: null, logo: null, primary_color: null, secondary_color: null },
    card_payments: {
      statement_descriptor_prefix: null,
      statement_descriptor_prefix_kana: null,
      statement_descriptor_prefix_kanji: null,
    },
    dashboard: { display_name: null, timezone: 'Etc/UTC' },
    payments: {
      statement_descriptor: null,
      statement_descriptor_kana: null,
      statement_descriptor_kanji: null,
      statement_descriptor_prefix_kana: null,
      statement_descriptor_prefix_kanji: null,
    },
    payouts: {
      debit_negative_balances: debitNegativeBalances,
      schedule: { delay_days: 7, interval: payoutInterval },
      statement_descriptor: null,
    },
  } satisfies Stripe.Account.Settings;
}
