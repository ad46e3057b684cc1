import { loadConfig } from '@connector/config';
import { expect, test } from 'vitest';
import { sweepSchedules } from './sweep-schedules.ts';

const required = {
  STRIPE_CLIENT_SECRET: 'sk_test_51abcdefgh',
  MIRAKL_HOST_NAME: 'https://shop.mirakl.net',
  MIRAKL_API_KEY: '0c0b6f0e-5a52',
  OPERATOR_PASSWORD: 'correct-horse-battery',
  BASE_HOST: 'connector.example.com',
  DATABASE_URL: 'postgres://user:pw@db:5432/ledger',
};
const sweepsWith = (env: Record<string, string> = {}) =>
  Object.keys(sweepSchedules(loadConfig('scheduler', { ...required, ...env })));

test('L33: with the default settings no sweep tries to mail or to notify anybody', () => {
  const sweeps = sweepsWith();
  expect(sweeps).toContain('recovery.ring-waiting-work');
  expect(sweeps).not.toContain('alerting.mail-failures');
  expect(sweeps).not.toContain('notifications.find-alarms');
});

test('a mail server switches the daily mail on, and an endpoint the notifications', () => {
  const mail = {
    MAILER_DSN: 'smtp://mail',
    TECHNICAL_ALERT_EMAIL: 'operator@example.com',
    TECHNICAL_ALERT_EMAIL_FROM: 'connector@example.com',
  };
  expect(sweepsWith(mail)).toContain('alerting.mail-failures');
  expect(sweepsWith({ OPERATOR_NOTIFICATION_URL: 'https://operator.example.com/hooks' })).toContain(
    'notifications.find-alarms',
  );
});
