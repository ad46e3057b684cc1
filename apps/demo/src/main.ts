import { compareWithExpected } from './compare-with-expected.ts';
import { openMarketplace } from './open-marketplace.ts';
import { createProgress } from './progress.ts';
import { countStates, sumMoney } from './read-ledger.ts';
import { demoPassword, startApps } from './start-apps.ts';
import { summary } from './summary.ts';
import { countTold } from './told.ts';
import { watchOnboarding, watchPaymentSplit, watchRelease } from './watch.ts';

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

/** The whole demo; gives back whether Stripe holds exactly the transfers that the orders call for, and nobody was told by somebody else. */
async function demo(): Promise<boolean> {
  const marketplace = await openMarketplace(say, onClose, process.env.REDIS_URL);
  say('Starting scheduler, two workers, api and dashboard …');
  const { dashboardUrl, apiUrl } = await startApps(marketplace, onClose);
  const progress = createProgress(process.stdout);
  await watchOnboarding(marketplace, progress);
  await watchPaymentSplit(marketplace, progress);
  await watchRelease(marketplace, progress);
  const comparison = compareWithExpected(marketplace);
  const told = countTold(marketplace);
  say(summary({ states: await countStates(marketplace), money: await sumMoney(marketplace), told, comparison }));
  if (!leaves) {
    say(`Dashboard   ${dashboardUrl}   (password: ${demoPassword})`);
    say(`Bull Board  ${dashboardUrl}/queues`);
    say(`Api         ${apiUrl}   (X-AUTH-TOKEN: ${demoPassword})`);
    say('Everything goes on running. Ctrl-C stops it and leaves nothing behind.');
  }
  return comparison.differences.length === 0 && told.forged === 0;
}
