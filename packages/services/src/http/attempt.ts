/** One request and its answer, within its time and size. */

import { AvatarError, type AvatarErrorOptions } from '@avatarwire/core';
import { type CodeRow, type Dialect, type Envelope, statusRow } from './dialect';
import { neverConnected } from './never-connected';
import type { CheckedOptions } from './options';
import { readText, TooLarge } from './read-body';
import type { Secrets } from './secrets';
import { unlessAborted } from './unless-aborted';

export interface Exchange {
  /** What it is for, as in "create session": stands in messages and logs. */
  readonly what: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: unknown;
  readonly headers: Readonly<Record<string, string>>;
  /** A 404 in the service's own form then means that the session is gone. */
  readonly concernsSession?: boolean;
  readonly timeoutMs?: number;
  /** Gives the request up. */
  readonly signal?: AbortSignal | undefined;
}

export type Outcome =
  | { readonly ok: true; readonly data: unknown }
  | {
      readonly ok: false;
      readonly error: AvatarError;
      /** `never`: it reached nobody. `refused`: the service said no. `unknown`: it may have done what was asked. */
      readonly done: 'never' | 'refused' | 'unknown';
    };

export interface Line {
  readonly options: CheckedOptions;
  readonly dialect: Dialect;
  readonly secrets: Secrets;
}

/** Never rejects, except with the reason of the exchange's own signal. */
export async function attempt(line: Line, exchange: Exchange): Promise<Outcome> {
  const { options } = line;
  const { signal } = exchange;
  if (signal?.aborted) throw signal.reason;
  const timeoutMs = exchange.timeoutMs ?? options.timeoutMs;
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  let late = false;
  const cancelTimer = options.clock.schedule(() => {
    late = true;
    controller.abort();
  }, timeoutMs);
  try {
    const { response, text } = await exchanged(line, exchange, controller.signal);
    return judge(line, exchange, response, text);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    return late
      ? failure(
          line,
          'connect-timeout',
          `did not answer within ${timeoutMs} ms (${exchange.what})`,
          'unknown',
        )
      : broken(line, exchange, error);
  } finally {
    cancelTimer();
    signal?.removeEventListener('abort', abort);
  }
}

async function exchanged(
  { options }: Line,
  { method, path, query, body, headers }: Exchange,
  signal: AbortSignal,
): Promise<{ response: Response; text: string }> {
  const url = new URL(options.baseUrl + path);
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, String(value));
  const answering = options.fetch(url.href, {
    method,
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    // A redirect would take the key along, to whatever host it names.
    redirect: 'manual',
    signal,
  });
  // A `fetch` that was handed in may not know of signals.
  const response = await unlessAborted(
    answering,
    [signal],
    (late) => void late.body?.cancel().catch(() => {}),
  );
  return {
    response,
    text: await unlessAborted(readText(response, options.maxResponseBytes, signal), [signal]),
  };
}

function judge(line: Line, exchange: Exchange, response: Response, text: string): Outcome {
  const { dialect } = line;
  const { status } = response;
  const envelope = envelopeOf(dialect, text);
  if (response.ok) {
    if (envelope?.ok) return { ok: true, data: envelope.data };
    if (envelope) return refusal(line, exchange, envelope, status, retryAfterOf(line, response));
    if (text === '' && status === 204) return { ok: true, data: undefined };
    const message = `answered with something that is none of its envelopes (${exchange.what})`;
    return failure(line, 'network', message, 'unknown', { serviceCode: status });
  }
  const said = envelope?.ok === false ? envelope : {};
  // Whatever stands in between may say 404, too, and knows nothing of sessions.
  const concernsSession = exchange.concernsSession === true && envelope !== undefined;
  const refused = { ...exchange, concernsSession };
  return refusal(line, refused, { ok: false, ...said }, status, retryAfterOf(line, response));
}

/** What the parser says is left out: it repeats the text. */
function envelopeOf(dialect: Dialect, text: string): Envelope | undefined {
  try {
    return dialect.envelope(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function refusal(
  line: Line,
  { what, concernsSession = false }: Exchange,
  { code, said, trace }: Envelope & { ok: false },
  status: number,
  retryAfterMs: number | undefined,
): Outcome {
  const failed = status < 200 || status > 299;
  const row = rowOf(line.dialect, code, status, failed, concernsSession);
  const given = code !== undefined && (!failed || isDocumented(line.dialect, code)) ? code : status;
  // A code that is text may be any text.
  const number = typeof given === 'string' ? line.secrets.said(given) : given;
  const words = [
    `refused (${what}): ${row.meaning} (${number}).`,
    row.advice,
    said && `The service says: ${line.secrets.said(said)}`,
    trace && `Trace ${trace}.`,
  ];
  // After a 5xx, a 408 or a redirect nobody knows how far it got.
  const certain = !failed || (status >= 400 && status < 500 && status !== 408);
  const done = certain ? 'refused' : 'unknown';
  return failure(line, row.error, words.filter(Boolean).join(' '), done, {
    serviceCode: number,
    ...(row.error === 'service-busy' && retryAfterMs !== undefined && { retryAfterMs }),
  });
}

function rowOf(
  dialect: Dialect,
  code: number | string | undefined,
  status: number,
  failed: boolean,
  concernsSession: boolean,
): CodeRow {
  const row = code !== undefined && isDocumented(dialect, code) ? dialect.codes[code] : undefined;
  if (row) return row;
  if (failed) return statusRow(status, concernsSession);
  return { error: 'service-refused', meaning: 'a code that is not documented' };
}

function isDocumented(dialect: Dialect, code: number | string): boolean {
  return Object.hasOwn(dialect.codes, code);
}

function retryAfterOf({ options }: Line, response: Response): number | undefined {
  const header = response.headers.get('retry-after');
  if (header === null || header.trim() === '') return undefined;
  const seconds = Number(header);
  const ms = Number.isNaN(seconds) ? Date.parse(header) - options.clock.wallNow() : seconds * 1_000;
  return Number.isFinite(ms) && ms >= 0 ? Math.min(ms, 3_600_000) : undefined;
}

function broken(line: Line, { what }: Exchange, error: unknown): Outcome {
  if (error instanceof TooLarge) {
    const bytes = line.options.maxResponseBytes;
    return failure(line, 'service-refused', `answered with more than ${bytes} bytes (${what})`, 'unknown');
  }
  const never = neverConnected(error);
  const message = never ? `could not be reached (${what})` : `broke off (${what})`;
  return failure(line, 'network', message, never ? 'never' : 'unknown', {
    cause: line.secrets.error(error),
  });
}

function failure(
  { dialect, secrets }: Line,
  code: AvatarError['code'],
  message: string,
  done: 'never' | 'refused' | 'unknown',
  more: AvatarErrorOptions = {},
): Outcome {
  const text = secrets.text(`${dialect.title} ${message}`);
  const error = new AvatarError(code, text.endsWith('.') ? text : `${text}.`, {
    service: dialect.service,
    ...more,
  });
  return { ok: false, error, done };
}
