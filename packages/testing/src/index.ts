export {
  copyTestDatabase,
  createEmptyDatabase,
  createTestDatabase,
  type TestDatabase,
} from './create-test-database.ts';
export { createWorld, test, type World } from './create-world.ts';
export { fillDisk, type Mend, makeReadOnly, throwOut } from './disturb-ledger.ts';
export * from './servers.ts';
export { createTestClock, type TestClock } from './test-clock.ts';
