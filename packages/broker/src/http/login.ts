import { isCallerId } from '../caller-id';
import type { BrokerOptions, Caller } from '../options';
import { Refusal } from '../refusal';

/** @throws Refusal 401 when nobody is logged in, 500 when `authenticate` fails */
export async function callerOf(
  request: Request,
  authenticate: BrokerOptions['authenticate'],
): Promise<Caller> {
  let caller: unknown;
  try {
    caller = await authenticate(request);
  } catch (error) {
    throw inside(error);
  }
  if (caller === undefined || caller === null) {
    throw new Refusal(401, 'service-refused', 'Nobody is logged in.');
  }
  if (!isCaller(caller)) {
    throw inside(new Error('authenticate has to answer with an id of 1 to 256 printable characters.'));
  }
  return caller;
}

function isCaller(value: unknown): value is Caller {
  const id: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'id') : undefined;
  return isCallerId(id);
}

function inside(cause: unknown): Refusal {
  return new Refusal(500, 'network', 'The login could not be checked.', { cause });
}
