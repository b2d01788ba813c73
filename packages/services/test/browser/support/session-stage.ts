/** A real session over the memory network, with an avatar in its room that says what a test tells it to. */

import {
  AvatarError,
  type AvatarService,
  type AvatarSessionOptions,
  createAvatarSession,
  type SessionSource,
} from '@avatarwire/core';
import {
  createMemoryNetwork,
  createVirtualClock,
  memory,
  PlaceholderTrack,
  seededRandom,
} from '@avatarwire/simulator';
import { bytes, textOf } from './stage';

export interface SessionStageOptions extends Partial<Omit<AvatarSessionOptions, 'services' | 'source'>> {
  /** What the service's REST side does. @default answers at once */
  readonly call?: (action: string, body: unknown) => Promise<unknown>;
}

export function sessionStage(service: AvatarService, options: SessionStageOptions = {}) {
  const { call = async () => undefined, ...more } = options;
  const clock = createVirtualClock();
  const network = createMemoryNetwork({ clock, random: seededRandom(1) });
  const avatar = network.join('room', 'avatar');
  for (const kind of ['audio', 'video'] as const) avatar.publish(new PlaceholderTrack(kind));
  /** What arrived at the avatar, parsed. */
  const arrived: Record<string, unknown>[] = [];
  avatar.onPacket(({ data }) => arrived.push(JSON.parse(textOf(data))));

  const calls: { action: string; body: unknown }[] = [];
  const closed: string[] = [];
  const source: SessionSource = {
    open: async () => ({
      provider: 'memory',
      credentials: { room: 'room' },
      service: service.name,
      sessionId: 'paid',
      avatarId: 'avatar',
    }),
    async close(_details, { reason }) {
      closed.push(reason);
    },
    call(_details, action, body) {
      calls.push({ action, body });
      return call(action, body);
    },
  };
  const session = createAvatarSession({
    transports: { memory: () => memory(network) },
    services: { [service.name]: () => service },
    source,
    clock,
    ...more,
  });

  return {
    session,
    clock,
    calls,
    closed,
    arrived,
    connect: () => clock.run(session.connect()),
    /** What was said to the service, `action: text`. */
    said: () => calls.map(({ action, body }) => `${action}: ${(body as { text?: string })?.text}`),
    /** The avatar sends this, and it has arrived. */
    async says(...messages: object[]) {
      for (const message of messages) avatar.send(bytes(JSON.stringify(message)));
      await clock.advance(100);
    },
    /** Author and text of all that was said, `…` behind what is not complete. */
    transcript: () =>
      session
        .getSnapshot()
        .messages.map(({ author, text, complete }) => `${author}: ${text}${complete ? '' : '…'}`),
  };
}

export const refusal = (code: AvatarError['code']) => new AvatarError(code, 'no');
