/** The moment as the old connector's columns hold it: UTC, no time zone, truncated to the second. */
export function utcTimestamp(moment: Date): string {
  return moment.toISOString().slice(0, 19);
}
