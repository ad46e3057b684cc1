/** As Mirakl writes most dates: `2026-11-01T10:00:00Z`. */
export function toTheSecond(moment: Date): string {
  return `${moment.toISOString().slice(0, 19)}Z`;
}

/** As Mirakl writes some dates, the one of a debit among them: `2026-11-01T10:00:00.900Z`. */
export function toTheMillisecond(moment: Date): string {
  return moment.toISOString();
}
