/**
 * Runs in a page: the same command and its acknowledgement by the bare SDK, by the adapter without a session, and by a
 * session, in turn.
 */

import { createAvatarSession, silentLogger } from '@avatarwire/core';
import { livekit } from '@avatarwire/livekit';
import { seededRandom } from '@avatarwire/simulator';
import type { Room } from 'livekit-client';
import { joinRoom, rtcConfig } from '../in-room';

export type Way = 'bare' | 'adapter' | 'session';

/** Milliseconds a round trip, one entry a batch: a page's clock is too coarse for a single one. */
export type RoundTrips = Readonly<Record<Way, readonly number[]>>;

interface Frame {
  readonly type: string;
  readonly mid: string;
  readonly pld: { readonly cmd?: string; readonly code?: number };
}

interface Plan {
  readonly batches: number;
  readonly warmUp: number;
  readonly batchSize: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What the session encodes and reads: the least that any program must do for a command and its answer. */
const commandFrame = (mid: string) =>
  encoder.encode(
    JSON.stringify({ v: 2, type: 'command', mid, pld: { cmd: 'set-action', data: { action: 'nod' } } }),
  );
const read = (data: Uint8Array): Frame => JSON.parse(decoder.decode(data));

/** Acknowledges every command to whoever sent it. */
async function startEcho(url: string, token: string): Promise<Room> {
  const room = await joinRoom(url, token);
  room.on('dataReceived', (data, participant) => {
    const { mid, pld } = read(data);
    const answer = { v: 2, type: 'command', mid, pld: { cmd: pld.cmd, code: 1000, msg: 'OK' } };
    void room.localParticipant.publishData(encoder.encode(JSON.stringify(answer)), {
      reliable: true,
      destinationIdentities: participant ? [participant.identity] : [],
    });
  });
  return room;
}

/** Commands that wait for their answer, by their ids. */
function roundTrips(send: (packet: Uint8Array<ArrayBuffer>) => Promise<void>) {
  const open = new Map<string, () => void>();
  let counter = 0;
  return {
    run: () =>
      new Promise<void>((resolve, reject) => {
        const mid = String(counter++).padStart(12, '0');
        open.set(mid, resolve);
        send(commandFrame(mid)).catch(reject);
      }),
    receive(data: Uint8Array) {
      const { mid, pld } = read(data);
      if (pld.code === 1000) open.get(mid)?.();
      open.delete(mid);
    },
  };
}

async function byBareSdk(url: string, token: string) {
  const room = await joinRoom(url, token);
  const options = { reliable: true, destinationIdentities: ['echo'] };
  const trips = roundTrips((packet) => room.localParticipant.publishData(packet, options));
  room.on('dataReceived', trips.receive);
  return { run: trips.run, close: () => room.disconnect() };
}

async function byAdapter(url: string, token: string) {
  const transport = livekit({ rtcConfig });
  const { signal } = new AbortController();
  await transport.connect({ url, token }, { signal, avatarId: 'echo', logger: silentLogger });
  const trips = roundTrips((packet) => transport.send(packet));
  transport.on('packet', ({ data }) => trips.receive(data));
  return { run: trips.run, close: () => transport.close() };
}

async function bySession(url: string, token: string) {
  const session = createAvatarSession({
    transports: { livekit: () => livekit({ rtcConfig }) },
    source: { provider: 'livekit', credentials: { url, token }, avatarId: 'echo' },
  });
  await session.connect();
  return { run: () => session.setAction({ gesture: 'nod' }), close: () => session.close() };
}

const JOIN = { bare: byBareSdk, adapter: byAdapter, session: bySession };

export async function measure(
  url: string,
  tokens: Readonly<Record<Way | 'echo', string>>,
  { batches, warmUp, batchSize }: Plan,
  wanted: readonly Way[],
): Promise<RoundTrips> {
  const echo = await startEcho(url, tokens.echo);
  const random = seededRandom(1);
  const times: Record<Way, number[]> = { bare: [], adapter: [], session: [] };
  const ways = [];
  for (const way of wanted) ways.push({ into: times[way], ...(await JOIN[way](url, tokens[way])) });
  for (let batch = -warmUp; batch < batches; batch++) {
    for (const { into, run } of ways) {
      const started = performance.now();
      for (let trip = 0; trip < batchSize; trip++) await run();
      if (batch >= 0) into.push((performance.now() - started) / batchSize);
    }
    // Who goes before whom changes, so that none always runs in the wake of the same other.
    ways.sort(() => random() - 0.5);
  }
  for (const { close } of ways) await close();
  await echo.disconnect();
  return times;
}
