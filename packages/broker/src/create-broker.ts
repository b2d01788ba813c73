import { checkOptions } from './checked-options';
import { createHandler } from './http/create-handler';
import { createModelProxy } from './model/create-model-proxy';
import type { Broker, BrokerOptions } from './options';
import { createKeeper } from './sessions/create-keeper';

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
  const keeper = createKeeper(checked);
  const model = checked.model && createModelProxy(checked.model, checked);
  const handle = createHandler({ options: checked, keeper, model });
  const underWay = new Set<Promise<Response>>();

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
      if (sessions === 'close') await keeper.closeAll();
      await Promise.allSettled(underWay);
      await Promise.all([keeper.settled(), model?.settled()]);
    },
  };
}
