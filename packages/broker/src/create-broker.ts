import { checkOptions } from './checked-options';
import { createHandler } from './http/create-handler';
import { createModelProxy } from './model/create-model-proxy';
import type { Broker, BrokerOptions } from './options';
import { createKeeper } from './sessions/create-keeper';
import { withinMs } from './sessions/waiting';

/**
 * Opens and closes paid sessions for pages that must not see the keys. Runs wherever there are `Request`, `Response`
 * and `crypto.subtle`; `@avatarwire/broker/node` mounts it on a port, and sweeps.
 *
 * ```ts
 * const broker = createBroker({
 *   services: [akoolServer({ apiKey })],
 *   authenticate: (request) => callerOfMyApp(request),
 *   authorize: presets({ guide: { service: 'akool', avatarId: 'dvp_Tristan_cloth2_1080P', durationSeconds: 300 } }),
 *   store,
 * });
 * export default { fetch: broker.fetch, scheduled: () => broker.sweep() };
 * ```
 *
 * @throws AvatarError `invalid-argument`, naming the option
 */
export function createBroker(options: BrokerOptions): Broker {
  const checked = checkOptions(options);
  const { clock, timings, logger } = checked;
  const keeper = createKeeper(checked);
  const model = checked.model && createModelProxy(checked.model, checked);
  const handle = createHandler({ options: checked, keeper, model });
  const underWay = new Set<Promise<Response>>();

  async function end(sessions: 'leave' | 'close'): Promise<true> {
    if (sessions === 'close') await keeper.closeAll();
    await Promise.allSettled(underWay);
    await Promise.all([keeper.settled(), model?.settled()]);
    return true;
  }

  return {
    async fetch(request) {
      const answer = handle(request);
      underWay.add(answer);
      try {
        return await answer;
      } catch {
        // Nothing that is meant to fail does so here.
        return new Response(null, { status: 500 });
      } finally {
        underWay.delete(answer);
      }
    },
    sweep: () => keeper.sweep(),
    async close({ sessions = 'leave' } = {}) {
      keeper.stop();
      model?.stop();
      // By then whatever was being opened counts as lost anyway.
      if (await withinMs(clock, timings.intentMs, end(sessions))) return;
      logger.warn(
        'ended with requests to services under way; the next broker on this store goes on with them',
      );
    },
  };
}
