/** The id of something that Stripe gives as an id or, expanded, as an object; undefined where there is none. */
export function idOf(reference: string | { id: string } | null): string | undefined {
  return typeof reference === 'string' ? reference : reference?.id;
}
