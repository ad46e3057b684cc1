import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ReceivedNotification } from '@connector/simulator';
import type { Marketplace } from './open-marketplace.ts';
import { secrets } from './start-apps.ts';

/** What reached Mirakl, the operator's endpoint and his mailbox: a line each, and how often. */
export type Told = {
  readonly lines: readonly { readonly what: string; readonly count: number }[];
  /** Notifications whose signature is not that of our secret. */
  readonly forged: number;
};

/** Counts what the connector has told others. */
export function countTold({ stripe, mirakl, operator, mailbox }: Marketplace): Told {
  const events = stripe.events();
  const taken = events.filter(({ deliveries }) => deliveries.some(({ status }) => status === 200));
  const notifications = operator.received();
  const count = (what: string, items: readonly unknown[]) => ({ what, count: items.length });
  const grouped = <T>(items: readonly T[], nameOf: (item: T) => string) =>
    [...Map.groupBy(items, nameOf)].map(([name, members]) => count(name, members));
  return {
    lines: [
      count('events of Stripe that the api has taken', taken),
      ...grouped(mirakl.shops(), ({ kyc }) => `shops on Mirakl with KYC status ${kyc.status}`),
      ...grouped(
        notifications,
        ({ json }) => `notifications ${(json as { type?: string } | undefined)?.type ?? 'unreadable'}`,
      ),
      ...grouped(mailbox.mails(), ({ subject }) => `mails "${subject}"`),
    ],
    forged: notifications.filter((notification) => !isSigned(notification)).length,
  };
}

/** Checks a signature as docs/notifications.md tells receivers to. */
function isSigned({ headers, rawBody }: ReceivedNotification): boolean {
  const [, seconds = '', given = ''] =
    /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-connector-signature'])) ?? [];
  const expected = createHmac('sha256', secrets.notifications).update(`${seconds}.${rawBody}`).digest();
  return given !== '' && timingSafeEqual(Buffer.from(given, 'hex'), expected);
}
