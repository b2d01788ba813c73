import * as v from 'valibot';
import { listOf } from '../http/answers';

/** The most that AKOOL gives at once. */
export const PAGE_SIZE = 100;

/** A list that never ends is not read to its end. */
const MOST_PAGES = 50;

export interface Page<T> {
  /** Also those that could not be read: a short page is the last one. */
  readonly count: number;
  readonly items: readonly T[];
}

export function pageAnswer<T>(item: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, Page<T>> {
  return v.pipe(
    v.object({ result: v.array(v.unknown()) }),
    v.transform(({ result }) => ({ count: result.length, items: v.parse(listOf(item), result) })),
  );
}

/** All that there are, each once, up to 5,000. */
export async function everyPage<T extends { readonly id: string }>(
  read: (page: number) => Promise<Page<T>>,
): Promise<readonly T[]> {
  const all = new Map<string, T>();
  for (let page = 1; page <= MOST_PAGES; page++) {
    const { count, items } = await read(page);
    const before = all.size;
    for (const item of items) all.set(item.id, item);
    // A list that knows nothing of pages gives the same again.
    if (count < PAGE_SIZE || (items.length > 0 && all.size === before)) break;
  }
  return [...all.values()];
}
