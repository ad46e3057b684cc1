import type { Clock } from '@connector/kernel';
import type { Stripe } from 'stripe';
import { type Balances, createBalances, type Funds } from './balances.ts';
import { type Collection, createCollection, type Owned } from './collection.ts';
import { createEvents, type EventOptions, type Events } from './events.ts';
import type { WebhookEndpointRecord } from './webhook-endpoints.ts';

/** A charge, and what the API does not show of it. */
export type ChargeRecord = Owned<Stripe.Charge> & {
  /** Where the charge's money lies, or will lie once it is captured. */
  funds: Funds;
  /** The sum of the transfers that name this charge as their source, in minor units. */
  transferred: number;
  /** How a refund of it begins; with some payment methods it takes days. */
  readonly refundsBegin: 'succeeded' | 'pending' | 'requires_action';
  /** Whether it was an authorisation that nobody has captured in time. */
  expired: boolean;
};

/** A transfer, and what the API does not show of it. */
export type TransferRecord = Owned<Stripe.Transfer> & {
  /** Where its money lies on either side. */
  funds: Funds;
};

/** A refund, and what the API does not show of it. */
export type RefundRecord = Owned<Stripe.Refund> & {
  /** Whether its amount has left the account's balance. Never for money that was authorised only. */
  taken: boolean;
};

/** An account link that was handed out. */
export type IssuedAccountLink = Stripe.AccountLink & {
  readonly token: string;
  readonly account: string;
  readonly refresh_url: string;
  readonly return_url: string;
  /** Whether somebody has opened it. It opens once. */
  used: boolean;
};

/** All that the simulated Stripe knows. */
export type StripeState = {
  readonly clock: Clock;
  /** Where the simulator listens; known once it does. */
  url: string;
  readonly platform: Stripe.Account;
  /** The connected accounts; the platform owns them. */
  readonly accounts: Collection<Owned<Stripe.Account>>;
  readonly accountLinks: Map<string, IssuedAccountLink>;
  readonly charges: Collection<ChargeRecord>;
  readonly paymentIntents: Collection<Owned<Stripe.PaymentIntent>>;
  readonly refunds: Collection<RefundRecord>;
  readonly transfers: Collection<TransferRecord>;
  readonly reversals: Collection<Owned<Stripe.TransferReversal>>;
  readonly payouts: Collection<Owned<Stripe.Payout>>;
  readonly balances: Balances;
  readonly webhookEndpoints: Collection<WebhookEndpointRecord>;
  readonly events: Events;
};

/** A Stripe that has nothing but its platform account. */
export function createState(clock: Clock, platform: Stripe.Account, events?: EventOptions): StripeState {
  const webhookEndpoints = createCollection<WebhookEndpointRecord>(({ owner }) => [owner]);
  return {
    clock,
    url: '',
    platform,
    accounts: createCollection((account) => [account.owner]),
    accountLinks: new Map(),
    charges: createCollection(),
    paymentIntents: createCollection(),
    refunds: createCollection(refundLabels),
    transfers: createCollection(transferLabels),
    reversals: createCollection(({ object: { transfer } }) => (typeof transfer === 'string' ? [transfer] : [])),
    payouts: createCollection(({ owner }) => [owner]),
    balances: createBalances(),
    webhookEndpoints,
    events: createEvents(clock, webhookEndpoints, events),
  };
}

/** The present moment in seconds, the unit of all of Stripe's times. */
export function nowInSeconds({ clock }: Pick<StripeState, 'clock'>): number {
  return Math.floor(clock().getTime() / 1000);
}

function refundLabels({ owner, object: { charge } }: RefundRecord): string[] {
  return typeof charge === 'string' ? [owner, `${owner} charge ${charge}`] : [owner];
}

function transferLabels({ owner, object: { destination, transfer_group } }: TransferRecord): string[] {
  const labels = [owner];
  if (typeof destination === 'string') labels.push(`${owner} destination ${destination}`);
  if (transfer_group !== null) labels.push(`${owner} group ${transfer_group}`);
  return labels;
}
