import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import type { Logger } from '@connector/observability';
import { deleteMapping, findMappingUse, lockMapping, type MappingUse } from './mappings-table.ts';
import { forgetAccount } from './shops-table.ts';

export type UnmapAccountDeps = { readonly db: Database; readonly now: Clock; readonly log: Logger };

export type UnmapAccountOutcome =
  | { readonly kind: 'unmapped' }
  | { readonly kind: 'unknown' }
  | ({ readonly kind: 'in-use' } & MappingUse);

/**
 * Takes a mapping away that no money has moved by, for example one made by mistake. The account on Stripe stays. The shop gets
 * a new account only when somebody maps one, or when it changes on Mirakl.
 */
export async function unmapAccount(
  { db, now, log }: UnmapAccountDeps,
  { mappingId }: { readonly mappingId: number },
): Promise<UnmapAccountOutcome> {
  return db.transaction().execute(async (trx) => {
    const mapping = await lockMapping(trx, mappingId);
    if (!mapping) return { kind: 'unknown' };
    const use = await findMappingUse(trx, mappingId, mapping.shopId);
    if (use.transfers || use.payouts) return { kind: 'in-use', ...use };
    await deleteMapping(trx, mappingId, mapping.shopId);
    await forgetAccount(trx, mapping.shopId, now());
    log.info({ mappingId, ...mapping }, 'account unmapped by hand');
    return { kind: 'unmapped' };
  });
}
