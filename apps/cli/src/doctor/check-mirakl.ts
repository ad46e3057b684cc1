import type { Config } from '@connector/config';
import { createMiraklClient, listShopAdditionalFields } from '@connector/mirakl';
import { createLogger } from '@connector/observability';
import type { Finding } from './finding.ts';

const subject = 'Mirakl';

/** Whether the key opens the instance, and our additional fields are there and out of the sellers' reach. */
export async function checkMirakl({ mirakl, onboarding }: Config): Promise<Finding[]> {
  const log = createLogger({ app: 'doctor', level: 'silent', format: 'json' });
  const client = createMiraklClient({ ...mirakl, timeoutMs: 10_000, log, version: 'doctor' });
  let fields: Awaited<ReturnType<typeof listShopAdditionalFields>>;
  try {
    fields = await listShopAdditionalFields(client);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return [
      { level: 'problem', subject, text, hint: 'Check MIRAKL_HOST_NAME, MIRAKL_API_KEY and MIRAKL_AUTH_SCHEME.' },
    ];
  }
  const ours = [
    ['MIRAKL_CUSTOM_FIELD_CODE', onboarding.linkField, 'problem'],
    ['MIRAKL_IGNORED_SHOP_FIELD_CODE', onboarding.ignoredField, 'warning'],
  ] as const;
  const findings: Finding[] = [{ level: 'good', subject, text: 'the key opens the instance' }];
  for (const [variable, code, level] of ours) {
    const field = fields.find((each) => each.code === code);
    if (!field) {
      const hint = `Define it: Mirakl back office → Settings → Additional fields → Shop; or name another one in ${variable}.`;
      findings.push({ level, subject, text: `shops have no additional field ${code}`, hint });
    } else if (field.shopPermission === 'READ_WRITE') {
      const hint = 'Set its permission for sellers to read-only or hidden.';
      findings.push({ level: 'warning', subject, text: `sellers can change the additional field ${code}`, hint });
    } else findings.push({ level: 'good', subject, text: `the additional field ${code} is there` });
  }
  return findings;
}
