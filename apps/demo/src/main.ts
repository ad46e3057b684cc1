import { closeMonth, issueInvoices } from './acts/month-end.ts';
import { onboardSellers } from './acts/onboarding.ts';
import { orderAndPay, splitPayments } from './acts/payments.ts';
import { refundBuyers } from './acts/refunds.ts';
import { releaseSeller } from './acts/review.ts';
import { compareBooks } from './books.ts';
import { countMoney } from './count-money.ts';
import { openMarketplace } from './open-marketplace.ts';
import { playAct } from './play-act.ts';
import { createProgress } from './progress.ts';
import { countWaiting } from './read-ledger.ts';
import { demoPassword, startApps } from './start-apps.ts';
import { summary } from './summary.ts';
import { countTold } from './told.ts';

const seed = 20_261_123;
const leaves = process.argv.includes('--exit');
const say = (line: string) => void process.stdout.write(`${line}\n`);
const resources = new AsyncDisposableStack();
const onClose = (close: () => Promise<unknown>) => resources.defer(async () => void (await close()));

const asked = Promise.withResolvers<'stopped'>();
// A terminal and npm can both hand on the same Ctrl-C: the second one must not end us before everything is stopped.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => asked.resolve('stopped'));
const stopped = asked.promise;
const ended = await Promise.race([stopped, demo().catch((error: unknown) => error as Error)]);
if (ended instanceof Error) say(`The demo did not work out: ${ended.message}`);
if (ended === true && !leaves) await stopped;
say('Stopping …');
await resources.disposeAsync();
process.exit(ended === true || (ended === 'stopped' && !leaves) ? 0 : 1);

/**
 * The whole demo; gives back whether exactly what should has moved on Stripe, the balances agree with it to the minor unit, and
 * nobody was told by somebody else.
 */
async function demo(): Promise<boolean> {
  const marketplace = await openMarketplace(say, onClose, process.env.REDIS_URL);
  say('Starting scheduler, two workers, api and dashboard …');
  const { dashboardUrl, apiUrl, runConnector } = await startApps(marketplace, onClose);
  const stage = { progress: createProgress(process.stdout), runConnector };
  await playAct(stage, onboardSellers(marketplace));
  const purchases = orderAndPay(marketplace, seed);
  await playAct(stage, splitPayments(marketplace, purchases));
  await playAct(stage, refundBuyers(marketplace, purchases, seed));
  await playAct(stage, releaseSeller(marketplace, purchases));
  await issueInvoices(marketplace, purchases, seed);
  await playAct(stage, closeMonth(marketplace, purchases));
  const comparison = await compareBooks(marketplace, purchases);
  const [money, told] = [countMoney(marketplace), countTold(marketplace)];
  say(summary({ waiting: await countWaiting(marketplace), money, told, comparison }));
  if (!leaves) {
    say(`Dashboard   ${dashboardUrl}   (password: ${demoPassword})`);
    say(`Bull Board  ${dashboardUrl}/queues`);
    say(`Api         ${apiUrl}   (X-AUTH-TOKEN: ${demoPassword})`);
    say('Everything goes on running. Ctrl-C stops it and leaves nothing behind.');
  }
  return comparison.differences.length === 0 && money.disagreements.length === 0 && told.forged === 0;
}
