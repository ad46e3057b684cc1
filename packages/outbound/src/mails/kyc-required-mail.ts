import type { Mail } from './mail.ts';
import { renderMail } from './render-mail.ts';

/** A seller's account that wants attention. `internalId` is the mapping's id. */
export type AccountToLookAt = {
  readonly internalId: number;
  readonly accountId: string;
  readonly shopId: number;
  readonly status: string;
  /** What is the matter, where it is known. */
  readonly detail?: string | undefined;
};

/**
 * The mail about accounts that want attention (interfaces.md, "E-mails"): the first of them, and how many there are in all. The
 * column for details is there if one has any.
 */
export function kycRequiredMail({
  accounts,
  total,
}: {
  readonly accounts: readonly AccountToLookAt[];
  readonly total: number;
}): Mail {
  const hasDetails = accounts.some(({ detail }) => detail !== undefined);
  const rows = accounts.map(({ internalId, accountId, shopId, status, detail }) => [
    ...[String(internalId), accountId, String(shopId), status],
    ...(hasDetails ? [detail ?? '–'] : []),
  ]);
  return renderMail({
    subject: '[Stripe-Mirakl] KYC Required',
    heading: 'Sellers whose accounts want attention',
    blocks: [
      {
        kind: 'paragraph',
        text: 'Stripe needs something before these sellers can be paid, or has refused them. They find what is asked for behind the link in their shop on Mirakl.',
      },
      {
        kind: 'table',
        title: 'Accounts',
        total,
        columns: ['Internal id', 'Account id', 'Shop id', 'Status', ...(hasDetails ? ['Detail'] : [])],
        rows,
      },
    ],
  });
}
