/** Runs in a page: the same text to the same avatar by each way that a program over LiveKit has. */

import { createAvatarSession, silentLogger } from '@avatarwire/core';
import { livekit } from '@avatarwire/livekit';
import { joinRoom, rtcConfig } from '../in-room';
import { AVATAR, CHAT, INTERRUPT } from './avatar';

export type Way = 'session' | 'adapter' | 'bare' | 'sendText' | 'sendText, uncompressed' | 'streamText';

export interface Visitor {
  /** Resolves when the last of it was taken, or after an interrupt. */
  say(text: string): Promise<unknown>;
  /** What has not been handed over is kept back, where the way allows it. */
  interrupt(): Promise<unknown>;
  leave(): Promise<void>;
}

/** What the adapter's packets hold, and the SDK's own pieces of a text. */
const PIECE = 15_000;
const MOST_QUEUED_BYTES = 8_000_000;
/** On a narrow uplink an answer takes seconds. */
const PATIENT_MS = 20_000;

const to = { destinationIdentities: [AVATAR], topic: CHAT };
const interruption = { destinationIdentities: [AVATAR], topic: INTERRUPT, reliable: true };

export function joinVisitor(way: Way, url: string, token: string): Promise<Visitor> {
  if (way === 'session') return joinSession(url, token);
  return way === 'adapter' ? joinAdapter(url, token) : joinSdk(way, url, token);
}

async function joinSession(url: string, token: string): Promise<Visitor> {
  const session = createAvatarSession({
    transports: { livekit: () => livekit({ rtcConfig }) },
    source: { provider: 'livekit', credentials: { url, token }, avatarId: AVATAR },
    timeouts: { maxQueuedBytes: MOST_QUEUED_BYTES, ackMs: PATIENT_MS },
  });
  await session.connect();
  return {
    say: (text) => session.speak(text),
    interrupt: () => session.interrupt(),
    leave: () => session.close(),
  };
}

/** The adapter without a session: what a packet costs that obeys the same back-pressure. */
async function joinAdapter(url: string, token: string): Promise<Visitor> {
  const transport = livekit({ rtcConfig });
  const { signal } = new AbortController();
  const credentials = { url, token, sendTopic: CHAT };
  await transport.connect(credentials, { signal, avatarId: AVATAR, logger: silentLogger });
  const encoder = new TextEncoder();
  return {
    say: (text) => inPieces(text, (piece) => transport.send(encoder.encode(piece))),
    interrupt: () => Promise.reject(new Error('One connection of an adapter has one topic.')),
    leave: () => transport.close(),
  };
}

async function inPieces(text: string, write: (piece: string) => Promise<void>, isOver = () => false) {
  for (let at = 0; at < text.length && !isOver(); at += PIECE) await write(text.slice(at, at + PIECE));
}

async function joinSdk(
  way: Exclude<Way, 'session' | 'adapter'>,
  url: string,
  token: string,
): Promise<Visitor> {
  const room = await joinRoom(url, token);
  const { localParticipant } = room;
  let interrupted = false;
  const isOver = () => interrupted;

  const say: Readonly<Record<typeof way, Visitor['say']>> = {
    bare(text) {
      const encoder = new TextEncoder();
      const options = { ...to, reliable: true };
      return inPieces(text, (piece) => localParticipant.publishData(encoder.encode(piece), options), isOver);
    },
    sendText: (text) => localParticipant.sendText(text, to),
    'sendText, uncompressed': (text) => localParticipant.sendText(text, { ...to, compress: false }),
    async streamText(text) {
      const writer = await localParticipant.streamText(to);
      await inPieces(text, (piece) => writer.write(piece), isOver);
      await writer.close();
    },
  };
  return {
    say: say[way],
    interrupt() {
      interrupted = true;
      return localParticipant.publishData(new Uint8Array(1), interruption);
    },
    leave: () => room.disconnect(),
  };
}
