import { test, type World } from '@connector/testing';
import { expect } from 'vitest';
import { writeHistory } from './history.ts';

const alarms = ({ db }: World) =>
  db.selectFrom('operation_alarm').select(['operation_id', 'due_at']).orderBy('operation_id').execute();

test('an operation that fails calls for a look, and so does its end if it has failed before', async ({ world }) => {
  const { db, clock } = world;
  const write = (operationId: number, from: string, to: string) =>
    writeHistory(db, 'transfer', [{ operationId, from, to, reason: null }], clock.now());
  await write(1, 'TRANSFER_PENDING', 'TRANSFER_CREATED');
  await write(2, 'TRANSFER_PENDING', 'TRANSFER_FAILED');
  const failedAt = clock.now();
  expect(await alarms(world)).toEqual([{ operation_id: 2, due_at: failedAt }]);

  clock.advance(60_000);
  await write(2, 'TRANSFER_FAILED', 'TRANSFER_PENDING');
  expect(await alarms(world)).toEqual([{ operation_id: 2, due_at: failedAt }]);
  await write(2, 'TRANSFER_PENDING', 'TRANSFER_CREATED');
  expect(await alarms(world)).toEqual([{ operation_id: 2, due_at: clock.now() }]);
});
