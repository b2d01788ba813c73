import { silentLogger, type TransportConnection, type TransportEvents } from '@avatarwire/core';
import { type LivekitOptions, type LivekitTransport, livekit } from '../../src/index';
import { createManualClock, type ManualClock } from '../manual-clock';
import { CREDENTIALS } from './double-harness';
import { FakeNetwork } from './fake-network';
import type { FakeRoom } from './fake-room';

/** A transport over the double, before and after it has joined. */
export interface Subject {
  readonly network: FakeNetwork;
  readonly clock: ManualClock;
  readonly transport: LivekitTransport;
  /** `name` or `name:detail` of everything emitted. */
  readonly told: string[];
  readonly room: FakeRoom;
  connect(credentials?: object, avatarId?: string): Promise<TransportConnection>;
}

export function subject(options: LivekitOptions = {}): Subject {
  const network = new FakeNetwork();
  const clock = createManualClock();
  const transport = livekit({ clock, sdk: async () => network.sdk, ...options });
  const told: string[] = [];
  const tell = <E extends keyof TransportEvents>(
    event: E,
    detail: (payload: TransportEvents[E]) => unknown,
  ) => transport.on(event, (payload) => told.push(`${event}:${String(detail(payload))}`));
  tell('packet', ({ from }) => from);
  tell('track-added', ({ track }) => track.id);
  tell('track-removed', ({ track }) => track.id);
  tell('participant-joined', ({ id }) => id);
  tell('participant-left', ({ id }) => id);
  tell('reconnecting', () => '');
  tell('reconnected', ({ lossy }) => (lossy ? 'lossy' : 'whole'));
  tell('quality', ({ up, down }) => `${up} ${down}`);
  tell('closed', ({ reason }) => reason);
  return {
    network,
    clock,
    transport,
    told,
    get room() {
      return network.room;
    },
    connect: (credentials = {}, avatarId) =>
      transport.connect(
        { ...CREDENTIALS, ...credentials },
        {
          signal: new AbortController().signal,
          logger: silentLogger,
          ...(avatarId !== undefined && { avatarId }),
        },
      ),
  };
}

export async function joined(
  options: LivekitOptions = {},
  before: (network: FakeNetwork) => void = () => {},
) {
  const made = subject(options);
  before(made.network);
  await made.connect();
  return made;
}
