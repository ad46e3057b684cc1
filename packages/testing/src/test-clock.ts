/** A clock that stands still until a test turns it. */
export type TestClock = {
  now(): Date;
  advance(ms: number): void;
};

/** A clock that starts at this moment. */
export function createTestClock(start = new Date('2026-11-02T09:00:00Z')): TestClock {
  let time = start.getTime();
  return {
    now: () => new Date(time),
    advance(ms) {
      time += ms;
    },
  };
}
