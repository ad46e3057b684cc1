import { currencyOf, formatMoney, moneyFromMinor } from '@connector/kernel';
import type { z } from 'zod';
import { amountStep } from './currencies.ts';
import { integer, refuse } from './parameters.ts';
import { invalidParameter } from './refusal.ts';

const largestAmount = 999_999_999_999;

/** A parameter that is an amount in minor units: at least 1, at most 12 digits. */
export const amountParameter = integer.superRefine((amount, context) => {
  if (amount < 1) refuse(context, 'parameter_invalid_integer', 'Amount must be greater than 0.');
  if (amount > largestAmount) refuse(context, 'amount_too_large', 'Amount must be no more than 12 digits.');
});

/** A check for parameters with `amount` and `currency`: the amount is a multiple of the currency's step. */
export function multipleOf(stepOf: (currency: string) => number) {
  return ({ amount, currency }: { amount: number; currency: string }, context: z.RefinementCtx): void => {
    const message = oddAmount(amount, currency, stepOf(currency));
    if (message === undefined) return;
    context.addIssue({ code: 'custom', path: ['amount'], message, params: { code: 'parameter_invalid_integer' } });
  };
}

/** Throws the refusal of an amount that the currency, known from another object, cannot express. */
export function demandExpressible(amount: number, currency: string, param: string): void {
  const message = oddAmount(amount, currency, amountStep(currency));
  if (message !== undefined) throw invalidParameter(param, message, 'parameter_invalid_integer');
}

/** The amount as Stripe's messages show it: `90.00 EUR`. */
export function shownAmount(minor: number, currency: string): string {
  const known = currencyOf(currency);
  return known === undefined ? String(minor) : formatMoney(moneyFromMinor(minor, known));
}

function oddAmount(amount: number, currency: string, step: number): string | undefined {
  if (amount % step === 0) return undefined;
  return `Invalid amount for ${currency}: ${amount}. It must be a multiple of ${step}.`;
}
