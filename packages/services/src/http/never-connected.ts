const MAX_DEPTH = 5;

/**
 * Whether a failed `fetch` certainly reached nobody: the name was not found, or no connection came about. Known of
 * Node's `fetch` (undici), which hangs the system's error on its own as `cause`. Where a platform says less, the
 * answer is no, and nothing is repeated.
 */
export function neverConnected(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > MAX_DEPTH) return false;
  const { syscall, code, errors, cause } = error as Readonly<Record<string, unknown>>;
  if (syscall === 'connect' || syscall === 'getaddrinfo' || code === 'UND_ERR_CONNECT_TIMEOUT') return true;
  // One error for each address that was tried.
  if (Array.isArray(errors) && errors.length > 0)
    return errors.every((each) => neverConnected(each, depth + 1));
  return neverConnected(cause, depth + 1);
}
