/** The broker of this process. The key is in the environment of the server, and nowhere else. */

import { type Broker, createBroker, presets } from '@avatarwire/broker';
import { sqliteStore } from '@avatarwire/broker/sqlite';
import { akoolServer } from '@avatarwire/services/akool/server';
import { visitorIn } from './visitor';

declare global {
  var avatarBroker: Broker | undefined;
}

const SWEEP_EVERY_MS = 5_000;

/** One for the whole process: Next.js loads a module anew for each of its bundles, and in development after each change. */
export function theBroker(): Broker {
  globalThis.avatarBroker ??= startBroker();
  return globalThis.avatarBroker;
}

function startBroker(): Broker {
  const {
    AKOOL_API_KEY: apiKey,
    AKOOL_BASE_URL: baseUrl,
    AVATAR_ID: avatarId,
    BROKER_STORE: file,
  } = process.env;
  if (apiKey === undefined) throw new Error('Set AKOOL_API_KEY, or start with `pnpm start` for a mock.');
  const broker = createBroker({
    services: [akoolServer({ apiKey, ...(baseUrl !== undefined && { baseUrl }) })],
    // Stands where your login stands.
    authenticate(request) {
      const id = visitorIn(request.headers.get('cookie') ?? '');
      return id === undefined ? undefined : { id };
    },
    authorize: presets({
      guide: { service: 'akool', avatarId: avatarId ?? 'dvp_Tristan_cloth2_1080P', durationSeconds: 300 },
    }),
    store: sqliteStore({ file: file ?? 'sessions.sqlite' }),
    logger: console,
  });
  // Where no process lives on, a cron calls a route that does this.
  setInterval(() => {
    broker
      .sweep()
      .catch((error: unknown) => console.error('A sweep failed; the next one tries again.', error));
  }, SWEEP_EVERY_MS).unref();
  if (process.env['NEXT_MANUAL_SIG_HANDLE']) closeAtEnd(broker);
  return broker;
}

/** Next.js itself would end without a word to the service, and what is open would go on costing money. */
function closeAtEnd(broker: Broker): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void broker.close({ sessions: 'close' }).finally(() => process.exit()));
  }
}
