import { redactText } from '@connector/observability';
import type { Mail } from './mail.ts';
import { renderMail } from './render-mail.ts';

export type EndpointDown = {
  readonly url: string;
  readonly error: string;
  /** As it was to be posted. */
  readonly notification: { readonly type: string; readonly payload: unknown };
};

/** The mail about a notification that could not be delivered (interfaces.md, "E-mails"). A secret in the URL is not shown. */
export function endpointDownMail({ url, error, notification }: EndpointDown): Mail {
  return renderMail({
    subject: '[Stripe-Mirakl] A notification error Occurred!',
    heading: 'A notification could not be delivered',
    blocks: [
      { kind: 'paragraph', text: `Endpoint: ${redactText(url)}` },
      { kind: 'paragraph', text: `Error: ${error}` },
      {
        kind: 'paragraph',
        text: 'Every try has failed; the notification is kept. Once the endpoint works again, its job in the queue “notifications” can be retried on the dashboard.',
      },
      { kind: 'code', title: 'Notification', text: JSON.stringify(notification, null, 2) },
    ],
  });
}
