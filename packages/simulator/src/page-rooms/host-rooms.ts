import { AvatarError, type Clock, isAvatarError, systemClock } from '@avatarwire/core';
import type { MockRoom, RoomProvider, WantedRoom } from '../mock-room';
import { readLines } from './read-lines';
import { createRoomBook } from './room-book';
import type { HostRequest, Order, OrderAnswer } from './wire';

/**
 * Makes the room of one session, with its avatar in it. Rejects where it cannot: then the service creates no session.
 * `signal` is aborted when the room is not wanted any more; what is made all the same is closed.
 */
export type RoomMaker = (
  wanted: WantedRoom,
  options: { readonly signal: AbortSignal },
) => MockRoom | Promise<MockRoom>;

/** By provider. What a page has no maker for it is not asked for. */
export type RoomMakers = { readonly [P in RoomProvider]?: RoomMaker };

export interface HostRoomsOptions {
  /**
   * What `pageOf` calls this page, at most 500 characters. A page that comes with the same name takes the place of the
   * one before. @default none
   */
  readonly name?: string;
  /** Gives up connecting. */
  readonly signal?: AbortSignal;
  /** How long connecting may take, in milliseconds. @default 5000 */
  readonly connectMs?: number;
  /** Receives what makers and rooms threw; the service is told its message. @default nobody */
  readonly onFault?: (error: unknown) => void;
  /** @default the machine's */
  readonly clock?: Clock;
}

/**
 * `requested`: by `close()`. `replaced`: another page came with the same name. `lost`: the mock services closed, or are
 * not reached any more.
 */
export type RoomHostEnd = 'requested' | 'replaced' | 'lost';

export interface RoomHost {
  /** How many rooms this page has now. */
  readonly rooms: number;
  /** Resolves when it is over, and all rooms are closed. Never rejects. */
  readonly closed: Promise<RoomHostEnd>;
  /**
   * Says that this page is about to open a session: where nothing else decides, the next room is the one of the page
   * that said so last, or came last.
   *
   * @throws AvatarError `network`, `not-connected` once it is over
   */
  claim(): Promise<void>;
  /** Closes all rooms, and takes no more. Any number of times. */
  close(): Promise<void>;
}

/**
 * Gives rooms to the mock services at `url` (`mock.urls.pages`), as long as this page lives or until `close()`.
 *
 * ```ts
 * const host = await hostRooms(pagesUrl, { webrtc: offeringRoom() });
 * ```
 *
 * Resolves once the services may ask for rooms.
 *
 * @throws AvatarError `network` when nothing of theirs is there, `connect-timeout`, `service-refused` where they let no
 * further page in; `signal.reason` after an abort
 */
export async function hostRooms(
  url: string,
  makers: RoomMakers,
  options: HostRoomsOptions = {},
): Promise<RoomHost> {
  const { name, clock = systemClock, connectMs = 5_000, onFault = () => {} } = options;
  const providers = (['agora', 'livekit', 'trtc', 'webrtc'] as const).filter((provider) => makers[provider]);
  if (providers.length === 0)
    throw new AvatarError('invalid-argument', 'makers has to make rooms of a provider.');
  options.signal?.throwIfAborted();
  const ending = new AbortController();
  const book = createRoomBook(makers, onFault);
  const request: HostRequest = { providers, ...(name !== undefined && { name }) };

  const onAbort = () => ending.abort(options.signal?.reason);
  options.signal?.addEventListener('abort', onAbort, { once: true });
  const cancel = clock.schedule(() => {
    const message = `The mock services at ${url} did not answer within ${connectMs} ms.`;
    ending.abort(new AvatarError('connect-timeout', message));
  }, connectMs);
  let lines: AsyncGenerator<unknown, void, void>;
  let host: string;
  try {
    lines = readLines(await bodyOf(await post(url, 'host', request, ending.signal)));
    const first = asOrder((await lines.next()).value);
    if (first?.kind !== 'hello') throw nobodyAt(url);
    host = first.host;
  } catch (error) {
    ending.abort(isAvatarError(error) ? error : nobodyAt(url, error));
    throw ending.signal.reason;
  } finally {
    cancel();
    options.signal?.removeEventListener('abort', onAbort);
  }

  async function obey(order: Extract<Order, { call: number }>): Promise<void> {
    const outcome = await book.obey(order);
    const answer: OrderAnswer = { host, call: order.call, ...outcome };
    // Who is gone needs no answer; that they are gone is told by the end of the stream.
    const response = await post(url, 'answer', answer, ending.signal).catch(() => undefined);
    await response?.body?.cancel();
  }

  async function listen(): Promise<RoomHostEnd> {
    try {
      for await (const line of lines) {
        const order = asOrder(line);
        if (order?.kind === 'replaced') return 'replaced';
        if (order && order.kind !== 'hello') void obey(order);
      }
    } catch {
      // However the stream ended, it ended: `closed` says so.
    }
    return ending.signal.aborted ? 'requested' : 'lost';
  }

  const closed = listen().then(async (end) => {
    await book.close();
    ending.abort(over());
    return end;
  });

  return {
    get rooms() {
      return book.size;
    },
    closed,
    async claim() {
      const response = await post(url, 'claim', { host }, ending.signal);
      await response.body?.cancel();
      if (!response.ok) throw new AvatarError('network', 'The mock services do not know this page any more.');
    },
    async close() {
      ending.abort(over());
      await closed;
    },
  };
}

/** Something else may answer there, with whatever it has. */
function nobodyAt(url: string, cause?: unknown): AvatarError {
  return new AvatarError('network', `No mock services give orders at ${url}.`, { cause });
}

function over(): AvatarError {
  return new AvatarError('not-connected', 'This page gives no rooms any more.');
}

async function post(url: string, path: string, body: object, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(`${url}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    });
  } catch (cause) {
    signal.throwIfAborted();
    throw new AvatarError('network', `The mock services at ${url} could not be reached.`, { cause });
  }
}

async function bodyOf(response: Response): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  if (response.ok && response.body) return response.body;
  const text = (await response.text()).slice(0, 200);
  throw new AvatarError('service-refused', `The mock services take no rooms of this page: ${text}`, {
    serviceCode: response.status,
  });
}

/** Undefined for what a later version may say. */
function asOrder(line: unknown): Order | undefined {
  if (typeof line !== 'object' || line === null || !('kind' in line)) return undefined;
  const known = ['hello', 'make', 'do', 'leave', 'replaced'].some((kind) => kind === line.kind);
  return known ? (line as Order) : undefined;
}
