import { setTimeout as wait } from 'node:timers/promises';
import { type AppName, type RunningApp, startApp } from '@connector/testing/servers';

/** The processes of the system: so many of each, and whoever dies is followed by another. */
export type Crew = {
  /** Ends one of them as a crash would, and starts another in its place after so many milliseconds. */
  kill(app: AppName, afterMs: number): Promise<void>;
  /** Resolves when everybody is there. */
  complete(): Promise<void>;
  /** Asks all to stop. */
  stop(): Promise<void>;
};

type Seat = { readonly app: AppName; occupant: Promise<RunningApp | undefined> };

const pauseBetweenTriesMs = 300;

/** Starts the processes. Those that cannot start, because a server that they need is away, are started again and again. */
export function startCrew(
  env: Readonly<Record<string, string>>,
  members: Readonly<Partial<Record<AppName, number>>>,
  random: () => number,
): Crew {
  let stopping = false;
  const seats = Object.entries(members).flatMap(([app, count]) =>
    Array.from({ length: count ?? 0 }, (): Seat => ({ app: app as AppName, occupant: occupy(app as AppName, 0) })),
  );

  async function occupy(app: AppName, afterMs: number): Promise<RunningApp | undefined> {
    await wait(afterMs);
    while (!stopping) {
      try {
        return await startApp(app, { env });
      } catch {
        await wait(pauseBetweenTriesMs);
      }
    }
    return undefined;
  }

  return {
    async kill(app, afterMs) {
      const candidates = seats.filter((seat) => seat.app === app);
      const seat = candidates[Math.floor(random() * candidates.length)];
      const occupant = await seat?.occupant;
      if (!seat || !occupant || stopping) return;
      await occupant.kill();
      seat.occupant = occupy(app, afterMs);
    },
    async complete() {
      await Promise.all(seats.map(({ occupant }) => occupant));
    },
    async stop() {
      stopping = true;
      await Promise.all(seats.map(async ({ occupant }) => (await occupant)?.stop()));
    },
  };
}
