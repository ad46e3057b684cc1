/** The id of the buyer of a commercial order: each has a buyer of its own. */
export function customerOf(commercialId: string): string {
  return `customer-of-${commercialId}`;
}
