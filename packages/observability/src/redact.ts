const hidden = '[hidden]';

/** Keys whose values never belong into a log, wherever they stand. */
export const secretKeys = [
  'authorization',
  'apiKey',
  'password',
  'secret',
  'clientSecret',
  'token',
  'onboardingToken',
  'email',
  'phone',
  'iban',
  'link',
];

/** What secrets look like in the middle of a text. */
const patterns: readonly [RegExp, string][] = [
  [/\b(sk|rk|whsec|pk)_\w{6,}/g, `$1_${hidden}`],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi, `$1 ${hidden}`],
  [/(\w+:\/\/)[^\s:/@]*:[^\s/@]+@/g, `$1${hidden}@`],
  [/https:\/\/connect\.stripe\.com\/[^\s"]+/g, `https://connect.stripe.com/${hidden}`],
  [/([?&](?:token|key|secret|password)=)[^\s&"']+/gi, `$1${hidden}`],
  [/[\w.+-]+@(?:[\w-]+\.)+[a-z][\w-]*/gi, `${hidden}@${hidden}`],
  [/(?<![\w-])\+\d[\d .()/-]{6,}\d/g, hidden],
];

/** The text without secrets, e-mail addresses and telephone numbers, as far as their shape gives them away. */
export function redactText(text: string): string {
  return patterns.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), text);
}
