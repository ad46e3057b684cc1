/** Something that is kept in a collection: whose it is, and the object that the API shows. */
export type Owned<T extends { readonly id: string }> = {
  /** The account that the object belongs to. */
  readonly owner: string;
  readonly object: T;
};

/** Objects in the order in which they were made, found by id, and by whatever they are indexed by. */
export type Collection<Item> = {
  add(item: Item): void;
  get(id: string): Item | undefined;
  /** Oldest first. */
  all(): readonly Item[];
  /** Those that were filed under this label, oldest first. */
  filed(label: string): readonly Item[];
  /** How many items were made before this one; undefined for an unknown id. */
  position(id: string): number | undefined;
};

/** An empty collection. `labels` says under which labels an item is filed; what it says must never change. */
export function createCollection<Item extends Owned<{ readonly id: string }>>(
  labels: (item: Item) => readonly string[] = () => [],
): Collection<Item> {
  const items: Item[] = [];
  const positions = new Map<string, number>();
  const files = new Map<string, Item[]>();
  return {
    add(item) {
      positions.set(item.object.id, items.length);
      items.push(item);
      for (const label of labels(item)) {
        const file = files.get(label);
        if (file === undefined) files.set(label, [item]);
        else file.push(item);
      }
    },
    get(id) {
      const position = positions.get(id);
      return position === undefined ? undefined : items[position];
    },
    all: () => items,
    filed: (label) => files.get(label) ?? [],
    position: (id) => positions.get(id),
  };
}
