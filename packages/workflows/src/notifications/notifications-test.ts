import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { World } from '@connector/testing';
import { onTestFinished } from 'vitest';
import { addNotices } from '../notice/notices-table.ts';
import type { DeliverNotificationDeps } from './deliver-notification.ts';

export const secret = 'a secret of some length';

export type ReceivedNotification = { readonly headers: IncomingHttpHeaders; readonly body: string };

/** The operator's endpoint: answers with these, one after the other, the last one again and again. Ends with the test. */
export async function startEndpoint(...answers: (number | ((response: ServerResponse) => void))[]) {
  const received: ReceivedNotification[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      const answer = answers[received.length - 1] ?? answers.at(-1) ?? 200;
      if (typeof answer === 'number') response.writeHead(answer).end();
      else answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hooks`, received };
}

/** What delivering needs in this world. */
export function delivering(world: World, url: string, mailsWhenDown = true): DeliverNotificationDeps {
  return { ...world, endpoint: { url, secret }, mailsWhenDown };
}

/** A notice that waits to be delivered. Gives back its id. */
export async function givenNotice({ db, now }: World, event = 'evt_1'): Promise<number> {
  const payload = { miraklShopId: 2_000, stripeUserId: 'acct_1' };
  const [id] = await addNotices(db, [{ type: 'account.updated', about: `account.updated/${event}`, payload }], now());
  if (id === undefined) throw new Error('there is such a notice already');
  return id;
}

/** A notification's row without what has no interest here. */
export async function rowOf({ db }: World, id: number) {
  return db
    .selectFrom('notification')
    .select(['status', 'attempts', 'next_try_at', 'last_error', 'delivered_at'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}
