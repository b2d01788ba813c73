/** Whether a failed `open` may have opened something all the same. Marks, so that two copies of this package agree. */

const MARK = Symbol.for('avatarwire.services.may-have-opened');
const ID = Symbol.for('avatarwire.services.may-be-open-as');

type Marked = { readonly [MARK]?: unknown; readonly [ID]?: unknown };

/**
 * Whether a service session may exist although `open` rejected with `error`: the request may have arrived, and either
 * no answer with an id came back, or closing it failed. Such an `open` must not simply be repeated. After an abort ask
 * nothing: what came of the request is closed by itself, and `settled()` tells when.
 */
export function mayHaveOpened(error: unknown): boolean {
  return isObject(error) && error[MARK] === true;
}

/** The id of the session that may exist, where it is known: close it, until that succeeds. */
export function mayBeOpenAs(error: unknown): string | undefined {
  if (!mayHaveOpened(error) || !isObject(error)) return undefined;
  const id = error[ID];
  return typeof id === 'string' ? id : undefined;
}

/**
 * For who writes a server half: says of what `open` rejects with whether a session may exist all the same, and under
 * which id where that is known. Without it an `AvatarError` says that nothing was opened.
 *
 * ```ts
 * throw markUncertain(new AvatarError('network', 'No answer came.', { service }), true);
 * ```
 *
 * @returns the error itself. What is no object stays as it is: the reason of an abort may be anything
 */
export function markUncertain<E>(error: E, uncertain: boolean, id?: string): E {
  if (!isObject(error) || !Object.isExtensible(error)) return error;
  Object.defineProperty(error, MARK, { value: uncertain, configurable: true });
  Object.defineProperty(error, ID, { value: id, configurable: true });
  return error;
}

function isObject(value: unknown): value is Marked {
  return typeof value === 'object' && value !== null;
}
