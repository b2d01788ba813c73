/** What each route does, once its page may use the broker. */

import document from '../../openapi.json';
import type { CheckedOptions } from '../checked-options';
import type { Caller } from '../options';
import { Refusal } from '../refusal';
import { digestOf } from '../sessions/digests';
import type { SessionRecord } from '../store';
import { readJson } from './body';
import { checkFields } from './check-fields';
import { countRequest } from './limits';
import { callerOf } from './login';
import { openedAnswer } from './opened-answer';
import { openingOf } from './opening-of';
import type { HttpParts } from './parts';
import type { OperationName } from './routes';
import { ACTION, closeRequest, IDEMPOTENCY_KEY, sessionRequest } from './schemas';

export type Handle = (
  parts: HttpParts,
  request: Request,
  parameters: Readonly<Record<string, string>>,
) => Promise<Response>;

/** Counted apart from what is said: they must get through when a page says too much. */
const URGENT: ReadonlySet<string> = new Set(['interrupt', 'keep-alive']);
/** A connection needs dozens of these in its first seconds: they neither use up what is said nor wait for it. */
const SIGNALLING: ReadonlySet<string> = new Set(['answer', 'ice', 'start']);

const open: Handle = async ({ options, keeper }, request) => {
  const { limits, clock, timings } = options;
  const caller = await callerOf(request, options.authenticate);
  const counted = { lane: 'open', uncounted: 'refuse', what: 'requests to open' } as const;
  await countRequest(options, { ...counted, key: `caller:${caller.id}`, perMinute: limits.opensPerMinute });
  await countRequest(options, { ...counted, key: 'all', perMinute: limits.opensInAllPerMinute });

  const idempotencyKey = request.headers.get('idempotency-key') ?? '';
  if (!IDEMPOTENCY_KEY.test(idempotencyKey)) {
    const message = 'The header Idempotency-Key has to be 16 to 128 characters of A-Z, a-z, 0-9, _ and -.';
    throw new Refusal(400, 'invalid-argument', message, { field: 'Idempotency-Key' });
  }
  const body = await readJson(request, { mediaType: 'application/json', limits, clock });
  const { closeSecret, ...wanted } = checkFields(sessionRequest, body);
  const { provider, preset = null, language = null, mode = null } = wanted;
  const opening = await openingOf(options, caller, wanted);
  const fingerprint = await digestOf(JSON.stringify([provider, preset, language, mode, closeSecret]));
  const opened = await keeper.open({
    caller,
    provider,
    opening,
    idempotencyKey,
    fingerprint,
    closeSecret,
    gone: request.signal,
  });

  const answer = openedAnswer(opened, { now: clock.wallNow(), beatMs: timings.beatMs });
  if (answer) return Response.json(answer, { status: 201 });
  // Nobody can use it.
  await keeper.close(opened.record.id, closeSecret);
  const { service } = opened.record;
  throw new Refusal(502, 'network', `${service} opened a session that nobody can join.`, { service });
};

const close: Handle = async ({ options, keeper }, request) => {
  const body = await readJson(request, { mediaType: 'text/plain', ...options });
  const { id, secret } = checkFields(closeRequest, body);
  const outcome = await keeper.close(id, secret, () => countClose(options, id));
  return new Response(null, { status: outcome === 'closed' ? 204 : 202 });
};

const beat: Handle = async (parts, request, parameters) => {
  const { id = '' } = parameters;
  const caller = await callerOf(request, parts.options.authenticate);
  await parts.keeper.beat(caller, id, (session) => countBeat(parts, session));
  return new Response(null, { status: 204 });
};

const call: Handle = async (parts, request, parameters) => {
  const { action = '' } = parameters;
  if (!ACTION.test(action))
    throw new Refusal(404, 'unsupported', 'There is no such action.', { field: 'action' });
  const { session } = await ownSession(parts, request, parameters);
  await countCall(parts, session, action);
  const body = await readJson(request, { mediaType: 'application/json', ...parts.options });
  const result = await parts.keeper.call(session, action, body, request.signal);
  return Response.json({ result: result ?? null });
};

const chat: Handle = async (parts, request, parameters) => {
  if (!parts.model) throw new Refusal(404, 'unsupported', 'No language model is configured here.');
  const { caller, session } = await ownSession(parts, request, parameters);
  await countSaid(parts, session);
  const body = await readJson(request, { mediaType: 'application/json', ...parts.options });
  return parts.model.answer({ session, caller, body, signal: request.signal });
};

const serveDocument: Handle = async ({ options }) =>
  Response.json({ ...document, servers: [{ url: options.basePath === '' ? '/' : options.basePath }] });

export const HANDLERS: Readonly<Record<OperationName, Handle>> = {
  open,
  close,
  beat,
  call,
  chat,
  document: serveDocument,
};

async function ownSession(
  { options, keeper }: HttpParts,
  request: Request,
  { id = '' }: Readonly<Record<string, string>>,
): Promise<{ readonly caller: Caller; readonly session: SessionRecord }> {
  const caller = await callerOf(request, options.authenticate);
  return { caller, session: await keeper.owned(caller, id) };
}

/**
 * Who has the secret is counted, and nobody else: this needs no login, so guesses must neither keep the owner from
 * closing nor fill the store with counters, and a wrong secret must be answered like an id that does not exist.
 */
function countClose(options: CheckedOptions, id: string): Promise<void> {
  const perMinute = options.limits.closesPerMinute;
  const what = 'attempts to close';
  return countRequest(options, { lane: 'close', key: id, perMinute, uncounted: 'allow', what });
}

function countSaid({ options }: HttpParts, { id }: SessionRecord): Promise<void> {
  const perMinute = options.limits.callsPerMinute;
  return countRequest(options, { lane: 'call', key: id, perMinute, uncounted: 'refuse', what: 'calls' });
}

function countCall(parts: HttpParts, session: SessionRecord, action: string): Promise<void> {
  if (URGENT.has(action)) return countUrgent(parts, session.id, 'interrupts and keep-alives');
  if (SIGNALLING.has(action)) return countUrgent(parts, `${session.id}:signalling`, 'calls of signalling');
  return countSaid(parts, session);
}

function countUrgent({ options }: HttpParts, key: string, what: string): Promise<void> {
  const perMinute = options.limits.urgentCallsPerMinute;
  return countRequest(options, { lane: 'urgent', key, perMinute, uncounted: 'refuse', what });
}

/** Apart from interrupts, too: a page that makes too many of those must not fall silent by it. */
function countBeat({ options }: HttpParts, { id }: SessionRecord): Promise<void> {
  const perMinute = options.limits.urgentCallsPerMinute;
  const key = `${id}:beat`;
  return countRequest(options, { lane: 'urgent', key, perMinute, uncounted: 'allow', what: 'signs' });
}
