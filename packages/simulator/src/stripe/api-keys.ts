import type { Request } from 'express';
import { maskedKey, Refusal } from './refusal.ts';

/** What a restricted key can be refused, in Stripe's words. */
export type Permission =
  | 'rak_account_link_write'
  | 'rak_accounts_read'
  | 'rak_accounts_write'
  | 'rak_balance_read'
  | 'rak_charge_read'
  | 'rak_charge_write'
  | 'rak_payment_intent_read'
  | 'rak_payment_intent_write'
  | 'rak_payout_read'
  | 'rak_payout_write'
  | 'rak_transfer_read'
  | 'rak_transfer_write'
  | 'rak_webhook_read';

/**
 * A key that the simulator knows: a secret key, which may do everything, or a restricted one (`rk_…`) with what it must not do, or
 * with all that it may do.
 */
export type ApiKey = {
  readonly key: string;
  readonly refused?: readonly Permission[];
  readonly granted?: readonly Permission[] | undefined;
};

/** The key that a request carries as bearer token, known or not; undefined if it carries none. */
export function presentedKey(request: Request): string | undefined {
  return /^Bearer (\S+)$/.exec(request.get('authorization') ?? '')?.[1];
}

/** The known key that a request carries. Throws the refusal 401 if there is none. */
export function authenticate(keys: ReadonlyMap<string, ApiKey>, request: Request): ApiKey {
  const presented = presentedKey(request);
  if (presented === undefined) {
    throw new Refusal(
      401,
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/.",
    );
  }
  const key = keys.get(presented);
  if (key === undefined) throw new Refusal(401, `Invalid API Key provided: ${maskedKey(presented)}`);
  return key;
}

/** Throws the refusal 403 if the key lacks the permission on the account. */
export function demandPermission(apiKey: ApiKey, permission: Permission, account: string): void {
  const { key, refused = [], granted } = apiKey;
  if (!refused.includes(permission) && (granted === undefined || granted.includes(permission))) return;
  throw new Refusal(
    403,
    `The provided key '${maskedKey(key)}' does not have the required permissions for this endpoint on account '${account}'. Having the '${permission}' permission would allow this request to continue.`,
  );
}
