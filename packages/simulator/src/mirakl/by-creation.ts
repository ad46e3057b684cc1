/** Objects by id, and in the order of their creation. Holds a hundred thousand of them with ease. */
export type ByCreation<T> = {
  get(id: string): T | undefined;
  add(object: T): void;
  remove(id: string): void;
  /** All of them, oldest first; equally old ones by id. */
  all(): readonly T[];
  /** Those created at or after that moment, in milliseconds since 1970. */
  since(ms: number): readonly T[];
};

type Created = { readonly id: string; readonly createdAt: Date };

/** An empty collection. */
export function createByCreation<T extends Created>(): ByCreation<T> {
  const byId = new Map<string, T>();
  const ordered: T[] = [];

  /** Where the first object stands that is not before this one. */
  function position(ms: number, id: string): number {
    let low = 0;
    let high = ordered.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const found = ordered[middle] as T;
      const before = found.createdAt.getTime() - ms || (found.id < id ? -1 : 1);
      if (before < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    get: (id) => byId.get(id),
    add(object) {
      if (byId.has(object.id)) throw new Error(`the simulated Mirakl has ${object.id} already`);
      byId.set(object.id, object);
      ordered.splice(position(object.createdAt.getTime(), object.id), 0, object);
    },
    remove(id) {
      const object = byId.get(id);
      if (!object) return;
      byId.delete(id);
      ordered.splice(ordered.indexOf(object), 1);
    },
    all: () => ordered,
    since: (ms) => ordered.slice(position(ms, '')),
  };
}
