import { ConnectorError } from '@connector/kernel';
import { test } from '@connector/testing';
import { describe, expect } from 'vitest';
import { connector, environment, main, runNode, startWorkers } from './cli-test.ts';
import { workflowQueues } from './workflow-names.ts';

describe('run', () => {
  test('starts a workflow through the queue and does nothing itself', async ({ world }) => {
    const started = await connector(environment(world), 'run', 'payment-split');
    expect(started).toEqual({ code: 0, output: 'payment-split started\n' });
    const names = (await world.queues.byName.sweeps.getWaiting()).map((job) => job.name).toSorted();
    expect(names).toEqual(['payment-split.plan-due-product-orders', 'payment-split.plan-new-product-orders']);
    expect((await connector(environment(world), 'run', 'payment-split')).output).toBe(
      'payment-split waits or runs already\n',
    );
  });

  test('waits until everything that it caused is settled', async ({ world }) => {
    await startWorkers(world, () => Promise.resolve('done'));
    const { code, output } = await connector(environment(world), 'run', 'payment-split', '--all', '--wait');
    expect(code).toBe(0);
    expect(output).toContain('2 of 2 jobs settled');
  });

  test('ends with 1 and says what failed', async ({ world }) => {
    await startWorkers(world, () =>
      Promise.reject(new ConnectorError('Mirakl said no', { code: 'no', retryable: false })),
    );
    const { code, output } = await connector(environment(world), 'connector:sync:onboarding', '--wait');
    expect(code).toBe(1);
    expect(output).toContain('1 of 1 jobs settled, 1 failed\n  onboarding.find-shops: Mirakl said no\n');
  });

  test('follows with a round of its own when the same one is under way', async ({ world }) => {
    const gate = Promise.withResolvers<string>();
    let rounds = 0;
    expect((await connector(environment(world), 'run', 'payment-split')).code).toBe(0);
    await startWorkers(world, () => {
      rounds += 1;
      return gate.promise;
    });
    const open = (output: string) => {
      if (output.includes('waits or runs already; ours follows it')) gate.resolve('done');
    };
    const { code, output } = await runNode(environment(world), [main, 'run', 'payment-split', '--wait'], open);
    expect(output).toContain('2 of 2 jobs settled');
    expect(code).toBe(0);
    expect(rounds).toBe(4);
  });

  test('ends with 3 when it is not settled in time', async ({ world }) => {
    const gate = Promise.withResolvers<string>();
    await startWorkers(world, () => gate.promise);
    const { code, output } = await connector(environment(world), 'run', 'onboarding', '--wait', '--timeout', '1');
    gate.resolve('done');
    expect(code).toBe(3);
    expect(output).toContain('0 of 1 jobs settled\nNot settled within 1 seconds');
  });

  test('takes one shop, by the name of the old crontab too', async ({ world }) => {
    await connector(environment(world), 'run', 'payment-split', '--shop', '2000');
    await connector(environment(world), 'connector:dispatch:process-transfer', '2001');
    const jobs = await world.queues.byName['payment-split'].getWaiting();
    expect(jobs.map(({ name, data }) => ({ name, data }))).toMatchObject([
      { name: 'payment-split.release-shop', data: { shopId: 2_000 } },
      { name: 'payment-split.release-shop', data: { shopId: 2_001 } },
    ]);
  });

  test('settles all sellers, or one by what the ledger knows, by the name of the old crontab too', async ({
    world,
  }) => {
    const run: unknown = expect.any(String);
    const waiting = async () => {
      const jobs = [
        ...(await world.queues.byName.settlement.getWaiting()),
        ...(await world.queues.byName.sweeps.getWaiting()),
      ];
      for (const queue of ['settlement', 'sweeps'] as const) await world.queues.byName[queue].drain();
      return jobs.map(({ name, data }) => [name, data]);
    };
    await connector(environment(world), 'run', 'seller-settlement', '--all');
    expect(await waiting()).toEqual([['settlement.plan-invoices', { all: true, run }]]);
    await connector(environment(world), 'run', 'seller-settlement', '--shop', '2000');
    expect(await waiting()).toEqual([
      ['settlement.settle-seller', { shopId: 2_000, run }],
      ['settlement.plan-invoices', { run }],
    ]);
    await connector(environment(world), 'connector:dispatch:process-payout', '2001');
    expect(await waiting()).toEqual([
      ['settlement.settle-seller', { shopId: 2_001, run }],
      ['settlement.plan-invoices', { run }],
    ]);
  });

  test.for([
    ['its own job', 0],
    ['one that was there before', 1],
  ] as const)('says that no worker is there for %s instead of waiting for it', async ([, before], { world }) => {
    if (before) await connector(environment(world), 'run', 'onboarding');
    const { code, output } = await connector(environment(world), 'run', 'onboarding', '--wait');
    expect(code).toBe(3);
    expect(output).toContain('No worker serves the queue sweeps: pnpm start:worker starts one.');
  });

  test('pays refunds back, of all or of one shop, when they are on', async ({ world }) => {
    const off = await connector(environment(world), 'run', 'payment-refund');
    expect(off.code).toBe(1);
    expect(off.output).toContain('ENABLE_PRODUCT_PAYMENT_REFUND and ENABLE_SERVICE_PAYMENT_REFUND are false');
    const env = { ...environment(world), ENABLE_SERVICE_PAYMENT_REFUND: 'true' };
    await connector(env, 'connector:dispatch:process-refund', '--all');
    const sweeps = await world.queues.byName.sweeps.getWaiting();
    expect(sweeps.map(({ name, data }) => [name, data.all])).toEqual([
      ['refunds.plan-service-refunds', true],
      ['refunds.plan-reversals', true],
    ]);
    await connector(env, 'run', 'payment-refund', '--shop', '2000');
    const [job] = await world.queues.byName.refunds.getWaiting();
    expect([job?.name, job?.data]).toEqual(['refunds.release-shop', { shopId: 2_000, run: expect.any(String) }]);
  });

  test('validates payments and captures them, by the name of the old crontab too', async ({ world }) => {
    const { code, output } = await connector(environment(world), 'connector:validate:pending-debit');
    expect({ code, output }).toEqual({ code: 0, output: 'payment-validation started\n' });
    await connector(environment(world), 'run', 'payment-validation', '--all');
    const jobs = (await world.queues.byName.sweeps.getWaiting()).map(({ name, data }) => [name, data.all === true]);
    const sweeps = ['validate-product-orders', 'validate-service-orders', 'plan-captures'];
    expect(jobs).toHaveLength(6);
    expect(jobs).toEqual(
      expect.arrayContaining(sweeps.flatMap((name) => [false, true].map((all) => [`payment-validation.${name}`, all]))),
    );
    const refused = await connector(environment(world), 'run', 'payment-validation', '--shop', '2000');
    expect(refused).toEqual({
      ...{ code: 1, output: 'Buyers pay for orders of several shops in one go: leave the shop out\n' },
    });
  });

  test('looks at the account of one shop', async ({ world }) => {
    const mapping = { mirakl_shop_id: 2_000, stripe_account_id: 'acct_1' };
    await world.db.insertInto('account_mapping').values(mapping).execute();
    const { code } = await connector(environment(world), 'run', 'kyc-monitor', '--shop', '2000');
    expect(code).toBe(0);
    const [job] = await world.queues.byName.kyc.getWaiting();
    expect([job?.name, job?.data]).toEqual(['kyc.follow-account', { accountId: 'acct_1', run: expect.any(String) }]);
    const unknown = await connector(environment(world), 'run', 'kyc-monitor', '--shop', '2001');
    expect(unknown).toEqual({ code: 1, output: 'Shop 2001 has no Stripe account yet\n' });
  });

  test('says which variables switch on a workflow that is off', async ({ world }) => {
    const env = { ...environment(world), ENABLE_PRODUCT_PAYMENT_SPLIT: 'false' };
    const { code, output } = await connector(env, 'run', 'payment-split');
    expect(code).toBe(1);
    expect(output).toContain('ENABLE_PRODUCT_PAYMENT_SPLIT and ENABLE_SERVICE_PAYMENT_SPLIT are false');
  });

  describe('alerting', () => {
    const mail = {
      MAILER_DSN: 'smtp://127.0.0.1:1',
      TECHNICAL_ALERT_EMAIL: 'operator@example.com',
      TECHNICAL_ALERT_EMAIL_FROM: 'connector@example.com',
    };

    test('starts by its name and by that of the old crontab', async ({ world }) => {
      const env = { ...environment(world), ...mail };
      expect(await connector(env, 'run', 'alerting')).toEqual({ code: 0, output: 'alerting started\n' });
      expect((await connector(env, 'connector:notify:failed-operation')).output).toBe(
        'alerting waits or runs already\n',
      );
      expect(await world.queues.byName.sweeps.getWaiting()).toMatchObject([{ name: 'alerting.mail-failures' }]);
    });

    test('L33: says what it needs while mail is off, as it is by default', async ({ world }) => {
      const { code, output } = await connector(environment(world), 'run', 'alerting');
      expect(code).toBe(1);
      expect(output).toContain(
        'Mail is off: it needs MAILER_DSN, TECHNICAL_ALERT_EMAIL and TECHNICAL_ALERT_EMAIL_FROM',
      );
    });

    test('is not to be had for one shop', async ({ world }) => {
      const { code, output } = await connector({ ...environment(world), ...mail }, 'run', 'alerting', '--shop', '2000');
      expect(code).toBe(1);
      expect(output).toContain('all shops together');
    });
  });

  test('reconciliation starts by its name, for all shops together', async ({ world }) => {
    const env = environment(world);
    expect(await connector(env, 'run', 'reconciliation')).toEqual({ code: 0, output: 'reconciliation started\n' });
    expect(await world.queues.byName.sweeps.getWaiting()).toMatchObject([{ name: 'reconciliation.compare' }]);
    const { code, output } = await connector(env, 'run', 'reconciliation', '--shop', '2000');
    expect([code, output]).toEqual([1, expect.stringContaining('All shops are compared together')]);
  });

  test('a name that is no workflow is answered with those that are', async () => {
    expect(await connector({}, 'run', 'something')).toEqual({
      code: 2,
      output: `something is no workflow. There are: ${Object.keys(workflowQueues).join(', ')}\n`,
    });
  });
});
