/** Rooms that live in pages, for mock services that run in Node. */

import { randomUUID } from 'node:crypto';
import { AvatarError, type Clock, systemClock } from '@avatarwire/core';
import type { MockRoom, RoomProvider, WantedRoom } from '../../mock-room';
import type { RoomDescription } from '../../page-rooms/wire';
import { type Call, fieldsOf, isText, type Route, ServiceRefusal, type ServiceRoutes } from '../call';
import type { MockRooms } from '../rooms';
import { createPage, type Page } from './page';
import { readHostRequest, readOrderAnswer, readRoom, refusal } from './read-messages';

export interface PageRoomsOptions {
  /**
   * Name of the page that a room belongs to, as that page gave it to `hostRooms`; nobody else gets it. Undefined: the
   * page that came last, or called `claim()` last, of those that give rooms of this provider. @default undefined
   */
  readonly pageOf?: (wanted: WantedRoom) => string | undefined;
  /** How long a session waits for its page to come, in milliseconds. @default 2000 */
  readonly pageMs?: number;
  /** How long a page may take for a room, and for each thing that the room is told, in milliseconds. @default 5000 */
  readonly answerMs?: number;
  /** Pages at once; one more is refused. @default 32 */
  readonly maxPages?: number;
  /** Of the two times above. @default the machine's */
  readonly clock?: Clock;
}

export interface PageRooms {
  /** For `startMockServices({ rooms })`. Rejects where no page gives the room in time, and leaves nothing behind. */
  readonly rooms: MockRooms;
  /** Who is connected, the oldest first, and how many rooms each has. */
  readonly pages: readonly { readonly name: string | undefined; readonly rooms: number }[];
  /** What `startMockServices({ pageRooms })` serves to the pages. */
  readonly served: ServiceRoutes;
  /** Lets every page go; what waits is refused. The mock services do it when they close. */
  close(): void;
}

/** @throws AvatarError `invalid-argument`, naming the option */
export function createPageRooms(options: PageRoomsOptions = {}): PageRooms {
  const { pageOf = () => undefined, clock = systemClock } = options;
  const pageMs = amountOf('pageMs', options.pageMs ?? 2_000);
  const answerMs = amountOf('answerMs', options.answerMs ?? 5_000);
  const maxPages = amountOf('maxPages', options.maxPages ?? 32);
  const pages = new Map<string, Page>();
  /** Sessions that no page was there for; looked at again when one comes. */
  const searching = new Set<{ look(): void; giveUp(why: string): void }>();
  let asked = 0;
  let made = 0;

  function find(provider: RoomProvider, name: string | undefined): Page | undefined {
    return [...pages.values()]
      .filter((page) => page.makes(provider) && (name === undefined || page.name === name))
      .sort((one, other) => other.askedAt - one.askedAt)[0];
  }

  function pageFor(provider: RoomProvider, name: string | undefined): Promise<Page> {
    return new Promise((resolve, reject) => {
      const whose = name === undefined ? 'No page' : `No page named ${name}`;
      const search = {
        look() {
          const page = find(provider, name);
          if (page === undefined) return;
          finish();
          resolve(page);
        },
        giveUp(why: string) {
          finish();
          reject(
            new AvatarError('avatar-timeout', `${whose} gives rooms of ${provider}: ${why}.`, { provider }),
          );
        },
      };
      const finish = () => {
        cancel();
        searching.delete(search);
      };
      const cancel = clock.schedule(() => search.giveUp('call hostRooms there'), pageMs);
      searching.add(search);
      search.look();
    });
  }

  async function make(wanted: WantedRoom): Promise<MockRoom> {
    const { provider } = wanted;
    const page = await pageFor(provider, pageOf(wanted));
    made += 1;
    const room = `room-${made}`;
    page.rooms.add(room);
    try {
      // What a mock keeps beside the order is no business of the page.
      const { service, id, avatarId, durationSeconds, request, ownRoom } = wanted;
      const order = {
        service,
        id,
        provider,
        avatarId,
        durationSeconds,
        request,
        ...(ownRoom && { ownRoom }),
      };
      const description = readRoom(provider, await page.order({ kind: 'make', room, wanted: order }));
      if (description) return roomIn(page, room, description);
      throw new AvatarError('invalid-credentials', `The page gave no credentials of ${provider}.`, {
        provider,
      });
    } catch (error) {
      void leave(page, room, 'failed').catch(() => {});
      throw error;
    }
  }

  async function leave(page: Page, room: string, why: Parameters<MockRoom['close']>[0]): Promise<void> {
    page.rooms.delete(room);
    // A page that is gone took its rooms with it.
    if (page.isGone) return;
    await page.order({ kind: 'leave', room, why }).catch((error: unknown) => {
      if (!page.isGone) throw error;
    });
  }

  function roomIn(page: Page, room: string, { deeds, ...description }: RoomDescription): MockRoom {
    const told = Object.fromEntries(
      deeds.map((deed) => [
        deed,
        async (value: unknown) => void (await page.order({ kind: 'do', room, deed, value })),
      ]),
    );
    return { ...description, ...told, close: (why) => leave(page, room, why) };
  }

  function come(call: Call): Page {
    const request = readHostRequest(fieldsOf(call));
    const { name } = request;
    const namesake = [...pages.values()].find((page) => name !== undefined && page.name === name);
    if (namesake) drop(namesake, true);
    if (pages.size >= maxPages) throw new ServiceRefusal('too-many', 'too many pages', 429);
    const page = createPage({ ...request, id: randomUUID(), clock, answerMs });
    pages.set(page.id, page);
    call.clientGone.addEventListener('abort', () => drop(page), { once: true });
    if (call.clientGone.aborted) drop(page);
    else claim(page);
    return page;
  }

  function claim(page: Page): void {
    asked += 1;
    page.askedAt = asked;
    for (const search of [...searching]) search.look();
  }

  function drop(page: Page, replaced = false): void {
    pages.delete(page.id);
    page.end(replaced ? { kind: 'replaced' } : undefined);
  }

  function pageAt(id: unknown): Page {
    const page = isText(id) ? pages.get(id) : undefined;
    if (page) return page;
    throw new ServiceRefusal('gone', 'no such page', 404);
  }

  const routes: readonly Route[] = [
    {
      name: 'host',
      method: 'POST',
      path: '/host',
      handle: (call) => ({
        status: 200,
        headers: { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' },
        stream: come(call).lines(),
      }),
    },
    {
      name: 'answer',
      method: 'POST',
      path: '/answer',
      handle(call) {
        const { host, call: number, ...outcome } = readOrderAnswer(fieldsOf(call));
        if (!pageAt(host).settle(number, outcome)) throw refusal('call', 'one that is waited for');
        return { status: 200, body: {} };
      },
    },
    {
      name: 'claim',
      method: 'POST',
      path: '/claim',
      handle(call) {
        claim(pageAt(fieldsOf(call)['host']));
        return { status: 200, body: {} };
      },
    },
  ];

  return {
    rooms: make,
    get pages() {
      return [...pages.values()].map(({ name, rooms }) => ({ name, rooms: rooms.size }));
    },
    served: {
      name: '_pages',
      routes,
      refuse: ({ message, status = 400 }) => ({ status, body: { error: message } }),
    },
    close() {
      for (const search of [...searching]) search.giveUp('the mock services are closed');
      for (const page of [...pages.values()]) drop(page);
    },
  };
}

function amountOf(name: string, value: number): number {
  if (typeof value === 'number' && value > 0) return value;
  throw new AvatarError('invalid-argument', `${name} has to be a number above 0.`);
}
