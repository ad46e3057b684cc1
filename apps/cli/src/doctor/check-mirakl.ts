import type { Config } from '@connector/config';
import { errorMessage } from '@connector/kernel';
import { createMiraklClient, listShopAdditionalFields, type ShopAdditionalField } from '@connector/mirakl';
import { createLogger } from '@connector/observability';
import type { Finding } from './finding.ts';

const subject = 'Mirakl';
/** The client tries three times. */
const timeoutMs = 4_000;

type ExpectedField = {
  readonly variable: string;
  readonly type: string;
  readonly ifMissing: 'problem' | 'warning';
};

const linkField: ExpectedField = { variable: 'MIRAKL_CUSTOM_FIELD_CODE', type: 'LINK', ifMissing: 'problem' };
const ignoredField: ExpectedField = {
  variable: 'MIRAKL_IGNORED_SHOP_FIELD_CODE',
  type: 'BOOLEAN',
  ifMissing: 'warning',
};

/** Whether the key opens the instance, and our additional fields are there, of the right type and out of the sellers' reach (AF01). */
export async function checkMirakl({ mirakl, onboarding }: Config): Promise<Finding[]> {
  const log = createLogger({ app: 'doctor', level: 'silent', format: 'json' });
  // Without turns: AF01 once a day is for programs, and whoever has just mended a field wants to hear so.
  const client = createMiraklClient({ ...mirakl, timeoutMs, log, version: 'doctor' });
  try {
    const fields = await listShopAdditionalFields(client);
    return [
      { level: 'good', subject, text: 'the key opens the instance' },
      ...checkField(fields, onboarding.linkField, linkField),
      ...checkField(fields, onboarding.ignoredField, ignoredField),
    ];
  } catch (error) {
    const hint = 'Check MIRAKL_HOST_NAME, MIRAKL_API_KEY and MIRAKL_AUTH_SCHEME.';
    return [{ level: 'problem', subject, text: errorMessage(error), hint }];
  }
}

function checkField(fields: readonly ShopAdditionalField[], code: string, expected: ExpectedField): Finding[] {
  const field = fields.find((each) => each.code === code);
  if (!field) {
    const hint = `Define it: Mirakl back office → Settings → Additional fields → Shop; or name another one in ${expected.variable}.`;
    return [{ level: expected.ifMissing, subject, text: `shops have no additional field ${code}`, hint }];
  }
  const findings: Finding[] = [];
  if (field.type !== expected.type) {
    const text = `the additional field ${code} is of type ${field.type} instead of ${expected.type}`;
    findings.push({
      level: 'warning',
      subject,
      text,
      hint: `Name one of type ${expected.type} in ${expected.variable}.`,
    });
  }
  if (field.shopPermission === 'READ_WRITE') {
    const hint = 'Set its permission for sellers to read-only or hidden.';
    findings.push({ level: 'warning', subject, text: `sellers can change the additional field ${code}`, hint });
  }
  return findings.length > 0 ? findings : [{ level: 'good', subject, text: `the additional field ${code} is there` }];
}
