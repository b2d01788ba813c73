/** Whether a failed `open` may have opened something all the same. A mark, so that two copies of this package agree. */

const MARK = Symbol.for('avatarwire.services.may-have-opened');

/**
 * Whether a service session may exist although `open` rejected with `error`: the request may have arrived, and no
 * answer with an id came back. Such an `open` must not simply be repeated. After an abort ask nothing: what came of
 * the request is closed by itself, and `settled()` tells when.
 */
export function mayHaveOpened(error: unknown): boolean {
  return typeof error === 'object' && error !== null && (error as { [MARK]?: unknown })[MARK] === true;
}

export function markUncertain<E extends Error>(error: E, uncertain = true): E {
  return Object.defineProperty(error, MARK, { value: uncertain, configurable: true });
}
