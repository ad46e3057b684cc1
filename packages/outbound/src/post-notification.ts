import { createHmac } from 'node:crypto';
import { type Clock, ConnectorError } from '@connector/kernel';
import got, { RequestError } from 'got';

export type PostNotificationDeps = {
  readonly now: Clock;
  /** Ours, for the `User-Agent`. */
  readonly version: string;
  /** How long the endpoint has for its answer; 10 seconds unless given. */
  readonly timeoutMs?: number;
};

export type Notification = {
  readonly url: string;
  /** Signs the body, if there is one. */
  readonly secret: string | undefined;
  /** The same over all tries, so that the receiver can drop a repeat. */
  readonly id: string;
  /** The JSON, sent to the byte as it is signed. */
  readonly body: string;
};

/**
 * Posts a notification to the operator's endpoint, once; any 2xx means delivered. docs/notifications.md describes the headers.
 *
 * Throws `notification_endpoint_unavailable` if there was no answer or one of 5xx, 408 or 429, and `notification_refused` for
 * any other answer. The message holds the status or the system's name of the failure, never what was sent or answered.
 */
export async function postNotification(deps: PostNotificationDeps, notification: Notification): Promise<void> {
  const { url, id, body, secret } = notification;
  const status = await post(url, deps.timeoutMs ?? 10_000, body, {
    'content-type': 'application/json',
    'user-agent': `stripe-mirakl-connector/${deps.version}`,
    'x-connector-notification-id': id,
    ...(secret === undefined ? {} : { 'x-connector-signature': signature(secret, body, deps.now()) }),
  });
  if (status >= 200 && status < 300) return;
  const passing = status >= 500 || status === 408 || status === 429;
  throw new ConnectorError(`The notification endpoint answered with ${status}`, {
    code: passing ? 'notification_endpoint_unavailable' : 'notification_refused',
    retryable: true,
  });
}

async function post(url: string, timeoutMs: number, body: string, headers: Record<string, string>): Promise<number> {
  try {
    const answer = await got.post(url, {
      ...{ body, headers, timeout: { request: timeoutMs }, throwHttpErrors: false },
      // What is signed for this address is for no other one. The ledger counts the tries.
      ...{ followRedirect: false, retry: { limit: 0 } },
    });
    return answer.statusCode;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    throw new ConnectorError(`The notification endpoint cannot be reached (${error.code})`, {
      code: 'notification_endpoint_unavailable',
      retryable: true,
    });
  }
}

/** The moment is signed with the body, so that nobody can send an old notification again later. */
function signature(secret: string, body: string, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1_000);
  const hash = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${hash}`;
}
