/**
 * The entries of a list; undefined if it is none. In Mirakl's older answers (PA11, PA12) a list is the only field of an
 * object, `{"order":[…]}`: with the name of that field both forms are taken.
 */
export function unwrapList(value: unknown, wrapper?: string): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (wrapper === undefined || typeof value !== 'object' || value === null) return undefined;
  const list: unknown = Reflect.get(value, wrapper);
  return Array.isArray(list) ? list : undefined;
}
