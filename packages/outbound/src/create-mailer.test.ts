import { createServer, type Socket } from 'node:net';
import tls from 'node:tls';
import { inspect } from 'node:util';
import { type MailServerOptions, startMailServer } from '@connector/testing/mail-server';
import selfsigned from 'selfsigned';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createMailer, type MailerOptions } from './create-mailer.ts';
import { failure } from './outbound-test.ts';

const mail = { subject: 'A – subject', html: '<p>Grüße</p>', text: 'Grüße\n' };
const login = { username: 'connector@example.com', password: 'correct horse: battery/staple' };

async function mailServer(options: MailServerOptions = {}) {
  const server = await startMailServer(options);
  onTestFinished(() => server.close());
  return server;
}

function mailer(server: Partial<MailerOptions['server']> & { port: number }, timeoutMs?: number) {
  return createMailer({
    server: { host: '127.0.0.1', encryption: 'none', username: undefined, password: undefined, ...server },
    from: 'connector@example.com',
    to: 'operator@example.com',
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
}

/** A certificate for this machine; with `trusted`, one that Node believes until the test ends. */
async function certificate(options: { trusted: boolean }) {
  const pems = await selfsigned.generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
  if (options.trusted) {
    const before = tls.getCACertificates('default');
    tls.setDefaultCACertificates([...before, pems.cert]);
    onTestFinished(() => tls.setDefaultCACertificates(before));
  }
  return { key: pems.private, cert: pems.cert };
}

test('a mail arrives in HTML and in plain text, and asks machines for no answer', async () => {
  const server = await mailServer();
  await mailer(server).send(mail);
  const [received] = server.mails();
  expect(received).toMatchObject({ ...mail, encrypted: false, user: undefined });
  expect(received?.from?.text).toBe('connector@example.com');
  expect([received?.to].flat()[0]?.text).toBe('operator@example.com');
  expect(received?.headers.get('auto-submitted')).toBe('auto-generated');
});

test('the mailer logs in with what it was given', async () => {
  const server = await mailServer({ login });
  await mailer({ port: server.port, ...login }).send(mail);
  expect(server.mails()).toMatchObject([{ user: login.username }]);
});

test('a check logs in and sends nothing', async () => {
  const server = await mailServer({ login });
  await mailer({ port: server.port, ...login }).check();
  expect(server.mails()).toEqual([]);
  expect(await failure(mailer({ port: server.port, ...login, password: 'wrong' }).check())).toMatchObject({
    code: 'mail_not_sent',
  });
});

describe('encryption', () => {
  test.each(['ssl', 'tls'] as const)('%s goes over a connection whose certificate is believed', async (encryption) => {
    const server = await mailServer({ encryption, login, certificate: await certificate({ trusted: true }) });
    await mailer({ port: server.port, encryption, ...login }).send(mail);
    expect(server.mails()).toMatchObject([{ encrypted: true, user: login.username }]);
  });

  test.each(['ssl', 'tls'] as const)('%s does not go to a server with a certificate of its own', async (encryption) => {
    const server = await mailServer({ encryption, login, certificate: await certificate({ trusted: false }) });
    const error = await failure(mailer({ port: server.port, encryption, ...login }).send(mail));
    expect(error).toMatchObject({ code: 'mail_not_sent', retryable: true });
    expect(error.message).toMatch(/MAILER_DSN/);
    expect(server.mails()).toEqual([]);
  });

  test('tls sends nothing in the clear when the server does not offer it', async () => {
    const server = await mailServer({ encryption: 'none', login });
    expect(await failure(mailer({ port: server.port, encryption: 'tls', ...login }).send(mail))).toMatchObject({
      code: 'mail_not_sent',
    });
    expect(server.mails()).toEqual([]);
  });

  test('none takes what the server offers, whoever has signed its certificate', async () => {
    const server = await mailServer({ encryption: 'tls', certificate: await certificate({ trusted: false }) });
    await mailer({ port: server.port, encryption: 'none' }).send(mail);
    expect(server.mails()).toMatchObject([{ encrypted: true }]);
  });
});

describe('a mail that cannot be sent is an error that says what to look at', () => {
  test('a wrong password, which the server quotes and we do not', async () => {
    const server = await mailServer({ login });
    const wrong = { username: login.username, password: 'tr0ub4dor' };
    const error = await failure(mailer({ port: server.port, ...wrong }).send(mail));
    expect(error).toMatchObject({ code: 'mail_not_sent', retryable: true });
    expect(error.message).toBe(
      `Mail cannot be sent through 127.0.0.1:${server.port} (EAUTH, answer 535): check user and password in MAILER_DSN`,
    );
    expect(inspect(error, { depth: 10 })).not.toMatch(/tr0ub4dor|connector@example\.com/);
  });

  test('an address that the server does not take', async () => {
    const server = await mailServer();
    server.refuseWith(550);
    const error = await failure(mailer(server).send(mail));
    expect(error.message).toContain('(EENVELOPE, answer 550): check TECHNICAL_ALERT_EMAIL');
    expect(inspect(error, { depth: 10 })).not.toContain('operator@example.com');
  });

  test('nobody there', async () => {
    const error = await failure(mailer({ port: 1 }).send(mail));
    expect(error.message).toContain('127.0.0.1:1 (ECONNREFUSED): check host, port and encryption in MAILER_DSN');
  });

  test('a server that says nothing, within the time given', async () => {
    const sockets = new Set<Socket>();
    const mute = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      mute.close();
    });
    const { port } = mute.address() as { port: number };
    const startedAt = performance.now();
    const error = await failure(mailer({ port }, 300).send(mail));
    expect(error).toMatchObject({ code: 'mail_not_sent', retryable: true });
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });
});
