// The least that a receiver of webhooks can do: Express, and Stripe's own check of the signature. Run as a process of its own:
//   node test/bench/bare-webhook-receiver.ts <path> <secret>
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import express from 'express';
import Stripe from 'stripe';

export type BareReceiver = { readonly port: number; stop(): Promise<void> };

/** Starts it and waits until it listens. */
export async function startBareReceiver(path: string, secret: string): Promise<BareReceiver> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), path, secret], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return {
    port: Number(line),
    async stop() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

if (import.meta.main) {
  const [, , path = '', secret = ''] = process.argv;
  const stripe = new Stripe('sk_test_123456789');
  const app = express();
  app.post(path, express.raw({ type: () => true }), (request, response) => {
    stripe.webhooks.constructEvent(request.body as Buffer, request.get('stripe-signature') ?? '', secret);
    response.status(200).send('ok');
  });
  const server = app.listen(0);
  await once(server, 'listening');
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
}
