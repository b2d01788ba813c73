/** One provider of a sequence: a simulated service, network and avatar, and the faults that are done to them. */

import {
  AvatarError,
  type AvatarTransport,
  type ConnectionDetails,
  isAvatarError,
  type ProviderCredentials,
  ratePolicies,
  type SessionSource,
} from '@avatarwire/core';
import {
  type MemoryClient,
  MemoryNetworkError,
  optimistic,
  pessimistic,
  type Simulation,
  simulate,
  type VirtualClock,
} from '@avatarwire/simulator';
import type { Interval, Ledger, LinkRecord } from './ledger';
import type { Setting } from './setting';
import type { CLOSE_FAULTS, JOIN_FAULTS, OPEN_FAULTS, SEND_FAULTS } from './steps';

declare module '@avatarwire/core' {
  interface ProviderCredentials {
    first: { readonly room: string };
    second: { readonly room: string };
  }
}

export const SIDES = ['first', 'second'] as const;
export type SideName = (typeof SIDES)[number];
type SideTransport = AvatarTransport<SideName>;

export interface Side {
  readonly name: SideName;
  readonly sim: Simulation;
  readonly transport: () => SideTransport;
  readonly open: SessionSource['open'];
  readonly close: NonNullable<SessionSource['close']>;
  /** The next calls go wrong in this way, each once. */
  readonly plans: {
    readonly send: (typeof SEND_FAULTS)[number][];
    readonly join: (typeof JOIN_FAULTS)[number][];
    readonly open: (typeof OPEN_FAULTS)[number][];
    readonly close: (typeof CLOSE_FAULTS)[number][];
    leaveHangs: boolean;
  };
  readonly clogs: Interval[];
  readonly deaf: Interval[];
  readonly away: Interval[];
  /** When the other side ended connections, which is told later. */
  readonly ends: number[];
  readonly lossy: Interval[];
  readonly transports: SideTransport[];
  /** Listeners of the session on all its transports. */
  readonly listeners: { count: number };
  /** How often each service session was closed. */
  readonly closeCalls: Map<string, number>;
  emitExpiring(inMs: number): void;
  endService(): void;
  /** Every planned fault is forgotten; sends that hang go on hanging. */
  calm(): void;
}

export interface SideOptions {
  readonly name: SideName;
  readonly index: number;
  readonly setting: Setting;
  readonly clock: VirtualClock;
  readonly ledger: Ledger;
  readonly run: () => number;
  /** The session is closing, or closed. */
  readonly isEnded: () => boolean;
  readonly met: (what: string) => void;
}

const SLOW_MS = 4_000;
const LATE_MS = 20_000;

export function createSide(options: SideOptions): Side {
  const { name, index, setting, clock, ledger, run, isEnded, met } = options;
  const limits = setting.limits[index] ?? 'agora';
  let replies = 0;
  const sim = simulate({
    policy: limits,
    clock,
    seed: setting.seed + index,
    behaviour: setting.avatar === 'optimistic' ? optimistic : pessimistic,
    conditions: { latencyMs: setting.latencyMs, jitterMs: setting.jitterMs },
    durationMs: setting.lifeMs,
    avatarDelayMs: setting.avatarDelayMs,
    giveUpMs: setting.giveUpMs,
    // Jitter may press two seconds of a network into one; what counts here is the hand-over.
    enforceLimits: false,
    // No two replies are alike.
    reply: () => `Reply ${index}.${replies++}: so it is. `.repeat(1 + (replies % 4)),
  });
  const plans: Side['plans'] = { send: [], join: [], open: [], close: [], leaveHangs: false };
  const transports: SideTransport[] = [];
  const listeners = { count: 0 };
  const closeCalls = new Map<string, number>();
  const goners = new Set<() => void>();
  const expiring = new Set<(payload: { readonly inMs: number }) => void>();
  const away: Interval[] = [{ from: -Infinity, to: Infinity }];
  const original = { ...sim.network.conditions };
  const never = new Promise<never>(() => {});
  const pass = (ms: number) =>
    new Promise<void>((resolve) => {
      clock.schedule(resolve, ms);
    });

  sim.avatar.on('changed', ({ present }) => {
    const last = away.at(-1);
    const isAway = last?.to === Infinity;
    if (present && last && isAway) last.to = clock.now();
    if (!present && !isAway) away.push({ from: clock.now(), to: Infinity });
  });

  const { faults } = sim.network;
  faults.send = () => {
    const fault = plans.send.shift();
    if (!fault) return Promise.resolve();
    met(`send ${fault}`);
    switch (fault) {
      case 'stalls':
        return never;
      case 'is-slow':
        return pass(SLOW_MS);
      case 'is-refused':
        throw new MemoryNetworkError('NOT_JOINED', 'Not now.');
      case 'is-busy':
        throw new AvatarError('service-busy', 'Too many.', { retryAfterMs: 1_050 });
      case 'is-denied':
        throw new AvatarError('service-refused', 'Not this.');
      case 'fails':
        return Promise.reject(new MemoryNetworkError('SEND_FAILED', 'The socket broke.'));
    }
  };
  faults.join = async () => {
    const fault = plans.join.shift();
    if (!fault) return;
    met(`join ${fault}`);
    if (fault === 'hangs') await never;
    if (fault === 'is-slow') await pass(SLOW_MS);
    if (fault === 'fails') throw new MemoryNetworkError('SEND_FAILED', 'No way there.');
    if (fault === 'is-refused') throw new MemoryNetworkError('REFUSED', 'No such token.');
  };
  faults.leave = async () => {
    if (!plans.leaveHangs) return;
    plans.leaveHangs = false;
    met('leave hangs');
    await never;
  };

  const source = sim.options.source as SessionSource;

  async function open(
    _wanted: unknown,
    { signal, onGone }: Parameters<SessionSource['open']>[1],
  ): Promise<ConnectionDetails> {
    const fault = plans.open.shift();
    if (fault) met(`open ${fault}`);
    if (fault === 'hangs') await never;
    if (fault === 'is-late') await pass(LATE_MS);
    if (fault === 'fails') throw new AvatarError('network', 'The service is not there.');
    if (fault === 'is-refused') throw new AvatarError('service-refused', 'No quota.');
    if (fault === 'is-busy') throw new AvatarError('service-busy', 'Busy.', { retryAfterMs: 1_000 });
    const details = await source.open({ provider: 'memory' }, { signal });
    if (onGone) goners.add(onGone);
    const { room } = details.credentials as ProviderCredentials['memory'];
    return { ...details, provider: name, credentials: { room } };
  }

  const close: Side['close'] = async (details, how) => {
    const id = details.sessionId ?? '';
    closeCalls.set(id, (closeCalls.get(id) ?? 0) + 1);
    const fault = plans.close.shift();
    await source.close?.({ ...details, provider: 'memory', credentials: { room: '' } }, how);
    if (!fault) return;
    met(`close ${fault}`);
    if (fault === 'hangs') await never;
    throw new AvatarError('network', 'The answer was lost.');
  };

  function transport(): SideTransport {
    const { memory } = sim.options.transports;
    const inner = memory?.() as AvatarTransport<'memory'>;
    let link: LinkRecord | undefined;
    const linkOf = (room: string): LinkRecord => ({
      side: index,
      room,
      run: run(),
      madeAt: clock.now(),
      cuts: [],
      lossy: [],
      endedAt: Infinity,
      openBytes: 0,
      openChatBytes: 0,
    });
    inner.on('reconnecting', () => link?.cuts.push({ from: clock.now(), to: Infinity }));
    inner.on('reconnected', ({ lossy }) => {
      const cut = link?.cuts.at(-1);
      if (cut) cut.to = clock.now();
      if (lossy) link?.lossy.push({ at: clock.now(), order: ledger.nextOrder() });
    });
    inner.on('closed', () => {
      if (link) link.endedAt = clock.now();
    });
    const made: SideTransport = {
      ...inner,
      provider: name,
      capabilities: Object.freeze({ ...inner.capabilities, policy: ratePolicies[limits] }),
      connect({ room }, how) {
        link = linkOf(room);
        ledger.links.push(link);
        return inner.connect({ room }, how);
      },
      send(packet) {
        const attempt = ledger.handOver(link ?? linkOf(''), packet, clock.now());
        const sending = inner.send(packet);
        sending.then(
          () => ledger.settle(attempt, 'taken'),
          (error: unknown) => {
            const nothingSent =
              attempt.link.endedAt === Infinity &&
              isAvatarError(error) &&
              ['not-connected', 'service-busy', 'service-refused', 'packet-too-large'].includes(error.code);
            ledger.settle(attempt, nothingSent ? 'refused' : 'failed');
          },
        );
        return sending;
      },
      on(event, listener) {
        listeners.count += 1;
        const undo = inner.on(event, (payload) => {
          const received =
            event === 'packet' ? ledger.receive(run(), (payload as { data: Uint8Array }).data) : undefined;
          listener(payload);
          if (received) received.endedIt = isEnded();
        });
        const forget = event === 'credentials-expiring' ? expireWith(listener as never) : () => {};
        let isOn = true;
        return () => {
          undo();
          forget();
          if (isOn) listeners.count -= 1;
          isOn = false;
        };
      },
    };
    transports.push(made);
    return made;
  }

  function expireWith(listener: (payload: { readonly inMs: number }) => void): () => void {
    expiring.add(listener);
    return () => void expiring.delete(listener);
  }

  return {
    name,
    sim,
    transport,
    open,
    close,
    plans,
    clogs: [],
    deaf: [],
    away,
    ends: [],
    lossy: [],
    transports,
    listeners,
    closeCalls,
    emitExpiring(inMs) {
      for (const listener of [...expiring]) listener({ inMs });
    },
    endService() {
      for (const gone of goners) gone();
      goners.clear();
    },
    calm() {
      for (const plan of [plans.send, plans.join, plans.open, plans.close]) plan.length = 0;
      plans.leaveHangs = false;
      sim.network.shape(original);
    },
  };
}

/** Clients of the network that still have a listener. */
export function listenersOnClients({ transports }: Side): number {
  return transports.reduce((sum, { native }) => sum + (native as MemoryClient).listenerCount(), 0);
}
