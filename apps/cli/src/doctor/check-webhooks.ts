import type { Config } from '@connector/config';
import { listWebhookEndpoints, operatorEvents, sellersEvents, type WebhookEndpoint } from '@connector/stripe';
import type { Finding } from './finding.ts';
import { notLookedAt, openStripe } from './open-stripe.ts';

const subject = 'Webhooks';
const dashboard = 'Stripe dashboard → Developers → Webhooks';

/** Where the api takes events, and which must be sent there. */
type Receiver = {
  readonly path: string;
  /** What the old connector called it. */
  readonly olderPath?: string;
  readonly isConnect: boolean;
  readonly events: readonly string[];
};

const receivers: readonly Receiver[] = [
  {
    path: '/api/public/webhook/sellers',
    olderPath: '/api/public/webhook',
    isConnect: true,
    events: sellersEvents,
  },
  { path: '/api/public/webhook/operator', isConnect: false, events: operatorEvents },
];

/** Older versions call the `account` of an event `user_id` (docs.stripe.com/changelog/2017-05-25). */
const oldestVersion = '2017-05-25';

/** Whether Stripe sends us what happens to sellers and to payments, as far as its list of endpoints tells. */
export async function checkWebhooks(config: Config): Promise<Finding[]> {
  try {
    const endpoints = await listWebhookEndpoints(openStripe(config));
    return receivers.flatMap((receiver) => checkReceiver(receiver, config.http.publicUrl, endpoints));
  } catch (error) {
    return [notLookedAt(subject, error)];
  }
}

function checkReceiver(receiver: Receiver, publicUrl: string, endpoints: readonly WebhookEndpoint[]): Finding[] {
  const { path, olderPath = path, isConnect, events } = receiver;
  const url = `${publicUrl}${path}`;
  const addresses = [url, `${publicUrl}${olderPath}`].map(addressOf);
  const add = `${dashboard} → Add endpoint: ${url}, listening to events on ${kind(isConnect)}: ${events.join(', ')}.`;

  const leadingHere = endpoints.filter((endpoint) => addresses.includes(addressOf(endpoint.url)));
  if (leadingHere.length === 0) {
    const hint = `${add} Should there be one with another host: that of BASE_HOST is ours.`;
    return [{ level: 'problem', subject, text: `no endpoint leads to ${url}`, hint }];
  }
  const ofKind = leadingHere.filter((endpoint) => endpoint.isConnect === isConnect);
  if (ofKind.length === 0) {
    const text = `the endpoint ${url} listens to ${kind(!isConnect)} instead of ${kind(isConnect)}`;
    return [{ level: 'problem', subject, text, hint: `That cannot be changed. ${add} Then delete the other.` }];
  }
  const enabled = ofKind.filter(({ status }) => status === 'enabled');
  if (enabled.length === 0) {
    const hint = `${dashboard} → ${ofKind[0]?.url} → Enable. Stripe disables what has not answered for days.`;
    return [{ level: 'problem', subject, text: `the endpoint ${url} is disabled`, hint }];
  }
  const findings = [...checkEvents(receiver, url, enabled), ...checkVersions(receiver, enabled)];
  if (findings.length > 0) return findings;
  return [{ level: 'good', subject, text: `${url} is sent what happens on ${kind(isConnect)}` }];
}

/** Several endpoints may share the work. */
function checkEvents({ events }: Receiver, url: string, enabled: readonly WebhookEndpoint[]): Finding[] {
  const sent = new Set(enabled.flatMap(({ enabledEvents }) => enabledEvents));
  const missing = sent.has('*') ? [] : events.filter((event) => !sent.has(event));
  if (missing.length === 0) return [];
  const level = missing.length === events.length ? 'problem' : 'warning';
  const text = `the endpoint ${url} is not sent ${missing.join(', ')}`;
  const hint = `${dashboard} → ${enabled[0]?.url} → Edit → Select events: ${missing.join(', ')}.`;
  return [{ level, subject, text, hint }];
}

function checkVersions({ isConnect }: Receiver, enabled: readonly WebhookEndpoint[]): Finding[] {
  if (!isConnect) return [];
  return enabled.flatMap(({ url, apiVersion }): Finding[] => {
    if (apiVersion === undefined || apiVersion >= oldestVersion) return [];
    const text = `the events of the endpoint ${url} do not name the account: they are written in version ${apiVersion}`;
    const hint = `That cannot be changed. ${dashboard} → Add endpoint, with a version from ${oldestVersion} on.`;
    return [{ level: 'problem', subject, text, hint }];
  });
}

/** In the words of Stripe's dashboard. */
function kind(isConnect: boolean): string {
  return isConnect ? 'connected accounts' : 'your account';
}

/** A URL as far as it decides where a request arrives. */
function addressOf(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? url : `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}`;
}
