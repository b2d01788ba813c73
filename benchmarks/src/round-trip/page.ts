/** Runs in a page: the same command and its acknowledgement, by a session and by the bare SDK, in turn. */

import { createAvatarSession } from '@avatarwire/core';
import { livekit } from '@avatarwire/livekit';
import { Room } from 'livekit-client';

export interface RoundTrips {
  /** Milliseconds a round trip, one entry a batch: a page's clock is too coarse for a single one. */
  readonly session: readonly number[];
  readonly bare: readonly number[];
}

interface Frame {
  readonly type: string;
  readonly mid: string;
  readonly pld: { readonly cmd?: string; readonly code?: number };
}

const rtcConfig: RTCConfiguration = { iceServers: [] };
const encoder = new TextEncoder();
const decoder = new TextDecoder();

async function join(url: string, token: string): Promise<Room> {
  const room = new Room();
  await room.connect(url, token, { rtcConfig });
  return room;
}

/** Acknowledges every command to whoever sent it. */
async function startEcho(url: string, token: string): Promise<Room> {
  const room = await join(url, token);
  room.on('dataReceived', (data, participant) => {
    const { mid, pld }: Frame = JSON.parse(decoder.decode(data));
    const answer = { v: 2, type: 'command', mid, pld: { cmd: pld.cmd, code: 1000, msg: 'OK' } };
    void room.localParticipant.publishData(encoder.encode(JSON.stringify(answer)), {
      reliable: true,
      destinationIdentities: participant ? [participant.identity] : [],
    });
  });
  return room;
}

export async function measure(
  url: string,
  tokens: { readonly echo: string; readonly session: string; readonly bare: string },
  {
    batches,
    warmUp,
    batchSize,
  }: { readonly batches: number; readonly warmUp: number; readonly batchSize: number },
): Promise<RoundTrips> {
  const echo = await startEcho(url, tokens.echo);
  const bare = await join(url, tokens.bare);
  const session = createAvatarSession({
    transports: { livekit: () => livekit({ rtcConfig }) },
    source: { provider: 'livekit', credentials: { url, token: tokens.session }, avatarId: 'echo' },
  });
  await session.connect();

  const bySession = () => session.setAction({ gesture: 'nod' });
  let counter = 0;
  const byBareSdk = () =>
    new Promise<void>((resolve) => {
      const mid = `bare${String(counter++).padStart(8, '0')}`;
      const frame = { v: 2, type: 'command', mid, pld: { cmd: 'set-action', data: { action: 'nod' } } };
      const onData = (data: Uint8Array) => {
        const answer: Frame = JSON.parse(decoder.decode(data));
        if (answer.mid !== mid) return;
        bare.off('dataReceived', onData);
        resolve();
      };
      bare.on('dataReceived', onData);
      void bare.localParticipant.publishData(encoder.encode(JSON.stringify(frame)), {
        reliable: true,
        destinationIdentities: ['echo'],
      });
    });

  const times: { session: number[]; bare: number[] } = { session: [], bare: [] };
  for (let batch = -warmUp; batch < batches; batch++) {
    // Who goes first changes with every batch, so that neither always runs in the other's wake.
    const pair = [
      { into: times.session, run: bySession },
      { into: times.bare, run: byBareSdk },
    ];
    for (const { into, run } of batch % 2 === 0 ? pair : pair.reverse()) {
      const started = performance.now();
      for (let trip = 0; trip < batchSize; trip++) await run();
      if (batch >= 0) into.push((performance.now() - started) / batchSize);
    }
  }
  await session.close();
  await Promise.all([bare.disconnect(), echo.disconnect()]);
  return times;
}
