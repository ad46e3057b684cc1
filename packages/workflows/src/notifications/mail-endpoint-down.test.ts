import { test, type World } from '@connector/testing';
import { describe, expect } from 'vitest';
import { openMailbox } from '../notice/mailbox-test.ts';
import { type MailEndpointDownDeps, mailEndpointDown } from './mail-endpoint-down.ts';
import { givenNotice } from './notifications-test.ts';

const minuteMs = 60_000;

/** A mailbox, and what the step needs to write to it. */
async function mailing(world: World, mailCooldownMs = 10 * minuteMs) {
  const { mailbox, mailer } = await openMailbox();
  const endpoint = { url: 'https://operator.example.com/hooks', secret: undefined };
  const deps: MailEndpointDownDeps = { ...world, endpoint, mailer, mailCooldownMs };
  return { mailbox, deps };
}

async function givenFailedNotice(world: World, event?: string): Promise<number> {
  const id = await givenNotice(world, event);
  await world.db
    .updateTable('notification')
    .set({ status: 'failed', next_try_at: null, last_error: 'The notification endpoint answered with 500' })
    .where('id', '=', id)
    .execute();
  return id;
}

test('the mail says where, why and what', async ({ world }) => {
  const { mailbox, deps } = await mailing(world);
  const notificationId = await givenFailedNotice(world);
  expect(await mailEndpointDown(deps, { notificationId })).toBe('mailed');
  const [mail] = mailbox.mails();
  expect(mail?.subject).toBe('[Stripe-Mirakl] A notification error Occurred!');
  expect(mail?.text).toContain('https://operator.example.com/hooks');
  expect(mail?.text).toContain('The notification endpoint answered with 500');
  expect(mail?.text).toContain('"stripeUserId": "acct_1"');
});

describe('how often', () => {
  test('once in the cooldown, over all workers together', async ({ world }) => {
    const { mailbox, deps } = await mailing(world);
    const ids = [1, 2, 3, 4].map((number) => givenFailedNotice(world, `evt_${number}`));
    const outcomes = await Promise.all(ids.map(async (id) => mailEndpointDown(deps, { notificationId: await id })));
    expect(outcomes.toSorted()).toEqual([...Array(3).fill('a mail was sent lately'), 'mailed']);
    world.clock.advance(10 * minuteMs - 1);
    expect(await mailEndpointDown(deps, { notificationId: (await ids[0]) ?? 0 })).toBe('a mail was sent lately');
    world.clock.advance(1);
    expect(await mailEndpointDown(deps, { notificationId: (await ids[0]) ?? 0 })).toBe('mailed');
    expect(mailbox.mails()).toHaveLength(2);
  });

  test('every time with a cooldown of 0', async ({ world }) => {
    const { mailbox, deps } = await mailing(world, 0);
    const notificationId = await givenFailedNotice(world);
    for (let times = 0; times < 3; times += 1) await mailEndpointDown(deps, { notificationId });
    expect(mailbox.mails()).toHaveLength(3);
  });

  test('not less often because a mail could not be sent', async ({ world }) => {
    const { mailbox, deps } = await mailing(world);
    const notificationId = await givenFailedNotice(world);
    mailbox.refuseWith(450);
    await expect(mailEndpointDown(deps, { notificationId })).rejects.toMatchObject({
      ...{ code: 'mail_not_sent', retryable: true },
    });
    mailbox.refuseWith(undefined);
    expect(await mailEndpointDown(deps, { notificationId })).toBe('mailed');
  });
});

test('no mail about a notification that has arrived meanwhile', async ({ world }) => {
  const { mailbox, deps } = await mailing(world);
  const notificationId = await givenFailedNotice(world);
  await world.db
    .updateTable('notification')
    .set({ status: 'delivered', delivered_at: world.now() })
    .where('id', '=', notificationId)
    .execute();
  expect(await mailEndpointDown(deps, { notificationId })).toBe('delivered meanwhile');
  expect(mailbox.mails()).toEqual([]);
});

test('with mail switched off nothing is sent and nothing breaks', async ({ world }) => {
  const { deps } = await mailing(world);
  const notificationId = await givenFailedNotice(world);
  expect(await mailEndpointDown({ ...deps, mailer: undefined }, { notificationId })).toBe('switched off');
});
