export {
  copyTestDatabase,
  createEmptyDatabase,
  createTestDatabase,
  type TestDatabase,
} from './create-test-database.ts';
export { createTestRole, type TestRole } from './create-test-role.ts';
export { createWorld, test, type World } from './create-world.ts';
export { fillDisk, type Mend, makeReadOnly, runStatements, throwOut } from './disturb-ledger.ts';
export * from './servers.ts';
export { createTestClock, type TestClock } from './test-clock.ts';
