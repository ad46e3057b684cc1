import { type Decimal, sumDecimals } from '@connector/kernel';
import type { TaxMode } from '@connector/mirakl';

/**
 * The part of these taxes that can go to the tax account, of what is sold and of what is paid back alike (lessons.md, L23): all
 * that goods bear but for those of the shipping, which stay with the seller; of services only what comes on top of the price,
 * because with taxes included Mirakl only says what the price contains.
 */
export function splittableTaxes(kind: 'product' | 'service', taxMode: TaxMode, taxes: Decimal): Decimal {
  return kind === 'service' && taxMode === 'included' ? sumDecimals([]) : taxes;
}
