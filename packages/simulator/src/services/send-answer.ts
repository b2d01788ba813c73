import type { ServerResponse } from 'node:http';
import { type Answer, type Call, ServiceRefusal, type ServiceRoutes } from './call';
import type { MetFailure } from './failures';

const JSON_TYPE = 'application/json; charset=utf-8';
const OVERSIZE_BYTES = 16 * 1_024 * 1_024;
const PIECE = ' '.repeat(64 * 1_024);

/** As it is. */
export function sendAnswer(response: ServerResponse, { status, headers, body }: Answer): void {
  if (response.destroyed) return;
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    'content-type': JSON_TYPE,
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

/**
 * With the failure that the call meets, if it meets one.
 *
 * @returns the status that was sent, or undefined when the client got no whole answer
 */
export async function sendBroken(
  service: ServiceRoutes,
  met: MetFailure | undefined,
  call: Call,
  answerOf: () => Promise<Answer>,
  response: ServerResponse,
): Promise<number | undefined> {
  const failure = met?.failure;
  switch (failure?.name) {
    case 'code': {
      const { code, message = 'refused on demand', status } = failure;
      return send(response, service.refuse(new ServiceRefusal(code, message, status)), call);
    }
    case 'too-many-requests': {
      const refusal = service.refuse(new ServiceRefusal('too-many-requests', 'too many requests', 429));
      const headers = { ...refusal.headers, 'retry-after': String(failure.retryAfterSeconds ?? 1) };
      return send(response, { ...refusal, headers }, call);
    }
    case 'server-error': {
      const status = failure.status ?? 500;
      const page = `<html><body><h1>${status}</h1></body></html>`;
      return send(response, text(status, 'text/html', page), call);
    }
    case 'reset':
      response.destroy();
      return undefined;
    case 'slow':
      if (!(await met?.wait({ ms: failure.ms }))) return giveUp(response);
      return send(response, await answerOf(), call);
    case 'abandoned':
      if (!(await met?.wait({ until: call.clientGone }))) return giveUp(response);
      await answerOf();
      response.destroy();
      return undefined;
    case 'unanswered': {
      const answer = await answerOf();
      if (!(await met?.wait({ ms: failure.ms }))) return giveUp(response);
      return send(response, answer, call);
    }
    case 'cut':
      return cut(response, await answerOf(), failure.afterBytes);
    case 'malformed': {
      const { headers, stream } = await answerOf();
      const nonsense = stream ? 'data: {"choices":[{"delta":\n\n' : '{"code":1000,"data":{';
      await stream?.[Symbol.asyncIterator]().return?.();
      return send(response, text(200, headers?.['content-type'] ?? JSON_TYPE, nonsense), call);
    }
    case 'oversize':
      return oversize(response, await answerOf(), failure.bytes ?? OVERSIZE_BYTES);
    case undefined:
      return send(response, await answerOf(), call);
  }
}

/** JSON is what `body` becomes; other text goes through `stream`. */
function text(status: number, type: string, content: string): Answer {
  async function* once() {
    yield content;
  }
  return { status, headers: { 'content-type': type }, stream: once() };
}

function giveUp(response: ServerResponse): undefined {
  response.destroy();
}

async function send(response: ServerResponse, answer: Answer, call: Call): Promise<number | undefined> {
  if (response.destroyed) {
    await answer.stream?.[Symbol.asyncIterator]().return?.();
    return undefined;
  }
  if (!answer.stream) {
    sendAnswer(response, answer);
    return answer.status;
  }
  response.writeHead(answer.status, { 'content-type': JSON_TYPE, ...answer.headers });
  for await (const piece of answer.stream) {
    if (call.clientGone.aborted || response.destroyed) return undefined;
    if (!response.write(piece)) await drained(response);
  }
  response.end();
  return answer.status;
}

const CUT_STREAM_AFTER_BYTES = 300;

/** Ends in the middle: of a body that says how long it is, or of a stream that has only begun. */
async function cut(response: ServerResponse, answer: Answer, afterBytes?: number): Promise<undefined> {
  if (response.destroyed) return;
  if (answer.stream) {
    response.writeHead(answer.status, { ...answer.headers });
    let left = afterBytes ?? CUT_STREAM_AFTER_BYTES;
    for await (const piece of answer.stream) {
      if (response.destroyed) return;
      await write(response, Buffer.from(piece).subarray(0, left));
      left -= Buffer.byteLength(piece);
      if (left <= 0) break;
    }
  } else {
    const whole = Buffer.from(await wholeText(answer));
    const length = afterBytes ?? Math.floor(whole.length / 2);
    response.writeHead(answer.status, {
      'content-type': JSON_TYPE,
      ...answer.headers,
      'content-length': Math.max(whole.length, length + 1),
    });
    response.flushHeaders();
    await write(response, whole.subarray(0, length));
  }
  response.destroy();
}

/** Resolves when it is handed to the system, so that an end right after does not swallow it; or the client is gone. */
function write(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', resolve);
    response.write(bytes, () => {
      response.off('close', resolve);
      resolve();
    });
  });
}

/** White space before the JSON: the document stays whole, only nobody should read all of it. */
async function oversize(
  response: ServerResponse,
  answer: Answer,
  bytes: number,
): Promise<number | undefined> {
  if (response.destroyed) return undefined;
  const whole = await wholeText(answer);
  response.writeHead(answer.status, { 'content-type': JSON_TYPE, ...answer.headers });
  for (let left = bytes - Buffer.byteLength(whole); left > 0; left -= PIECE.length) {
    if (response.destroyed) return undefined;
    if (!response.write(left >= PIECE.length ? PIECE : PIECE.slice(0, left))) await drained(response);
  }
  if (response.destroyed) return undefined;
  response.end(whole);
  return answer.status;
}

async function wholeText({ body, stream }: Answer): Promise<string> {
  if (!stream) return body === undefined ? '' : JSON.stringify(body);
  let whole = '';
  for await (const piece of stream) whole += piece;
  return whole;
}

/** The client has read on, or is gone. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      response.off('drain', go);
      response.off('close', go);
      resolve();
    };
    response.once('drain', go);
    response.once('close', go);
  });
}
