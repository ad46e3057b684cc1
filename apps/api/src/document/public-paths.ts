import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { messageAnswer, textAnswer } from './answers.ts';

const event = z
  .looseObject({
    id: z.string().meta({ examples: ['evt_1Abc'] }),
    type: z.string().meta({ examples: ['account.updated'] }),
  })
  .meta({ id: 'StripeEvent', description: 'An event as Stripe sends it.' });

function webhook(operationId: string, summary: string): ZodOpenApiOperationObject {
  return {
    tags: ['webhooks'],
    operationId,
    summary,
    description: 'For Stripe. An event that comes again does nothing; what is to be done about it is done later.',
    security: [],
    requestParams: {
      header: z.object({ 'Stripe-Signature': z.string().meta({ description: 'Signs the body as it is sent.' }) }),
    },
    requestBody: { required: true, content: { 'application/json': { schema: event } } },
    responses: {
      200: textAnswer('The event is taken, or there is nothing to do about it.', 'Unhandled event type'),
      400: textAnswer('Not an event, or not from Stripe.', 'Invalid payload.', 'Invalid signature.'),
      413: messageAnswer('The body is too long.'),
      500: messageAnswer('A fault of ours; Stripe sends the event again.'),
      503: messageAnswer('The ledger cannot be asked now; Stripe sends the event again.'),
    },
  };
}

/** What is open, because a signature or a token of its own protects it. */
export const publicPaths: ZodOpenApiPathsObject = {
  '/api/public/webhook/sellers': { post: webhook('webhook-sellers', 'Events of connected accounts') },
  '/api/public/webhook/operator': { post: webhook('webhook-operator', 'Events of the platform account') },
  '/api/public/webhook': {
    post: { ...webhook('webhook', 'Older path of the events of connected accounts'), deprecated: true },
  },
  '/api/public/onboarding/refresh': {
    get: {
      tags: ['onboarding'],
      operationId: 'refresh-onboarding',
      summary: 'Send a seller whose link has expired to a fresh one',
      security: [],
      requestParams: { query: z.object({ token: z.string().optional() }) },
      responses: {
        302: {
          description: 'To Stripe: to the onboarding, or to the seller’s dashboard once the details are submitted.',
          headers: z.object({ Location: z.string() }),
        },
        400: textAnswer('The token is missing or unknown.', 'Incorrect token'),
        500: messageAnswer('A fault of ours.'),
        502: messageAnswer('Stripe refuses a link.'),
        503: messageAnswer('Stripe or the ledger cannot be asked now.'),
      },
    },
  },
};
