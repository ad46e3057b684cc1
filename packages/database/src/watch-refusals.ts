/** What PostgreSQL refused lately although nothing was wrong with what it was asked. */
export type LedgerRefusals = {
  /** To be told every error of a statement. */
  readonly note: (error: unknown) => void;
  /** What PostgreSQL said when it last refused, if that is no more than half a minute ago. */
  readonly latest: () => string | undefined;
};

/**
 * SQLSTATEs (PostgreSQL's manual, appendix A) that say that it takes nothing from us now: no room or other resources left (53…),
 * a disk that fails (58030), a server that only reads (25006), and rights that the role lacks (42501).
 */
const refusals = /^(53...|58030|25006|42501)$/;

const freshMs = 30_000;

/**
 * Remembers refusals, so that readiness can tell of a full disk, which no cheap question finds out: a row can often be changed
 * where a new one finds no room. `count` is told the SQLSTATE of every error, `none` for a connection that broke.
 */
export function watchRefusals(
  count: (code: string) => void,
  now: () => number = () => performance.now(),
): LedgerRefusals {
  let last: { readonly message: string; readonly at: number } | undefined;
  return {
    note(error) {
      const { code } = error as { code?: unknown };
      const state = typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : 'none';
      count(state);
      if (refusals.test(state)) last = { message: error instanceof Error ? error.message : state, at: now() };
    },
    latest: () => (last !== undefined && now() - last.at < freshMs ? last.message : undefined),
  };
}
