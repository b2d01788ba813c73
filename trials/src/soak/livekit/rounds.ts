/** Batches of sessions, and after each as many of the bare SDK, in one page: what the heap has after each. */

import type { LivekitServer } from '@avatarwire/tooling/livekit-server';
import type { Growth } from '../flatness';
import { type Progress, shown } from '../part';
import { AVATAR_ID, type AvatarRooms } from './avatars';
import type { OpenThings } from './open-things';
import type { VisitPlan } from './visit-plan';
import type { PageState, VisitedPage } from './visited-page';

export interface RoundsPlan {
  readonly sessions: number;
  readonly leak: boolean;
  /** Whether the bare SDK is measured beside it. */
  readonly compared: boolean;
}

export interface Round {
  readonly done: number;
  readonly size: number;
  /** In bytes. */
  readonly heap: Growth;
  /** Their number. */
  readonly listeners: Growth;
  /** After the sessions, and before the bare visits. */
  readonly after: PageState;
}

export interface Rounds {
  readonly rounds: readonly Round[];
  /** What the page had open before the first. */
  readonly idle: OpenThings;
  /** Participants that the server still had, counted after each batch. */
  readonly visitorsLeft: number;
}

const BATCHES = 20;
const MICROPHONE_EVERY = 4;

export async function playRounds(
  server: LivekitServer,
  rooms: AvatarRooms,
  page: VisitedPage,
  plan: RoundsPlan,
  progress: Progress,
): Promise<Rounds> {
  const idle = (await page.state()).open;
  const rounds: Round[] = [];
  let visitorsLeft = 0;
  let visitors = 0;

  async function batch(by: VisitPlan['by'], size: number): Promise<PageState> {
    let begun = 0;
    const lane = async (room: string) => {
      while (begun++ < size) {
        const visitor = ++visitors;
        const token = await rooms.token(room, `visitor ${visitor}`);
        const microphone = visitor % MICROPHONE_EVERY === 0;
        await page.visit({ by, url: server.url, token, avatarId: AVATAR_ID, microphone, leak: plan.leak });
      }
    };
    await Promise.all(rooms.names.map(lane));
    visitorsLeft += await rooms.visitors();
    return page.state(idle);
  }

  // Once each, so that everything is compiled and loaded that ever is.
  const loaded = await batch('session', rooms.names.length);
  const bare = async (size: number, otherwise: PageState) => (plan.compared ? batch('sdk', size) : otherwise);

  let before = await bare(rooms.names.length, loaded);
  const size = Math.max(rooms.names.length, Math.ceil(plan.sessions / BATCHES));
  for (let done = size; done - size < plan.sessions; done += size) {
    const after = await batch('session', size);
    const afterBare = await bare(size, after);
    const growthOf = (value: (state: PageState) => number): Growth => ({
      sessions: size,
      more: value(after) - value(before),
      bareMore: value(afterBare) - value(after),
    });
    const heap = growthOf(({ heapBytes }) => heapBytes);
    const listeners = growthOf(({ listeners }) => listeners);
    rounds.push({ done, size, heap, listeners, after });
    before = afterBare;
    progress(
      `${shown(done)} sessions over LiveKit: heap ${shown(after.heapBytes)} B; each added ${shown(Math.round(heap.more / size))} B, ` +
        `of the bare SDK ${shown(Math.round(heap.bareMore / size))} B; open: ${said(after.open)}`,
    );
  }
  return { rounds, idle, visitorsLeft };
}

/** Each kind with its number. */
export function said(open: OpenThings): string {
  const some = Object.entries(open).filter(([, count]) => count > 0);
  return some.map(([thing, count]) => `${count} ${thing}`).join(', ') || 'nothing';
}
