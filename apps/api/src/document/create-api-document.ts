import { createDocument, type ZodOpenApiObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { createMappingPaths } from '../routes/create-mapping.ts';
import { differencePaths } from '../routes/differences.ts';
import { documentPaths } from '../routes/document.ts';
import { mappingPaths } from '../routes/mappings.ts';
import { payoutPaths } from '../routes/payouts.ts';
import { refundPaths } from '../routes/refunds.ts';
import { transferPaths } from '../routes/transfers.ts';
import { healthPaths } from './health-paths.ts';
import { publicPaths } from './public-paths.ts';

/** An OpenAPI document (spec.openapis.org/oas/v3.1.1). */
export type ApiDocument = ReturnType<typeof createDocument>;

const description = `
What the connector knows, for an operator's own programs. Records can be listed and looked up; what happens to them is up to
the connector, or to a person at the dashboard.

Every call but the public ones needs the header \`X-AUTH-TOKEN\` with the operator's password. Listings have pages of 30
records; \`itemsPerPage\` asks for up to 100, and the header \`Link\` leads to the next page. With \`Accept: text/csv\` a page
comes as CSV.`;

/** The document of the whole app, made of what each route checks requests with and shapes answers by. */
export function createApiDocument(version: string): ApiDocument {
  const options = { override: ({ jsonSchema }: { jsonSchema: Record<string, unknown> }) => shorten(jsonSchema) };
  const content: ZodOpenApiObject = {
    openapi: '3.1.1',
    info: {
      title: 'Stripe–Mirakl connector',
      version,
      description: description.trim(),
      license: { name: 'MIT', identifier: 'MIT' },
    },
    security: [{ token: [] }],
    tags: [
      { name: 'mappings', description: 'Shops on Mirakl and their accounts on Stripe.' },
      { name: 'transfers', description: 'Money between the platform and sellers’ accounts.' },
      { name: 'payouts', description: 'Money from sellers’ accounts to their banks.' },
      { name: 'refunds', description: 'Money back to buyers.' },
      { name: 'reconciliation', description: 'Where the ledger and Stripe or Mirakl say different things.' },
      { name: 'webhooks', description: 'For Stripe.' },
      { name: 'onboarding', description: 'For sellers on their way to Stripe.' },
      { name: 'health', description: 'For whoever runs it.' },
      { name: 'document', description: 'This document.' },
    ],
    paths: merge(
      ...mappingPaths,
      createMappingPaths,
      transferPaths,
      payoutPaths,
      refundPaths,
      differencePaths,
      publicPaths,
      healthPaths,
      documentPaths,
    ),
    components: {
      securitySchemes: {
        token: { type: 'apiKey', in: 'header', name: 'X-AUTH-TOKEN', description: 'The operator’s password.' },
      },
    },
  };
  return createDocument(content, options);
}

/** Leaves out what says nothing to a reader: patterns of known formats, and the range of all numbers. */
function shorten(schema: Record<string, unknown>): void {
  if (schema.format !== undefined) delete schema.pattern;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
}

/** One object of paths; a path whose methods come from several places gets all of them. */
function merge(...parts: readonly ZodOpenApiPathsObject[]): ZodOpenApiPathsObject {
  const paths: ZodOpenApiPathsObject = {};
  for (const part of parts) for (const [path, item] of Object.entries(part)) paths[path] = { ...paths[path], ...item };
  return paths;
}
