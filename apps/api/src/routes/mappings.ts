import {
  findMappingRecord,
  listMappings,
  type MappingRecord,
  type UnmapAccountDeps,
  unmapAccount,
} from '@connector/workflows';
import { Router } from 'express';
import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { anyAnswer, messageAnswer, time } from '../document/answers.ts';
import { RequestProblem } from '../frame/request-problem.ts';
import { everywhere, paging } from '../listing/filters.ts';
import { readId } from '../listing/read-input.ts';
import { idInPath, recordPaths, recordRoutes } from './record-routes.ts';

const mapping = z
  .object({
    id: z.int(),
    miraklShopId: z.int().meta({ description: '0 is the tax account.' }),
    stripeAccountId: z.string(),
    onboardingToken: z
      .boolean()
      .meta({ description: 'Whether there is one. It opens the seller’s onboarding, so it is not shown.' }),
    payoutEnabled: z.boolean().meta({ description: 'Stripe pays out to the seller’s bank: `payouts_enabled`.' }),
    payinEnabled: z.boolean().meta({ description: 'The account can take payments: `charges_enabled`.' }),
    ignored: z.boolean().meta({ description: 'The operator excludes the shop, by its additional field on Mirakl.' }),
    disabledReason: z.string().nullable().meta({ description: 'Why Stripe has disabled the account, in its words.' }),
    creationDatetime: time('When it was recorded.'),
    modificationDatetime: time('When it was last changed.'),
  })
  .meta({ id: 'Mapping' });

const kind = {
  name: 'mappings' as const,
  query: z.strictObject({ ...everywhere, ...paging }),
  answer: mapping,
  list: listMappings,
  find: findMappingRecord,
  show: (record: MappingRecord): z.output<typeof mapping> => ({
    id: record.id,
    miraklShopId: record.miraklShopId,
    stripeAccountId: record.stripeAccountId,
    onboardingToken: record.hasOnboardingToken,
    payoutEnabled: record.payoutEnabled,
    payinEnabled: record.payinEnabled,
    ignored: record.ignored,
    disabledReason: record.disabledReason,
    creationDatetime: record.createdAt.toISOString(),
    modificationDatetime: record.modifiedAt.toISOString(),
  }),
};

/** Mappings of the ledger: `GET /api/mappings`, `GET` and `DELETE /api/mappings/{id}`. */
export function mappingRoutes(deps: UnmapAccountDeps): Router {
  return Router()
    .use(recordRoutes(kind, deps))
    .delete('/api/mappings/:id', async (request, response) => {
      const mappingId = readId(request);
      const outcome = await unmapAccount(deps, { mappingId });
      if (outcome.kind === 'unknown') throw new RequestProblem(404, 'Not Found');
      if (outcome.kind === 'in-use') {
        const users = [...(outcome.transfers ? ['transfers'] : []), ...(outcome.payouts ? ['payouts'] : [])];
        throw new RequestProblem(
          409,
          `Mapping ${mappingId} cannot be deleted: ${users.join(' and ')} in the ledger have used it`,
        );
      }
      response.status(204).end();
    });
}

export const mappingPaths: ZodOpenApiPathsObject[] = [
  recordPaths(kind),
  {
    '/api/mappings/{id}': {
      delete: {
        tags: ['mappings'],
        operationId: 'delete-mapping',
        summary: 'Delete a mapping',
        description: 'Only one that no money has moved by. The account on Stripe stays as it is.',
        requestParams: { path: idInPath },
        responses: {
          ...anyAnswer,
          204: { description: 'The mapping is gone.' },
          404: messageAnswer('There is no mapping of this id.'),
          409: messageAnswer('Transfers or payouts have used it.'),
        },
      },
    },
  },
];
