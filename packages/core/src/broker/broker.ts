/** The page's side of the broker: opens paid sessions through it, gives signs of life, and closes them. */

import { type Clock, systemClock } from '../clock';
import type { ConnectionDetails, SessionSource } from '../credentials';
import { AvatarError, isAvatarError } from '../errors';
import type { AvatarMode } from '../protocol/messages';
import { within } from '../session/waiting';
import { errorOf, idIn, isOk, openedIn, resultIn } from './answers';
import { startBeats } from './beats';
import { requestClose } from './closing';
import { type Answer, answerOf, bounded, eitherOf, exchange, exchangeFor } from './exchange';
import { type Order, type Placed, place } from './opening';
import { onPage } from './page';
import type { ChatRequest, CloseRequest, OpenHeaders, Path, SessionRequest } from './wire';

export interface BrokerSourceOptions {
  /**
   * For the broker's `authenticate`, such as `{ authorization }`. Asked before every request but the closing one, which
   * needs no login; so keep a token that is slow to get. @default none; cookies of the page's own origin go along
   */
  headers?(): HeadersInit | Promise<HeadersInit>;
  /** What the broker's `authorize` hears beside the provider. The broker refuses any other field. */
  readonly request?: { readonly preset?: string; readonly language?: string; readonly mode?: AvatarMode };
  /** @default the platform's */
  readonly fetch?: typeof fetch;
  /** @default the machine's */
  readonly clock?: Clock;
  /** Makes idempotency keys and close secrets. @default crypto.getRandomValues */
  readonly randomBytes?: (count: number) => Uint8Array;
}

/** A conversation for the model behind the broker. The system prompt, the model and its limits are the server's. */
export interface ChatBody {
  /** What visitor and avatar have said, oldest first. */
  readonly messages: readonly Readonly<ChatRequest['messages'][number]>[];
  /** Server-sent events as they come, or one JSON answer. @default true */
  readonly stream?: boolean;
}

export interface BrokerSource extends SessionSource {
  /**
   * Asks the model behind the broker, for the session that was opened last and is not closed. Resolves with the
   * answer once the model has begun it, in the form of OpenAI's chat completions: `textOf` of `@avatarwire/llm` reads
   * it. The model stops when the body is cancelled, or `signal` is aborted, which also ends the body.
   *
   * @throws AvatarError `not-connected` without an open session; `service-busy` with `retryAfterMs` while another answer
   * is under way, and when the caller's budget for the day is used up; `service-refused` when the session's is;
   * `unsupported` where the broker has no model; `session-gone`, `invalid-argument`, `connect-timeout`, `network`; or
   * `signal.reason`
   */
  chat(body: ChatBody, options?: { readonly signal?: AbortSignal | undefined }): Promise<Response>;
}

/** One open session, as the broker knows it. Its secret is not in the details, which go everywhere. */
interface Opened {
  /** Where the broker was when it opened: a page may change its own address. */
  readonly base: string;
  readonly id: string;
  readonly secret: string;
  readonly stopBeats: () => void;
}

/** 128 bits. */
const RANDOM_BYTES = 16;

/**
 * A source without a key in the page: a broker (`@avatarwire/broker`) at `url` opens and closes the service sessions.
 *
 * While a session is open, the page gives the broker a sign as often as that asks for; without signs the broker closes
 * it. A page that comes back after that hears so from its next sign, and its session ends with `service-ended`: rooms
 * outlive the service's session on most networks, and would keep the visitor waiting.
 *
 * Errors are the broker's own, with its code; `network` when no broker answered.
 *
 * @param url where the broker is mounted: absolute, or relative to the page, such as `/api/avatar`. No query.
 * @throws AvatarError `invalid-argument`, naming `url`
 */
export function broker(url: string, options: BrokerSourceOptions = {}): BrokerSource {
  if (typeof url !== 'string' || !/^[^?#]+$/.test(url))
    throw invalid('url must be an address without a query.');
  const {
    clock = systemClock,
    randomBytes = (count) => crypto.getRandomValues(new Uint8Array(count)),
    fetch: send = (...call) => fetch(...call),
  } = options;
  const sessions = new WeakMap<ConnectionDetails, Opened>();
  /** Not closed, in the order of opening. */
  const standing = new Set<Opened>();

  async function post(base: string, path: Path, init: RequestInit): Promise<Answer> {
    return exchange(send, base + path, init);
  }

  /** The login, for a body of JSON. */
  async function headers(): Promise<Headers> {
    try {
      const all = new Headers(await options.headers?.());
      all.set('content-type', 'application/json');
      return all;
    } catch (cause) {
      // Most often a token that could not be fetched.
      throw isAvatarError(cause) ? cause : new AvatarError('network', 'headers() failed.', { cause });
    }
  }

  function close(base: string, request: CloseRequest, lastTurn: boolean): Promise<void> {
    return requestClose(send, clock, base + ('/close' satisfies Path), request, lastTurn);
  }

  async function beat(base: string, id: string, signal: AbortSignal): Promise<void> {
    const answer = await post(base, `/sessions/${id}/beat`, { headers: await headers(), signal });
    if (!isOk(answer)) throw errorOf(answer);
  }

  function openedWith(details: ConnectionDetails): Opened {
    const opened = sessions.get(details);
    if (!opened) throw invalid('details must come from open() of this source.');
    return opened;
  }

  function random(): string {
    return Array.from(randomBytes(RANDOM_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  return {
    async open({ provider }, { signal, onGone = () => {} }) {
      signal.throwIfAborted();
      const base = baseOf(url);
      // A page that goes away can close nothing later: it hangs up, and the broker closes what it opens for nobody.
      const leaving = new AbortController();
      const stopWatching = onPage(['pagehide'], () => leaving.abort());
      const placing = bounded(clock, placeOrder, leaving.signal).finally(stopWatching);
      try {
        const { order, answer } = await within(placing, { clock, signal });
        const { beatEveryMs, ...details } = openedIn(answer, provider);
        const { sessionId: id } = details;
        const stopBeats = startBeats(clock, beatEveryMs, (alive) => beat(base, id, alive), onGone);
        const opened = { base, id, secret: order.secret, stopBeats };
        sessions.set(details, opened);
        standing.add(opened);
        return details;
      } catch (error) {
        // Also when nobody waits any more: hung up on at the wrong moment, the broker would take it for delivered.
        placing.then(discard, () => {});
        throw error;
      }

      async function placeOrder(alive: AbortSignal): Promise<Placed> {
        const all = await headers();
        signal.throwIfAborted();
        const newOrder = () => ({ key: random(), secret: random() });
        const ask = ({ key, secret }: Order) => {
          all.set('Idempotency-Key' satisfies keyof OpenHeaders, key);
          // Which providers there are, the broker says.
          const known = provider as SessionRequest['provider'];
          const wanted: SessionRequest = { ...options.request, provider: known, closeSecret: secret };
          return post(base, '/sessions', { headers: all, body: JSON.stringify(wanted), signal: alive });
        };
        return place(newOrder, ask, clock, signal);
      }

      /** Nobody will use what came, and it costs money. */
      function discard({ order: { secret }, answer }: Placed): void {
        const id = idIn(answer);
        if (id !== undefined) close(base, { id, secret }, false).catch(() => {});
      }
    },

    async close(details, { keepalive }) {
      const opened = openedWith(details);
      const { base, id, secret, stopBeats } = opened;
      standing.delete(opened);
      stopBeats();
      await close(base, { id, secret }, keepalive);
    },

    async call(details, action, body, { signal }) {
      signal.throwIfAborted();
      const { base, id } = openedWith(details);
      const json = jsonOf(body);
      const path = `/sessions/${id}/calls/${encodeURIComponent(action)}` as const;
      const ask = async (alive: AbortSignal) =>
        post(base, path, { headers: await headers(), body: json, signal: alive });
      return resultIn(await bounded(clock, ask, signal));
    },

    async chat({ messages, stream = true }, { signal } = {}) {
      signal?.throwIfAborted();
      const opened = [...standing].at(-1);
      if (!opened) throw new AvatarError('not-connected', 'chat() needs an open session of this source.');
      const path = `/sessions/${opened.id}/chat/completions` as const;
      const body = jsonOf({ messages, stream });
      const ask = async (alive: AbortSignal) => {
        // Also when the answer has begun: an abort ends the body, whoever reads that by then.
        const either = signal ? eitherOf([signal, alive]) : alive;
        const init = { headers: await headers(), body, signal: either };
        const given = await exchangeFor(send, opened.base + (path satisfies Path), init, async (response) =>
          response.ok ? response : answerOf(response),
        );
        if ('ok' in given) return given;
        throw errorOf(given);
      };
      return bounded(clock, ask, signal);
    },
  };
}

/** Without the slash at its end. @throws AvatarError `invalid-argument` for a relative `url` where there is no page */
function baseOf(url: string): string {
  try {
    return new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href).href.replace(/\/+$/, '');
  } catch (cause) {
    throw invalid('url must be absolute where there is no page.', cause);
  }
}

/** @throws AvatarError `invalid-argument` for what JSON cannot say */
function jsonOf(body: unknown): string {
  try {
    return JSON.stringify(body ?? {});
  } catch (cause) {
    throw invalid('body must be JSON.', cause);
  }
}

function invalid(message: string, cause?: unknown): AvatarError {
  return new AvatarError('invalid-argument', message, { cause });
}
