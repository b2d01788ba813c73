/** Bodies from outside, read no further than they may be long, and no longer than they may take. */

import type { Clock } from '@avatarwire/core';
import type { BrokerLimits } from '../options';
import { Refusal } from '../refusal';
import { parseJson } from './json';

const BODY_MS = 30_000;

export type MediaType = 'application/json' | 'text/plain';

export interface BodyRules {
  readonly mediaType: MediaType;
  readonly limits: Pick<BrokerLimits, 'maxBodyBytes' | 'maxJsonDepth'>;
  readonly clock: Clock;
}

/**
 * The JSON of a request; undefined for a body that is empty.
 *
 * @throws Refusal 400, 408, 413, 415
 */
export async function readJson(request: Request, { mediaType, limits, clock }: BodyRules): Promise<unknown> {
  checkEncoding(request);
  if (Number(request.headers.get('content-length') ?? 0) > limits.maxBodyBytes) throw tooLarge(limits);
  const bytes = await readBytes(request, limits, clock);
  if (bytes.length === 0) return undefined;
  checkType(request, mediaType);
  return parseJson(decode(bytes), limits.maxJsonDepth);
}

function checkEncoding(request: Request): void {
  const encoding = request.headers.get('content-encoding');
  if (encoding === null || encoding === 'identity') return;
  throw new Refusal(415, 'invalid-argument', 'The body must not be compressed.', {
    field: 'content-encoding',
  });
}

function checkType(request: Request, wanted: MediaType): void {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type === wanted) return;
  throw new Refusal(415, 'invalid-argument', `The body has to be ${wanted}.`, { field: 'content-type' });
}

async function readBytes(request: Request, limits: BodyRules['limits'], clock: Clock): Promise<Uint8Array> {
  if (request.body === null) return new Uint8Array();
  const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader();
  let late = false;
  const cancelTimer = clock.schedule(() => {
    late = true;
    letGo(reader);
  }, BODY_MS);
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      length += part.value.byteLength;
      if (length > limits.maxBodyBytes) throw tooLarge(limits);
      pieces.push(part.value);
    }
  } catch (error) {
    letGo(reader);
    if (error instanceof Refusal || request.signal.aborted) throw error;
    throw new Refusal(400, 'invalid-argument', 'The body broke off.', { field: 'body', cause: error });
  } finally {
    cancelTimer();
  }
  if (late) {
    const message = `The body did not come within ${BODY_MS / 1_000} seconds.`;
    throw new Refusal(408, 'connect-timeout', message, { field: 'body' });
  }
  return together(pieces, length);
}

function letGo(reader: ReadableStreamDefaultReader<Uint8Array>): void {
  reader.cancel().catch(() => {});
}

function together(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal(400, 'invalid-argument', 'The body is no UTF-8.', { field: 'body' });
  }
}

function tooLarge({ maxBodyBytes }: BodyRules['limits']): Refusal {
  return new Refusal(413, 'invalid-argument', `The body may have ${maxBodyBytes} bytes.`, { field: 'body' });
}
