/** Sessions with a planted defect, each of which breaks one promise. */

import type {
  AvatarSession,
  AvatarSessionOptions,
  AvatarTransport,
  Clock,
  Delivery,
  SessionSource,
} from '@avatarwire/core';
import { ratePolicies, systemClock } from '@avatarwire/core';
import type { Tamper } from '../../src/fuzz/trial';

type Transport = AvatarTransport<'first' | 'second'>;

function withTransports(change: (made: Transport) => Partial<Transport>): Tamper {
  return {
    options(options) {
      const entries = Object.entries(options.transports).map(([name, make]) => {
        const changed = () => {
          const made = make() as Transport;
          return { ...made, ...change(made) };
        };
        return [name, changed];
      });
      return { ...options, transports: Object.fromEntries(entries) };
    },
  };
}

function withSource(change: (source: SessionSource) => Partial<SessionSource>): Tamper {
  return {
    options(options) {
      const source = options.source as SessionSource;
      return { ...options, source: { ...source, ...change(source) } };
    },
  };
}

function withSession(change: (session: AvatarSession) => Partial<AvatarSession>): Tamper {
  return {
    session(session) {
      const changes: Partial<AvatarSession> = change(session);
      return new Proxy(session, {
        get: (target, key) =>
          Object.hasOwn(changes, key) ? Reflect.get(changes, key) : Reflect.get(target, key),
      });
    },
  };
}

function withDeliveries(change: (delivery: Delivery) => Delivery | Promise<Delivery>): Tamper {
  return withSession((session) => ({
    send: (...how) => session.send(...how).then(change),
    ask: (...how) => session.ask(...how).then(change),
    speak: (...how) => session.speak(...how).then(change),
  }));
}

function later(): Tamper {
  let clock: Clock = systemClock;
  const inAWhile = withSession((session) => ({
    async interrupt() {
      await new Promise<void>((resolve) => {
        clock.schedule(resolve, 100);
      });
      return session.interrupt();
    },
  }));
  return {
    ...inAWhile,
    options(options) {
      clock = options.clock ?? systemClock;
      return options;
    },
  };
}

const isChat = (packet: Uint8Array) => new TextDecoder().decode(packet).includes('"type":"chat"');

/** Every wrapper that the defects stand in, and no defect. */
export const WRAPPED: Tamper = {
  options: (options) =>
    tampered(
      options,
      withTransports(() => ({})),
      withSource(() => ({})),
    ),
  session: (session) => withSession(() => ({})).session?.(session) ?? session,
};

function tampered(options: AvatarSessionOptions, ...tampers: Tamper[]): AvatarSessionOptions {
  return tampers.reduce((changed, tamper) => tamper.options?.(changed) ?? changed, options);
}

export const MUTANTS = {
  'loses a packet and says nothing': withTransports((made) => {
    let sent = 0;
    return {
      send(packet) {
        sent += isChat(packet) ? 1 : 0;
        return sent === 2 ? Promise.resolve() : made.send(packet);
      },
    };
  }),
  'hands a packet over twice': withTransports((made) => ({
    async send(packet) {
      const sending = made.send(packet);
      if (isChat(packet)) await made.send(packet);
      return sending;
    },
  })),
  'gives what it received twice': withSession((session) => ({
    on(event, listener) {
      return session.on(event, (payload) => {
        listener(payload);
        if (event === 'message-received') listener(payload);
      });
    },
  })),
  'leaves a listener on a transport': withTransports((made) => ({
    on(event, listener) {
      const undo = made.on(event, listener);
      return event === 'quality' ? () => {} : undo;
    },
  })),
  'leaves a listener on a signal': withSession((session) => ({
    send(text, options) {
      options?.signal?.addEventListener('abort', () => {});
      return session.send(text, options);
    },
  })),
  'leaves a timer': {
    options: (options: AvatarSessionOptions) => ({
      ...options,
      source: {
        open: (...how) => {
          options.clock?.schedule(() => {}, 3_600_000_000);
          return (options.source as SessionSource).open(...how);
        },
        close: async (...how) => (options.source as SessionSource).close?.(...how),
      },
    }),
  },
  'never settles what was interrupted': withDeliveries((delivery) =>
    delivery.status === 'interrupted' ? new Promise<never>(() => {}) : delivery,
  ),
  'calls what was interrupted sent': withDeliveries((delivery) =>
    delivery.status === 'interrupted' ? { ...delivery, status: 'sent' } : delivery,
  ),
  'forgets the text that was not sent': withDeliveries((delivery) => ({ ...delivery, unsentText: '' })),
  'takes twice the budget': withTransports((made) => {
    const policy = made.capabilities.policy ?? ratePolicies.memory;
    const { packetsPerSecond, bytesPerSecond } = policy;
    const doubled = { ...policy, packetsPerSecond: packetsPerSecond * 2, bytesPerSecond: bytesPerSecond * 2 };
    return { capabilities: { ...made.capabilities, policy: doubled } };
  }),
  'leaves the service session open after a failed attempt': withSource((source) => ({
    close: async (details, how) =>
      how.reason === 'connect-failed' ? undefined : source.close?.(details, how),
  })),
  'closes the service session twice': withSource((source) => ({
    async close(details, how) {
      await source.close?.(details, how);
      await source.close?.(details, how);
    },
  })),
  'interrupts later': later(),
  'lets one call overtake another': withSession((session) => ({
    ask(...how) {
      const asked = Promise.resolve().then(() => session.ask(...how));
      asked.catch(() => {});
      return asked;
    },
  })),
  'skips a state': withSession((session) => ({
    on: (event, listener) =>
      session.on(event, (payload) => {
        if (!('state' in payload) || payload.state !== 'waiting') listener(payload);
      }),
  })),
  'changes a snapshot afterwards': withSession((session) => ({
    keepOpen() {
      const { avatar } = session.getSnapshot();
      Object.assign(avatar, { speaking: true });
    },
  })),
  'throws where a promise is due': withSession((session) => ({
    setParams(params) {
      if (session.getSnapshot().state === 'closed') throw new Error('closed');
      return session.setParams(params);
    },
  })),
  'rejects with an error of its own': withSession((session) => ({
    setAction: (action) =>
      session.setAction(action).catch(() => {
        throw new Error('something went wrong');
      }),
  })),
} satisfies Readonly<Record<string, Tamper>>;
