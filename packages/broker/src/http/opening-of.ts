/** What `authorize` answers, looked at before anything is paid for. */

import type { CheckedOptions } from '../checked-options';
import type { Caller, Opening, Wanted } from '../options';
import { Refusal } from '../refusal';

const A_DAY_SECONDS = 86_400;

/** @throws Refusal 403, 400 for a network that the service is not on, 500 when `authorize` failed */
export async function openingOf(options: CheckedOptions, caller: Caller, wanted: Wanted): Promise<Opening> {
  let opening: Opening | undefined;
  try {
    opening = await options.authorize(caller, wanted);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(500, 'network', 'What may be opened could not be looked up.', { cause: error });
  }
  if (opening === undefined || opening === null) {
    throw new Refusal(403, 'service-refused', 'What was asked for is not allowed.');
  }
  const { service: name, request } = opening;
  const service = options.services.find((each) => each.name === name);
  if (!service) throw mistake('names a service that is not configured');
  if (typeof request !== 'object' || request === null) throw mistake('has no request');
  if (!isDuration(request.durationSeconds)) {
    throw mistake(`needs request.durationSeconds, a whole number of seconds up to ${A_DAY_SECONDS}`);
  }
  if (!service.providers.includes(wanted.provider)) {
    const message = `What is opened is not on ${wanted.provider}; it is on ${service.providers.join(', ')}.`;
    throw new Refusal(400, 'invalid-argument', message, { field: 'provider' });
  }
  return opening;
}

function isDuration(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= A_DAY_SECONDS;
}

function mistake(what: string): Refusal {
  const cause = new Error(`The answer of authorize ${what}.`);
  return new Refusal(500, 'network', 'What may be opened could not be looked up.', { cause });
}
