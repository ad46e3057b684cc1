/** What an account holds in one currency, in minor units. Either may be negative. */
export type Balance = { available: number; pending: number };

/** Whether money can be used now or only once a charge has settled. */
export type Funds = keyof Balance;

export type Balances = {
  /** The balance that is there now. */
  of(account: string, currency: string): Readonly<Balance>;
  /** All balances of an account, by currency. */
  all(account: string): ReadonlyMap<string, Readonly<Balance>>;
  /** Adds the amount, or takes it away if it is negative. */
  add(account: string, currency: string, funds: Funds, amount: number): void;
  /** Makes available what is pending, in all balances. */
  settle(): void;
};

/** Balances of all accounts, nothing in them. */
export function createBalances(): Balances {
  const accounts = new Map<string, Map<string, Balance>>();
  return {
    of: (account, currency) => accounts.get(account)?.get(currency) ?? { available: 0, pending: 0 },
    all: (account) => accounts.get(account) ?? new Map(),
    add(account, currency, funds, amount) {
      const balances = accounts.get(account) ?? new Map<string, Balance>();
      const balance = balances.get(currency) ?? { available: 0, pending: 0 };
      balance[funds] += amount;
      accounts.set(account, balances.set(currency, balance));
    },
    settle() {
      for (const balance of [...accounts.values()].flatMap((balances) => [...balances.values()])) {
        balance.available += balance.pending;
        balance.pending = 0;
      }
    },
  };
}
