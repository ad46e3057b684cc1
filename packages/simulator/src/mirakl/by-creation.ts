/** Objects by id, and in the order of their creation. Holds a hundred thousand of them with ease. */
export type ByCreation<T> = {
  get(id: string): T | undefined;
  add(object: T): void;
  remove(id: string): void;
  /** All of them, oldest first; equally old ones by id. So are the others. */
  all(): readonly T[];
  /** Those of these ids that are there. */
  some(ids: Iterable<string>): readonly T[];
  /** Those created at or after that moment, in milliseconds since 1970. */
  since(ms: number): readonly T[];
};

type Created = { readonly id: string; readonly createdAt: Date };

/** An empty collection. */
export function createByCreation<T extends Created>(): ByCreation<T> {
  const byId = new Map<string, T>();
  let ordered: T[] | undefined = [];

  /** Sorted when somebody asks, not at each change: a hundred thousand may come in any order. */
  function all(): readonly T[] {
    ordered ??= [...byId.values()].sort(compare);
    return ordered;
  }

  return {
    get: (id) => byId.get(id),
    add(object) {
      if (byId.has(object.id)) throw new Error(`the simulated Mirakl has ${object.id} already`);
      byId.set(object.id, object);
      ordered = undefined;
    },
    remove(id) {
      byId.delete(id);
      ordered = undefined;
    },
    all,
    some: (ids) =>
      [...ids]
        .map((id) => byId.get(id))
        .filter((object) => object !== undefined)
        .sort(compare),
    since: (ms) => all().slice(firstSince(all(), ms)),
  };
}

/** By the moment of creation, then by id. */
function compare(a: Created, b: Created): number {
  return a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : Number(a.id > b.id));
}

/** Where the first object stands that was not created before the moment. */
function firstSince(ordered: readonly Created[], ms: number): number {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const created = ordered[middle]?.createdAt.getTime() ?? ms;
    if (created < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}
