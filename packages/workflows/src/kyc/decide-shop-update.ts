import type { KycStatus } from '@connector/mirakl';

/** The reason that Mirakl is given with the status of an account that cannot be paid. */
const disablement = 'STRIPE CONNECT ACCOUNT DISABLEMENT';

export type ShopUpdateFacts = {
  /** Why we look: Stripe told of a change, the daily round, or somebody asked (a new mapping). */
  readonly occasion: 'event' | 'round' | 'asked';
  readonly ignored: boolean;
  readonly detailsSubmitted: boolean;
  readonly isBlocked: boolean;
  readonly wasBlocked: boolean;
  readonly status: KycStatus | undefined;
  /** What Mirakl was told last; null: nothing yet. */
  readonly told: string | null;
  /** `KYC_MIRAKL_SHOP_DISABLE_UPDATE`: Mirakl is told of blocks. */
  readonly tellsOfBlocks: boolean;
};

/** What is to be written to Mirakl for a shop. */
export type WantedUpdate = {
  readonly link?: 'onboarding' | 'login';
  readonly kyc?: { readonly status: KycStatus; readonly reason?: string };
};

/** What a look at the shop's account calls for on Mirakl (workflows.md, section 2); undefined for nothing. */
export function decideShopUpdate(facts: ShopUpdateFacts): WantedUpdate | undefined {
  const { occasion, ignored, detailsSubmitted, isBlocked, wasBlocked, status, told } = facts;
  if (ignored) return undefined;
  if (facts.tellsOfBlocks && detailsSubmitted && isBlocked && !wasBlocked) {
    return { link: 'onboarding', kyc: { status: status ?? 'PENDING_APPROVAL', reason: disablement } };
  }
  if (facts.tellsOfBlocks && detailsSubmitted && wasBlocked && !isBlocked) {
    return { link: 'login', kyc: { status: status ?? 'APPROVED' } };
  }
  const kyc = status === undefined ? {} : { kyc: { status } };
  switch (occasion) {
    case 'event':
      return detailsSubmitted ? { link: 'login', ...kyc } : undefined;
    case 'asked':
      return status !== undefined && status !== told ? kyc : undefined;
    case 'round':
      // A first round only takes note of where each seller stands; a difference later is an event that was missed.
      if (status === undefined || told === null || status === told) return undefined;
      return status === 'APPROVED' ? { link: 'login', ...kyc } : kyc;
  }
}
