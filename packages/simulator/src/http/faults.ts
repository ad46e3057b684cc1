import type { Fault, FaultableRequest, FaultMoment, FaultRule } from './fault.ts';

/** The faults of one simulator. */
export type Faults = {
  /** Adds a fault after those that are there. The first one that fits a request strikes it, alone. */
  add(rule: FaultRule): Fault;
  /** Takes all faults away; requests that are held go on. */
  clear(): void;
};

/** The fault that strikes one request. */
export type Strike = {
  readonly rule: FaultRule;
  /** Passes the moment: waits if the fault delays or holds the request there. */
  pass(moment: FaultMoment): Promise<void>;
  /** Says that the fault has done what it does. */
  done(): void;
};

export type FaultInjection = Faults & {
  /** The fault that strikes this request, which uses up one of its times; undefined for none. */
  strike(request: FaultableRequest): Strike | undefined;
};

type Armed = {
  readonly rule: FaultRule;
  hits: number;
  readonly reached: PromiseWithResolvers<void>;
  readonly released: PromiseWithResolvers<void>;
};

/** A simulator's faults, none to begin with. `random` gives numbers from 0 to below 1 for rules with a probability. */
export function createFaults(random: () => number): FaultInjection {
  const armed = new Set<Armed>();

  function release(fault: Armed): void {
    armed.delete(fault);
    fault.released.resolve();
  }

  return {
    add(rule) {
      const fault = { rule, hits: 0, reached: Promise.withResolvers<void>(), released: Promise.withResolvers<void>() };
      armed.add(fault);
      return { hits: () => fault.hits, reached: fault.reached.promise, release: () => release(fault) };
    },
    clear() {
      for (const fault of armed) release(fault);
    },
    strike(request) {
      for (const fault of armed) {
        if (!fits(fault, request, random)) continue;
        fault.hits += 1;
        return { rule: fault.rule, pass: (moment) => pass(fault, moment), done: fault.reached.resolve };
      }
      return undefined;
    },
  };
}

function fits({ rule, hits }: Armed, request: FaultableRequest, random: () => number): boolean {
  if (hits >= (rule.times ?? 1)) return false;
  if (rule.method !== undefined && rule.method !== request.method) return false;
  if (typeof rule.path === 'string' && rule.path !== request.path) return false;
  if (rule.path instanceof RegExp && request.path.search(rule.path) < 0) return false;
  if (rule.when !== undefined && !rule.when(request)) return false;
  return rule.probability === undefined || random() < rule.probability;
}

async function pass({ rule, reached, released }: Armed, moment: FaultMoment): Promise<void> {
  if (rule.kind !== 'delay' && rule.kind !== 'hold') return;
  if ((rule.at ?? 'before-effect') !== moment) return;
  reached.resolve();
  if (rule.kind === 'hold') return released.promise;
  const waited = Promise.withResolvers<void>();
  const timer = setTimeout(waited.resolve, rule.ms);
  await Promise.race([waited.promise, released.promise]);
  clearTimeout(timer);
}
