/** Users of one cloud on a virtual clock, and everything that the SDK tells each. */

import { createVirtualClock } from '../../src/index';
import {
  createTrtcCloud,
  type EnterRoomConfig,
  type TrtcClientDouble,
  type TrtcCloudOptions,
  type TrtcEvents,
} from '../../src/trtc/index';

export interface User {
  readonly client: TrtcClientDouble;
  readonly credentials: Pick<EnterRoomConfig, 'sdkAppId' | 'userId' | 'userSig'>;
  /** Every event so far, but the figures that come every two seconds. */
  names(): string[];
  of<E extends keyof TrtcEvents>(event: E): TrtcEvents[E][];
  /** The states that the connection went through. */
  states(): string[];
  forget(): void;
  enter(more?: Partial<EnterRoomConfig>): Promise<void>;
}

const FIGURES: readonly string[] = ['network-quality', 'statistics'];

export async function stage(options: TrtcCloudOptions = {}) {
  const clock = createVirtualClock();
  const cloud = createTrtcCloud({ clock, ...options });
  const sdk = await cloud.sdk();

  function user(id: string): User {
    const client = sdk.create();
    let seen: { event: keyof TrtcEvents; payload: unknown }[] = [];
    for (const event of Object.values(sdk.EVENT))
      client.on(event, (payload) => seen.push({ event, payload }));
    const { sdkAppId, userId, userSig } = cloud.credentials('room', id);
    const credentials = { sdkAppId, userId, userSig };
    const of: User['of'] = (event) =>
      seen.filter((entry) => entry.event === event).map(({ payload }) => payload as TrtcEvents[typeof event]);
    return {
      client,
      credentials,
      of,
      names: () => seen.map(({ event }) => event).filter((event) => !FIGURES.includes(event)),
      states: () => of('connection-state-changed').map(({ state }) => state),
      forget: () => {
        seen = [];
      },
      enter: (more) => client.enterRoom({ ...credentials, strRoomId: 'room', ...more }),
    };
  }

  return {
    clock,
    cloud,
    sdk,
    user,
    async entered(id: string, more?: Partial<EnterRoomConfig>): Promise<User> {
      const one = user(id);
      await clock.run(one.enter(more));
      return one;
    },
  };
}

export function bytes(...values: number[]): ArrayBuffer {
  return Uint8Array.from(values).buffer;
}

/** What a call rejects with. */
export async function rejection(call: Promise<unknown> | undefined): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error('it did not reject');
}
