import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export type MailServerOptions = {
  /** `ssl`: from the first byte; `tls`: STARTTLS is offered; `none`, unless given: neither. */
  readonly encryption?: 'ssl' | 'tls' | 'none';
  /** PEM; a self-signed one that is long out of date unless given. */
  readonly certificate?: { readonly key: string; readonly cert: string };
  /** Who may send; everybody unless given. */
  readonly login?: { readonly username: string; readonly password: string };
};

export type ReceivedMail = ParsedMail & { readonly encrypted: boolean; readonly user: string | undefined };

/** A mail server on this machine that keeps what it is given. */
export type MailServer = {
  readonly host: string;
  readonly port: number;
  mails(): readonly ReceivedMail[];
  /** From now on every recipient is refused with this answer, for example 550; `undefined`: none is. */
  refuseWith(code: number | undefined): void;
  close(): Promise<void>;
};

/** Starts a real SMTP server on a free port of 127.0.0.1. */
export async function startMailServer(options: MailServerOptions = {}): Promise<MailServer> {
  const { encryption = 'none', login } = options;
  const received: ReceivedMail[] = [];
  let refusal: number | undefined;
  const handlers: SMTPServerOptions = {
    onAuth({ username, password }, _session, answer) {
      if (username === login?.username && password === login?.password) return answer(null, { user: username });
      // Servers do quote what they were given.
      answer(new Error(`no such login: ${username} ${password}`));
    },
    onRcptTo({ address }, _session, answer) {
      if (refusal === undefined) return answer();
      answer(Object.assign(new Error(`${address} is unknown here`), { responseCode: refusal }));
    },
    onData(stream, { secure, user }, answer) {
      simpleParser(stream).then((mail) => {
        received.push(Object.assign(mail, { encrypted: secure, user: user as string | undefined }));
        answer();
      }, answer);
    },
  };
  const server = new SMTPServer({
    ...{ ...handlers, ...options.certificate, logger: false, secure: encryption === 'ssl' },
    ...{ hideSTARTTLS: encryption !== 'tls', allowInsecureAuth: true, authOptional: login === undefined },
    disabledCommands: login === undefined ? ['AUTH'] : [],
  });
  // Clients that break off are what some tests are about.
  server.on('error', () => undefined);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.server.address() as AddressInfo;
  return {
    host: '127.0.0.1',
    port,
    mails: () => received,
    refuseWith(code) {
      refusal = code;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
