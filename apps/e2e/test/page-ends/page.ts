/**
 * Runs in the page: a session through the broker, over LiveKit. Unless the address asks for the real one, that is a room in
 * the page's own memory in LiveKit's clothes, with an avatar in it.
 */

import { type AvatarTransport, broker, createAvatarSession } from '@avatarwire/core';
import { livekit } from '@avatarwire/livekit';
import { createMemoryNetwork, memory } from '@avatarwire/simulator';

export interface PageView {
  readonly state: string;
  /** Why it is closed. */
  readonly reason?: string;
  readonly code?: string;
}

export interface PageUnderTest {
  connect(): Promise<void>;
  /** Resolves with the avatar's answer. */
  ask(text: string): Promise<string>;
  view(): PageView;
}

declare global {
  var pageUnderTest: PageUnderTest;
}

const ROOM = 'room';
const network = createMemoryNetwork();
let avatarIsThere = false;

function inMemory(): AvatarTransport<'livekit'> {
  const { capabilities, connect, send, close, on } = memory(network);
  return {
    provider: 'livekit',
    capabilities,
    connect(_credentials, options) {
      if (!avatarIsThere) network.join(ROOM, options.avatarId ?? 'avatar');
      avatarIsThere = true;
      return connect({ room: ROOM }, options);
    },
    send,
    close,
    on,
  };
}

const parameters = new URLSearchParams(location.search);
const address = parameters.get('broker') ?? '';
const real = () => livekit({ rtcConfig: { iceServers: [] } });
const session = createAvatarSession({
  transports: { livekit: parameters.has('livekit') ? real : inMemory },
  source: broker(address, { headers: () => ({ authorization: 'Bearer visitor' }) }),
});

globalThis.pageUnderTest = {
  connect: () => session.connect(),
  async ask(text) {
    const answered = session.once('message-received', {
      where: ({ message }) => message.author === 'avatar',
    });
    await session.ask(text);
    return (await answered).message.text;
  },
  view() {
    const { state, closed } = session.getSnapshot();
    return {
      state,
      ...(closed && { reason: closed.reason }),
      ...(closed?.error && { code: closed.error.code }),
    };
  },
};
