/** Where a key leads in a list of `length`, from `index` (none is -1); undefined for a key that leads nowhere. */
export function listMove(key: string, index: number, length: number, page: number): number | undefined {
  if (length === 0) return undefined;
  const none = index < 0;
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: none ? length - 1 : index + 1,
    ArrowUp: none ? length - 1 : index - 1,
    PageDown: index + page,
    PageUp: index - page,
    Home: 0,
    End: length - 1,
  };
  const wanted = moves[key];
  return wanted === undefined ? undefined : Math.min(length - 1, Math.max(0, wanted));
}
