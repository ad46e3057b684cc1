import { randomBytes } from 'node:crypto';
import type { Database } from '@connector/database';
import { createAccountLink, createLoginLink, type StripeClient } from '@connector/stripe';
import { type SellerMapping, saveOnboardingToken } from './mappings-table.ts';

export type SellerLinkDeps = {
  readonly db: Database;
  readonly stripe: StripeClient;
  /** `direct`: a link of Stripe's, which works once. `stable`: one of ours, which makes a fresh one at each click. */
  readonly linkKind: 'direct' | 'stable';
  /** Where Stripe sends a seller whose link has expired, and where a stable link leads; the token is appended. */
  readonly refreshUrl: string;
  /** Where Stripe sends a seller who is through. */
  readonly returnUrl: string;
};

/**
 * The link for the seller's field on Mirakl. Never to be logged: who has it is the seller. A link needs no stored key: it
 * moves nothing, and an old one is worth nothing. Throws Stripe's error if there is none to be had.
 */
export async function sellerLink(deps: SellerLinkDeps, mapping: SellerMapping): Promise<string> {
  if (deps.linkKind === 'stable') return refreshLink(deps, mapping);
  return freshLink(deps, mapping);
}

/**
 * A link of Stripe's own, as the account is: to the onboarding form as long as the details are missing, then to the seller's
 * Express dashboard. A Custom account has no dashboard; its form is where details are changed.
 */
export async function freshLink(deps: SellerLinkDeps, mapping: SellerMapping): Promise<string> {
  const { accountId } = mapping;
  if (mapping.detailsSubmitted && mapping.accountType !== 'custom') {
    return (await createLoginLink(deps.stripe, { accountId })).url;
  }
  const refreshUrl = await refreshLink(deps, mapping);
  return (await createAccountLink(deps.stripe, { accountId, refreshUrl, returnUrl: deps.returnUrl })).url;
}

async function refreshLink({ db, refreshUrl }: SellerLinkDeps, mapping: SellerMapping): Promise<string> {
  const token = mapping.onboardingToken ?? (await saveOnboardingToken(db, mapping.id, randomBytes(16).toString('hex')));
  return `${refreshUrl}?token=${token}`;
}
