import { Refusal } from '../refusal';

/** Whatever was thrown, as what may be answered. What nobody meant to be read is in `cause`. */
export function asRefusal(error: unknown, signal: AbortSignal): Refusal {
  if (error instanceof Refusal) return error;
  if (signal.aborted) {
    return new Refusal(499, 'network', 'The client went before the answer.', { cause: error });
  }
  const message = 'Something failed in the broker. Its log has it, under this request id.';
  return new Refusal(500, 'network', message, { cause: error });
}
