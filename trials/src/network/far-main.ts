/**
 * The far side, a process inside the far namespace: a real livekit-server, TLS before it as in the open, and the
 * simulated avatar. Told what to do by its parent, ends with it.
 */

import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { type LivekitBot, startLivekitBot } from '@avatarwire/simulator/livekit';
import { type LivekitServer, startLivekitServer } from '@avatarwire/tooling/livekit-server';
import { AVATAR } from './avatar';
import { reportOf } from './avatar-report';
import type { Answered, Asked, FarRequest } from './far-requests';

const [address = '', keyFile = '', certificateFile = ''] = process.argv.slice(2);

const GRANT = { roomJoin: true, canPublish: true, canSubscribe: true, canPublishData: true };

const server = await startLivekitServer({ mediaAddress: address });
const { front, port } = await startFront(server);
let bot: LivekitBot | undefined;

/** Takes TLS off, as a load balancer does: a page speaks `wss://` to anything but loopback. */
async function startFront({ httpUrl }: LivekitServer): Promise<{ front: Server; port: number }> {
  const { port: inner } = new URL(httpUrl);
  const keys = { key: readFileSync(keyFile), cert: readFileSync(certificateFile) };
  const front = createServer(keys, (outside) => {
    const inside = connect(Number(inner), '127.0.0.1');
    for (const [one, other] of [
      [outside, inside],
      [inside, outside],
    ] as const) {
      one.pipe(other);
      one.on('error', () => other.destroy());
    }
  });
  front.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => front.listen(0, address, resolve));
  const listening = front.address();
  return { front, port: typeof listening === 'object' && listening !== null ? listening.port : 0 };
}

/** @returns the visitor's token */
async function open(room: string): Promise<string> {
  bot = await startLivekitBot({
    url: server.url,
    token: await server.token('avatar', { ...GRANT, room }),
    width: 256,
    height: 256,
    framesPerSecond: 15,
    // The process has bots one after the other.
    disposeSdk: false,
    avatar: AVATAR,
  });
  return server.token('visitor', { ...GRANT, room });
}

function obey(request: FarRequest): unknown {
  switch (request.do) {
    case 'open':
      return open(request.room);
    case 'where':
      return `${address}:${port}`;
    case 'report':
      if (bot === undefined) throw new Error('there is no avatar');
      return reportOf(bot.avatar, (at) => performance.timeOrigin + at);
    case 'leave-room':
      return bot?.close();
    case 'close':
      return close();
  }
}

async function close(): Promise<void> {
  await bot?.close();
  front.close();
  await server.stop();
}

async function answer({ id, request }: Asked): Promise<void> {
  const answered = await (async () => ({ answer: await obey(request) }))().catch((error: unknown) => ({
    problem: String(error),
  }));
  process.send?.({ id, ...answered } satisfies Answered, () => {
    if (request.do === 'close') process.exit(0);
  });
}

process.on('message', (asked: Asked) => void answer(asked));
process.on('disconnect', () => void close().finally(() => process.exit(0)));
process.send?.({ ready: true });
