import { onTestFinished } from 'vitest';
import { type MiraklSimulatorOptions, startMiraklSimulator } from './start-mirakl-simulator.ts';

/** A simulator of its own for one test, at ten o'clock until the clock is moved, and ways to ask it as the operator. */
export async function start(options: MiraklSimulatorOptions = {}) {
  let now = new Date('2026-11-01T10:00:00Z');
  const mirakl = await startMiraklSimulator({ clock: () => now, ...options });
  onTestFinished(() => mirakl.close());
  const request = (path: string, init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> } = {}) =>
    fetch(new URL(path, mirakl.url), {
      ...init,
      headers: { authorization: mirakl.apiKey, 'content-type': 'application/json', ...init.headers },
    });
  const get = async (path: string) => (await request(path)).json() as Promise<Record<string, never>>;
  const put = (path: string, body: unknown) => request(path, { method: 'PUT', body: JSON.stringify(body) });
  return { mirakl, request, get, put, advance: (ms: number) => (now = new Date(now.getTime() + ms)) };
}
