import type { Config } from '@connector/config';

/** What of the configuration concerns the api. `config` is one that was loaded for it. */
export function apiOptions({ http, onboarding, payment, operatorPassword }: Config) {
  const { publicUrl, trustedProxies, webhookSecrets } = http;
  if (!webhookSecrets) throw new Error('the configuration of another app has no webhook secrets');
  return {
    ...{ webhookSecrets, trustedProxies, token: operatorPassword },
    metadataKey: payment.metadataKey,
    fields: { link: onboarding.linkField, ignored: onboarding.ignoredField },
    linkKind: onboarding.linkKind,
    refreshUrl: `${publicUrl}/api/public/onboarding/refresh`,
    returnUrl: onboarding.returnUrl,
  };
}
