/** What an account holds in one currency, in minor units. Either may be negative. */
export type Balance = { available: number; pending: number };

/** Whether money can be used now or only once a charge has settled. */
export type Funds = keyof Balance;

export type Balances = {
  /** The balance that is there now. */
  of(account: string, currency: string): Readonly<Balance>;
  /** Adds the amount, or takes it away if it is negative. */
  add(account: string, currency: string, funds: Funds, amount: number): void;
};

/** Balances of all accounts, nothing in them. */
export function createBalances(): Balances {
  const balances = new Map<string, Balance>();
  return {
    of: (account, currency) => balances.get(`${account} ${currency}`) ?? { available: 0, pending: 0 },
    add(account, currency, funds, amount) {
      const key = `${account} ${currency}`;
      const balance = balances.get(key) ?? { available: 0, pending: 0 };
      balance[funds] += amount;
      balances.set(key, balance);
    },
  };
}
