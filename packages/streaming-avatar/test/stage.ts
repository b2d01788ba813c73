/** One simulated service and network, and a page's avatar on it, on a clock that the test moves. */

import { type AvatarSessionOptions, type ConnectionDetails, isAvatarError } from '@avatarwire/core';
import { type SimulateOptions, type Simulation, simulate } from '@avatarwire/simulator';
import {
  type StreamEventDetails,
  StreamEvents,
  StreamingAvatar,
  type StreamingAvatarOptions,
} from '../src/index';

type Told = { [E in StreamEvents]: readonly [E, StreamEventDetails[E]] }[StreamEvents];

export interface Stage {
  readonly sim: Simulation;
  readonly avatar: StreamingAvatar;
  /** Every event of the avatar, in order. */
  readonly events: readonly Told[];
  /** How the paid sessions were closed. */
  readonly closed: readonly { readonly reason: string; readonly keepalive: boolean }[];
  /** What a page's own server would answer. */
  paid(more?: object): Promise<ConnectionDetails>;
  /** A paid session, started in a video of its own. */
  start(more?: object): Promise<void>;
  /** As the page's own server could. */
  closePaid(): Promise<void>;
  names(): string[];
  of<E extends StreamEvents>(event: E): StreamEventDetails[E][];
}

export interface StageOptions extends SimulateOptions {
  readonly page?: Partial<StreamingAvatarOptions>;
}

export function stage({ page, ...options }: StageOptions = {}): Stage {
  const sim = simulate({ reply: (text) => `You said: ${text}`, ...options });
  const { source, ...rest } = sim.options;
  const closed: { reason: string; keepalive: boolean }[] = [];
  const avatar = new StreamingAvatar({
    ...rest,
    async close(details, how) {
      closed.push(how);
      await sourceOf(source).close?.(details, how);
    },
    ...page,
  });
  const events: Told[] = [];
  for (const name of Object.values(StreamEvents)) {
    avatar.addEventListener(name, (event) => {
      if (event instanceof CustomEvent) events.push([name, event.detail]);
    });
  }

  let latest: ConnectionDetails | undefined;
  async function paid(more = {}): Promise<ConnectionDetails> {
    const { signal } = new AbortController();
    latest = await sim.run(sourceOf(source).open({ provider: 'memory' }, { signal }));
    return { ...latest, ...more };
  }

  return {
    sim,
    avatar,
    events,
    closed,
    paid,
    async start(more) {
      await sim.run(avatar.startSessionWithCredentials(document.createElement('video'), await paid(more)));
    },
    async closePaid() {
      if (latest === undefined) return;
      const how = { reason: 'requested', keepalive: false } as const;
      await sim.run(sourceOf(source).close?.(latest, how) ?? Promise.resolve());
    },
    names: () => events.map(([name]) => name),
    of: (event) => events.flatMap(([name, detail]) => (name === event ? [detail as never] : [])),
  };
}

function sourceOf(source: AvatarSessionOptions['source']) {
  if ('open' in source) return source;
  throw new Error('the simulator gives a source');
}

/** The code of what `promise` rejects with, once time has passed. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'none';
  } catch (error) {
    if (isAvatarError(error)) return error.code;
    return error instanceof Error ? error.name : String(error);
  }
}
