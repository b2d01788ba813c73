/** Many sessions through one page of a real Chromium, over a real livekit-server with the simulated avatar in its rooms. */

import { type LivekitServer, startLivekitServer } from '@avatarwire/tooling/livekit-server';
import { excessOf } from '../flatness';
import { atMost, type Check, equal, flat, type Part, type Progress, shown } from '../part';
import { openRooms } from './avatars';
import { playRounds, type Rounds, type RoundsPlan, said } from './rounds';
import { openPage } from './visited-page';

const AT_ONCE = 4;
/** For each session, on average. One that is kept costs many times this. */
const MORE_BYTES = 5_000;
/** The least that can be left of every session is one. */
const MORE_LISTENERS = 0.5;
/** Batches that are smaller say more about the browser than about a session. */
const LEAST_SESSIONS = 200;
/** V8 keeps an object of each kind as the pattern for its like: one or two sessions, however many there were. */
const PATTERNS = 2;

export async function soakLivekit(wanted: Omit<RoundsPlan, 'compared'>, progress: Progress): Promise<Part> {
  const plan = { ...wanted, compared: wanted.sessions >= LEAST_SESSIONS };
  const server = await startLivekitServer();
  try {
    return await withServer(server, plan, progress);
  } finally {
    await server.stop();
  }
}

async function withServer(server: LivekitServer, plan: RoundsPlan, progress: Progress): Promise<Part> {
  const rooms = await openRooms(server, AT_ONCE);
  try {
    const page = await openPage(server.httpUrl);
    try {
      const startedAt = performance.now();
      const played = await playRounds(server, rooms, page, plan, progress);
      const seconds = (performance.now() - startedAt) / 1_000;
      for (const timer of await page.timers()) progress(`a timer that is set: ${timer}`);
      const left = await rooms.close();
      return {
        title: `${shown(played.rounds.at(-1)?.done ?? 0)} sessions in a real Chromium, over a real livekit-server`,
        what:
          `One page, ${AT_ONCE} sessions at once, each in a room with the simulated avatar as a participant of its own. Each ` +
          'connects, shows the avatar, asks, hears the answer and closes; every fourth publishes its microphone. After each ' +
          'batch as many visits of livekit-client alone do the same: what that leaves behind by itself is its own.',
        seconds,
        checks: [
          ...checksOf(played, plan),
          equal('visitors left on the server after a batch', 0, played.visitorsLeft),
          equal('participants left on the server', 0, left.participants),
          equal('rooms left on the server', 0, left.rooms),
        ],
        samples: played.rounds.map(({ done, size, heap, listeners, after }) => ({
          sessions: done,
          'heap, bytes': after.heapBytes,
          'more, for each session': Math.round(heap.more / size),
          'for each visit of the bare SDK': Math.round(heap.bareMore / size),
          listeners: after.listeners,
          'more, with sessions': listeners.more,
          'with the bare SDK': listeners.bareMore,
          nodes: after.nodes,
        })),
      };
    } finally {
      await page.close();
    }
  } finally {
    await rooms.close();
  }
}

function checksOf({ rounds, idle }: Rounds, { sessions }: RoundsPlan): readonly Check[] {
  const [first] = rounds;
  const last = rounds.at(-1);
  if (first === undefined || last === undefined) return [];
  const { opened, closed, inMemory } = last.after.sessions;
  return [
    ...moreThanBare(rounds, sessions),
    atMost('sessions still in memory', PATTERNS, inMemory),
    equal('service sessions closed, of those opened', opened, closed),
    equal(
      'open after the sessions of any batch',
      said(idle),
      worst(
        rounds.map(({ after }) => said(after.open)),
        said(idle),
      ),
    ),
    atMost('nodes of the page more than after the first batch', 0, last.after.nodes - first.after.nodes),
  ];
}

function moreThanBare(rounds: Rounds['rounds'], sessions: number): readonly Check[] {
  const ofHeap = 'growth of the heap over the second half, more than with the bare SDK';
  const ofListeners = 'growth of the number of listeners, more than with the bare SDK';
  if (sessions < LEAST_SESSIONS)
    return [ofHeap, ofListeners].map((what) => ({
      what,
      wanted: `judged from ${LEAST_SESSIONS} sessions on`,
      found: '–',
      pass: undefined,
    }));
  const heap = excessOf(
    rounds.map(({ heap }) => heap),
    MORE_BYTES,
  );
  const listeners = excessOf(
    rounds.map(({ listeners }) => listeners),
    MORE_LISTENERS,
  );
  return [flat(ofHeap, 'sessions', heap), flat(ofListeners, 'sessions', listeners, 'listeners')];
}

/** The first that is not as it should be. */
const worst = (all: readonly string[], wanted: string) => all.find((one) => one !== wanted) ?? wanted;
