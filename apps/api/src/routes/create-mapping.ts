import { type MapAccountDeps, type MapAccountOutcome, mapAccount } from '@connector/workflows';
import express, { type ErrorRequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { anyAnswer, messageAnswer, textAnswer } from '../document/answers.ts';
import { describeIssues } from '../listing/read-input.ts';

const wrongShopId = 'must be a whole number from 0 to 2147483647';
const wrongAccountId = 'must be the id of a Stripe account: acct_…';

const newMapping = z
  .object(
    {
      miraklShopId: z
        .int(wrongShopId)
        .min(0, wrongShopId)
        .max(2_147_483_647, wrongShopId)
        .meta({ description: 'The shop on Mirakl; 0 maps the tax account, which is no shop.', examples: [2001] }),
      stripeUserId: z
        .string(wrongAccountId)
        .min(1, wrongAccountId)
        .max(255, wrongAccountId)
        .meta({
          description: 'An Express or Custom account that is connected to the platform.',
          examples: ['acct_1Abc'],
        }),
    },
    'The body must be an object with miraklShopId and stripeUserId',
  )
  .meta({ id: 'NewMapping' });

const notJson = 'Invalid JSON format';

type TextAnswer = { readonly status: number; readonly text: string };

/** The texts that scripts of the old connector's operators know, and those for what it did not tell. */
const answers: Readonly<Record<MapAccountOutcome, TextAnswer>> = {
  mapped: { status: 201, text: 'Mirakl - Stripe mapping created' },
  'shop-unknown': { status: 400, text: 'Invalid Mirakl Shop ID' },
  'account-unknown': { status: 400, text: 'Cannot find the Stripe account corresponding to this stripe Id' },
  'account-unsupported': {
    status: 400,
    text: 'Only Express and Custom accounts can be mapped, Standard accounts are not supported',
  },
  'already-mapped': { status: 409, text: 'The provided Mirakl Shop ID or Stripe User Id is already mapped' },
};

/** A body of this size holds far more than two ids. */
const bodyLimit = '10kb';

/** Maps an account that was onboarded elsewhere: `POST /api/mappings`. Answers in plain text, as the old connector did. */
export function createMappingRoute(deps: MapAccountDeps): Router {
  // The old connector read JSON whatever the content type said.
  const readJson = express.json({ limit: bodyLimit, type: () => true });
  const onUnreadable: ErrorRequestHandler = (error, _request, response, next) => {
    if ((error as { type?: unknown }).type !== 'entity.parse.failed') return next(error);
    sendText(response, { status: 400, text: notJson });
  };
  return Router()
    .post('/api/mappings', readJson, async (request, response) => {
      const body = newMapping.safeParse(request.body);
      if (!body.success) return sendText(response, { status: 400, text: describeIssues(body.error) });
      const { miraklShopId: shopId, stripeUserId: accountId } = body.data;
      sendText(response, answers[await mapAccount(deps, { shopId, accountId })]);
    })
    .use('/api/mappings', onUnreadable);
}

function sendText(response: Response, { status, text }: TextAnswer): void {
  response.status(status).type('text/plain').send(text);
}

export const createMappingPaths: ZodOpenApiPathsObject = {
  '/api/mappings': {
    post: {
      tags: ['mappings'],
      operationId: 'create-mapping',
      summary: 'Map a shop to an account that was onboarded elsewhere',
      description:
        'The shop then gets its link and KYC status on Mirakl, and transfers that waited for an account are made.',
      requestBody: { required: true, content: { 'application/json': { schema: newMapping } } },
      responses: {
        ...anyAnswer,
        201: textAnswer('The mapping is saved.', answers.mapped.text),
        400: textAnswer(
          'The request is wrong; a field of the wrong type is named.',
          answers['shop-unknown'].text,
          answers['account-unknown'].text,
          answers['account-unsupported'].text,
          notJson,
          `miraklShopId ${wrongShopId}`,
        ),
        409: textAnswer('The shop or the account is mapped already.', answers['already-mapped'].text),
        413: messageAnswer('The body is too long.'),
        415: messageAnswer('The body has a charset or an encoding that is not understood.'),
        502: messageAnswer('Mirakl or Stripe gave an answer that makes no sense.'),
        503: messageAnswer('Mirakl, Stripe or the ledger cannot be asked now; nothing was saved.'),
      },
    },
  },
};
