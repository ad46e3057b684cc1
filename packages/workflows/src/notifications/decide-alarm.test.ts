import { describe, expect, test } from 'vitest';
import { decideAlarm } from './decide-alarm.ts';

const never = { status: null, reason: null };
const toldFailed = { status: 'PAYOUT_FAILED', reason: 'account_closed' };
const toldCreated = { status: 'PAYOUT_CREATED', reason: null };

describe('L32: what the operator is told of an operation', () => {
  test.each([
    ['that it has failed', never, 'FAILED', 'account_closed', 'failed'],
    ['that it has failed after it had worked', toldCreated, 'FAILED', 'account_closed', 'failed'],
    ['that it fails for another reason', toldFailed, 'FAILED', 'could_not_process', 'failed'],
    ['that it has worked after a failure', toldFailed, 'CREATED', null, 'recovered'],
  ])('%s', (_, told, status, reason, news) => {
    const present = { status: `PAYOUT_${status}`, reason, payload: {} };
    expect(decideAlarm(told, present)).toEqual({ kind: 'tell', news, present });
  });

  test.each([
    ['nothing while it fails for the same reason', toldFailed, 'FAILED', 'account_closed', 'keep'],
    ['nothing while it is tried again', toldFailed, 'PENDING', null, 'keep'],
    ['nothing while it waits for something', toldFailed, 'ON_HOLD', 'Payouts are disabled shop ID 1', 'keep'],
    ['nothing when it works at once', never, 'CREATED', null, 'keep'],
    ['nothing more when it has worked and he knows', toldCreated, 'CREATED', null, 'keep'],
    ['nothing when it is given up, but a new failure would be news', toldFailed, 'ABORTED', 'Invoice 7', 'forget'],
    ['nothing when it is ignored, but a new failure would be news', toldFailed, 'IGNORED', 'Shop 7', 'forget'],
    ['nothing when it is given up without having failed', never, 'ABORTED', 'Invoice 7', 'keep'],
  ])('%s', (_, told, status, reason, kind) => {
    expect(decideAlarm(told, { status: `PAYOUT_${status}`, reason, payload: {} })).toEqual({ kind });
  });

  test('nothing of an operation that is gone', () => {
    expect(decideAlarm(toldFailed, undefined)).toEqual({ kind: 'forget' });
  });
});
