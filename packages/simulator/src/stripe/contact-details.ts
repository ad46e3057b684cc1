import { z } from 'zod';
import { refuse } from './parameters.ts';

/** An e-mail address that Stripe would take. */
export const emailAddress = z.string().superRefine((value, context) => {
  if (!z.email().safeParse(value).success) refuse(context, 'email_invalid', `Invalid email address: ${value}`);
});

/** A phone number that Stripe would take: 7 to 15 digits, a plus in front, separators. */
export const phoneNumber = z.string().superRefine((value, context) => {
  const digits = value.replaceAll(/[ .()/-]/g, '');
  if (!/^\+?\d{7,15}$/.test(digits)) {
    refuse(context, 'parameter_invalid_string', `"${value}" is not a valid phone number`);
  }
});

/** A public web address that Stripe would take: http or https, also without the scheme, with a domain. */
export const publicUrl = z.string().superRefine((value, context) => {
  const url = URL.parse(/^[a-z]+:/i.test(value) ? value : `http://${value}`);
  const isPublic = url !== null && /^https?:$/.test(url.protocol) && /[^.]\.[a-z][a-z0-9-]+$/i.test(url.hostname);
  if (!isPublic || /\s/.test(value)) refuse(context, 'url_invalid', 'Not a valid URL');
});

/** An address to come back to: http or https; a local one will do, as in Stripe's test mode. */
export const returnUrl = z.string().superRefine((value, context) => {
  const protocol = URL.parse(value)?.protocol;
  if (protocol !== 'http:' && protocol !== 'https:') refuse(context, 'url_invalid', 'Not a valid URL');
});
