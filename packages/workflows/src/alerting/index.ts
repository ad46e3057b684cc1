export { type MailFailuresDeps, mailFailures } from './mail-failures.ts';
