import type { Stripe } from 'stripe';

/** Pays the account out to this bank account from now on, and to no other (docs.stripe.com/api/external_accounts). */
export function changeBankAccount(account: Stripe.Account, bankAccountId: string): void {
  const bankAccount: Stripe.BankAccount = {
    id: bankAccountId,
    object: 'bank_account',
    account: account.id,
    account_holder_name: null,
    account_holder_type: null,
    account_type: null,
    available_payout_methods: ['standard'],
    bank_name: 'STRIPE TEST BANK',
    country: account.country ?? 'FR',
    currency: account.default_currency ?? 'eur',
    default_for_currency: true,
    fingerprint: null,
    last4: '3000',
    metadata: {},
    routing_number: null,
    status: 'new',
  };
  const url = `/v1/accounts/${account.id}/external_accounts`;
  account.external_accounts = { object: 'list', data: [bankAccount], has_more: false, url };
}
