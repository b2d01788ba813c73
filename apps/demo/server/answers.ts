import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AvatarErrorCode } from '@avatarwire/core';

const MAX_BODY_BYTES = 1_024;

/** What goes wrong here, in the words and codes that the page explains. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: AvatarErrorCode,
    message: string,
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}

export function answerJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

export function answerNothing(response: ServerResponse): void {
  response.writeHead(204, { 'cache-control': 'no-store' }).end();
}

export function answerRefusal(
  response: ServerResponse,
  { status, code, message, retryAfterMs }: Refusal,
): void {
  if (retryAfterMs !== undefined) response.setHeader('retry-after', Math.ceil(retryAfterMs / 1_000));
  answerJson(response, status, {
    error: { code, message, ...(retryAfterMs !== undefined && { retryAfterMs }) },
  });
}

/** A small JSON object. @throws Refusal */
export async function readObject(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  if (request.headers['content-type']?.split(';')[0]?.trim() !== 'application/json') {
    throw new Refusal(415, 'invalid-argument', 'The body must be application/json.');
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BODY_BYTES)
      throw new Refusal(413, 'invalid-argument', `The body must be at most ${MAX_BODY_BYTES} bytes.`);
    chunks.push(chunk);
  }
  const value = parse(Buffer.concat(chunks).toString('utf8'));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refusal(400, 'invalid-argument', 'The body must be a JSON object.');
  }
  return value as Record<string, unknown>;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
