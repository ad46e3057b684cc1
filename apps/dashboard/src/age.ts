const units = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const;

/** The time between two moments in whole numbers of its largest unit: `5 min`. */
export function age(from: Date, to: Date): string {
  const ms = Math.max(to.getTime() - from.getTime(), 0);
  const [size, unit] = units.find(([each]) => ms >= each) ?? [1_000, 's'];
  return `${Math.floor(ms / size)} ${unit}`;
}
