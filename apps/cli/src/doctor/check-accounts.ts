import type { Config } from '@connector/config';
import { createDatabase } from '@connector/database';
import { type Account, listAccounts, retrieveAccount, StripeCallError, type StripeClient } from '@connector/stripe';
import type { Finding } from './finding.ts';
import { notLookedAt, openStripe } from './open-stripe.ts';

const subject = 'Accounts';

/** How many mappings are looked at, and how many of Stripe's accounts are read in search of them. */
const newest = 1_000;
/** How many that are not among those are asked for one by one. */
const askedForSingly = 10;
/** A long list is left before the whole check is given up on. */
const lookingMs = 9_000;
const namedAtMost = 5;

type Mapping = { readonly shopId: number; readonly accountId: string };
type Looked = { readonly paidOut: readonly Mapping[]; readonly gone: readonly Mapping[]; readonly unseen: number };

/** Whether the accounts of the newest mappings are within reach, and leave payouts to us. */
export async function checkAccounts(config: Config): Promise<Finding[]> {
  const mappings = await readMappings(config).catch(() => undefined);
  // What is wrong with the ledger is said elsewhere.
  if (mappings === undefined) return [];
  if (mappings.length === 0) return [{ level: 'note', subject, text: 'no shop has one yet' }];
  try {
    return findingsOf(mappings, await lookAt(openStripe(config), mappings));
  } catch (error) {
    return [notLookedAt(subject, error)];
  }
}

async function readMappings(config: Config): Promise<Mapping[]> {
  const db = createDatabase({ ...config.database, poolSize: 1, statementTimeoutMs: 5_000 });
  try {
    return await db
      .selectFrom('account_mapping')
      .select(['mirakl_shop_id as shopId', 'stripe_account_id as accountId'])
      .orderBy('id', 'desc')
      .limit(newest)
      .execute();
  } finally {
    await db.destroy();
  }
}

async function lookAt(stripe: StripeClient, mappings: readonly Mapping[]): Promise<Looked> {
  const unseen = new Map(mappings.map((mapping) => [mapping.accountId, mapping]));
  const paidOut: Mapping[] = [];
  const see = (account: Account) => {
    const mapping = unseen.get(account.id);
    if (mapping !== undefined && isPaidOutByStripe(account, mapping)) paidOut.push(mapping);
    unseen.delete(account.id);
  };

  const until = performance.now() + lookingMs;
  let read = 0;
  for await (const account of listAccounts(stripe)) {
    see(account);
    read += 1;
    if (unseen.size === 0 || read >= newest || performance.now() > until) break;
  }
  const gone: Mapping[] = [];
  for (const mapping of [...unseen.values()].slice(0, askedForSingly)) {
    if (performance.now() > until) break;
    const account = await findAccount(stripe, mapping.accountId);
    if (account === undefined) gone.push(mapping);
    else see(account);
    unseen.delete(mapping.accountId);
  }
  return { paidOut, gone, unseen: unseen.size };
}

/** The tax account, shop 0, is the operator's own: nothing is paid out from it by us. */
function isPaidOutByStripe({ payoutInterval }: Account, { shopId }: Mapping): boolean {
  return shopId !== 0 && payoutInterval !== undefined && payoutInterval !== 'manual';
}

async function findAccount(stripe: StripeClient, accountId: string): Promise<Account | undefined> {
  try {
    return await retrieveAccount(stripe, accountId);
  } catch (error) {
    if (error instanceof StripeCallError && error.stripeCode === 'account_invalid') return undefined;
    throw error;
  }
}

function findingsOf(mappings: readonly Mapping[], { paidOut, gone, unseen }: Looked): Finding[] {
  const findings: Finding[] = [];
  if (gone.length > 0) {
    const isAll = gone.length + unseen === mappings.length;
    const hint =
      'The seller has disconnected it, or it belongs to another platform, or to the other mode (test, live). ' +
      'Check STRIPE_CLIENT_SECRET; if it is right, remove the mapping, so that the shop is onboarded again.';
    findings.push({
      level: isAll ? 'problem' : 'warning',
      subject,
      text: `out of the key's reach: ${named(gone)}`,
      hint,
    });
  }
  if (paidOut.length > 0) {
    const hint =
      'The connector pays out what Mirakl has invoiced, and finds such accounts empty. Stripe dashboard → Connect → Accounts → ' +
      'the account → Payouts → Edit schedule: manual.';
    findings.push({ level: 'warning', subject, text: `paid out by Stripe, not manually: ${named(paidOut)}`, hint });
  }
  if (unseen > 0)
    findings.push({ level: 'note', subject, text: `${unseen} were not looked at, because there are so many` });
  if (gone.length + paidOut.length > 0) return findings;
  const text = `${mappings.length - unseen} are within reach, and leave payouts to the connector`;
  return [{ level: 'good', subject, text }, ...findings];
}

function named(mappings: readonly Mapping[]): string {
  const first = mappings.slice(0, namedAtMost).map(({ shopId, accountId }) => `${accountId} (shop ${shopId})`);
  const more = mappings.length - first.length;
  return `${first.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
