import type { World } from '@connector/testing';
import { receiveEvent } from '../stripe-events/index.ts';
import { followAccount } from './follow-account.ts';
import { writeShops } from './write-shops.ts';

export const rules = { tellsOfBlocks: false, linkKind: 'direct' } as const;
export const links = {
  linkKind: 'direct',
  refreshUrl: 'https://connector.example.com/api/public/onboarding/refresh',
  returnUrl: 'https://mirakl.example.com/mmp/shop/account/shop',
} as const;
const fields = { link: 'stripe-url', ignored: 'stripe-ignored' };

/** A shop with an account that is in order, but for what is overridden. */
export async function givenSeller(
  world: World,
  account: Parameters<World['stripeSimulator']['given']['account']>[0] = {},
  mapping: Partial<{ ignored: boolean; kyc_blocked_at: Date; kyc_status: string; onboarding_token: string }> = {},
) {
  const shop = world.miraklSimulator.given.shop();
  const { id: accountId } = world.stripeSimulator.given.account(account);
  await world.db
    .insertInto('account_mapping')
    .values({ mirakl_shop_id: shop.id, stripe_account_id: accountId, ...mapping })
    .execute();
  return { shopId: shop.id, accountId };
}

/** Stripe tells that an account has changed. */
export const hear = (world: World, accountId: string, id: string) =>
  receiveEvent({ ...world, metadataKey: 'mirakl_commercial_order_id' }, 'sellers', {
    id,
    type: 'account.updated',
    account: accountId,
    objectId: accountId,
    object: { id: accountId, object: 'account', details_submitted: true },
  });

export const follow = (world: World, accountId: string, change: object = {}) =>
  followAccount({ ...world, rules, notifies: true, ...change }, { accountId });

export const write = (world: World, change: object = {}) => writeShops({ ...world, ...links, fields, ...change }, {});

export const mappingOf = ({ db }: World, shopId: number) =>
  db.selectFrom('account_mapping').selectAll().where('mirakl_shop_id', '=', shopId).executeTakeFirstOrThrow();

export const noticesIn = ({ db }: World) =>
  db.selectFrom('notification').select(['type', 'about', 'payload']).orderBy('id').execute();

export const shopOnMirakl = ({ miraklSimulator }: World, shopId: number) =>
  miraklSimulator.shops().find(({ id }) => id === shopId);

export const writesTo = ({ miraklSimulator }: World) =>
  miraklSimulator.requests().filter(({ method }) => method === 'PUT');

export const loginLinksOf = ({ stripeSimulator }: World) =>
  stripeSimulator.requests().filter(({ path }) => path.endsWith('/login_links'));
