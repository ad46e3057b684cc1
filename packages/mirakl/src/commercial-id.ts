/** The id of the commercial order that a service order belongs to: its own without its last `-…` (SPA11, SPA12 do not say). */
export function commercialIdOf(orderId: string): string {
  const end = orderId.lastIndexOf('-');
  return end > 0 ? orderId.slice(0, end) : orderId;
}
