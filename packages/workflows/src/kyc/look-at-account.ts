import type { Database } from '@connector/database';
import type { Account } from '@connector/stripe';
import { whyNotPayable } from '../onboarding/index.ts';
import { type MappedAccount, recordAccount } from './accounts-table.ts';
import { decideKycStatus } from './decide-kyc-status.ts';
import { decideShopUpdate, type ShopUpdateFacts } from './decide-shop-update.ts';
import { requestShopUpdate } from './shop-updates-table.ts';

/** What the operator has chosen. */
export type KycRules = {
  /** `KYC_MIRAKL_SHOP_DISABLE_UPDATE` */
  readonly tellsOfBlocks: boolean;
  /** A stable link leads through its token for ever. */
  readonly linkKind: 'direct' | 'stable';
};

/** What a look at an account has led to. */
export type Look = { readonly isPayable: boolean; readonly isReleased: boolean; readonly tellsMirakl: boolean };

const taxAccountShopId = 0;

/**
 * Records what an account is like now and what Mirakl is to be told of it. To be called in a transaction. Undefined if a later
 * look was recorded before this one.
 */
export async function lookAtAccount(
  db: Database,
  rules: KycRules,
  mapping: MappedAccount,
  account: Account,
  look: { readonly occasion: ShopUpdateFacts['occasion']; readonly at: Date },
): Promise<Look | undefined> {
  const blocked = whyNotPayable(account);
  const status = decideKycStatus(account);
  const { detailsSubmitted } = account;
  const forgetsToken = detailsSubmitted && rules.linkKind === 'direct';
  const isPayable = blocked === undefined;
  // A payout that a dead bank account has sent back waits for another one.
  const isReleased = isPayable && (mapping.isBlocked || isPaidOutElsewhere(mapping, account));
  const read = { account, blocked, status, isReleased, forgetsToken };
  if (!(await recordAccount(db, mapping, read, look.at))) return undefined;
  const wanted =
    mapping.shopId === taxAccountShopId
      ? undefined
      : decideShopUpdate({
          occasion: look.occasion,
          ignored: mapping.ignored,
          detailsSubmitted,
          isBlocked: blocked !== undefined,
          wasBlocked: mapping.isBlocked,
          status,
          told: mapping.told,
          tellsOfBlocks: rules.tellsOfBlocks,
        });
  if (wanted) await requestShopUpdate(db, mapping.shopId, wanted, look.at);
  return { isPayable, isReleased, tellsMirakl: wanted !== undefined };
}

/** Also at the first look: where it was paid out to before, nobody knows. */
function isPaidOutElsewhere({ externalAccounts }: MappedAccount, { externalAccountIds }: Account): boolean {
  return externalAccounts !== externalAccountIds.join(',');
}
