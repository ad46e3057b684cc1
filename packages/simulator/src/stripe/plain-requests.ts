import { z } from 'zod';

/** Where plain requests go, and on whose behalf if not the platform's. */
type Target = { readonly url: string; readonly apiKey: string; readonly stripeAccount?: string };

type JsonObject = Record<string, unknown>;

/** What the simulated Stripe answers to a GET without the SDK in between. */
export function get(target: Target, path: string): Promise<JsonObject> {
  return ask(target, path, {});
}

/** What the simulated Stripe answers to a POST without the SDK in between. */
export function post(target: Target, path: string, parameters: Record<string, string>): Promise<JsonObject> {
  return ask(target, path, { method: 'POST', body: new URLSearchParams(parameters) });
}

async function ask({ url, apiKey, stripeAccount }: Target, path: string, init: RequestInit): Promise<JsonObject> {
  const headers = { authorization: `Bearer ${apiKey}` };
  const as = stripeAccount === undefined ? {} : { 'stripe-account': stripeAccount };
  const response = await fetch(`${url}${path}`, { ...init, headers: { ...headers, ...as } });
  return z.record(z.string(), z.unknown()).parse(await response.json());
}
