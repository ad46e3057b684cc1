import { randomBytes } from 'node:crypto';

/** A fresh id such as `tr_1f0c…`: the prefix and 24 random characters. */
export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(12).toString('hex')}`;
}
