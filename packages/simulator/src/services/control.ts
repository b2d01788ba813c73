/** What other processes set and see: `/_mock/state`, `/_mock/fail`, `/_mock/release`, `/_mock/clear`. */

import { isAvatarError } from '@avatarwire/core';
import { type Answer, type Call, type Fields, isFields, ServiceRefusal, type ServiceRoutes } from './call';
import type { Failures } from './failures';
import type { SessionRecord, SessionsView } from './sessions';

export interface Controlled {
  readonly failures: Failures;
  /** For `state`. */
  look(): Fields;
}

export function createControl(services: Readonly<Record<string, Controlled>>): ServiceRoutes {
  const all = Object.values(services);
  const named = (name: unknown): Controlled | undefined =>
    typeof name === 'string' && Object.hasOwn(services, name) ? services[name] : undefined;

  const routes: ServiceRoutes['routes'] = [
    {
      name: 'state',
      method: 'GET',
      path: '/state',
      handle: () => ({
        status: 200,
        body: Object.fromEntries(Object.entries(services).map(([name, { look }]) => [name, look()])),
      }),
    },
    {
      name: 'fail',
      method: 'POST',
      path: '/fail',
      handle: withBody(({ service, failure, times, on }) => {
        const failing = named(service);
        if (!failing) throw refusal(`service has to be one of ${Object.keys(services).join(', ')}.`);
        return { id: failing.failures.planUnknown(failure, { times, on }).id };
      }),
    },
    {
      name: 'release',
      method: 'POST',
      path: '/release',
      handle: withBody(({ id }) => {
        if (id !== undefined && typeof id !== 'string') throw refusal('id has to be a string.');
        for (const { failures } of all) failures.release(id);
        return {};
      }),
    },
    {
      name: 'clear',
      method: 'POST',
      path: '/clear',
      handle: withBody(({ service }) => {
        const chosen = service === undefined ? all : [named(service)];
        for (const each of chosen) {
          if (!each) throw refusal(`service has to be one of ${Object.keys(services).join(', ')}.`);
          each.failures.clear();
        }
        return {};
      }),
    },
  ];
  return {
    name: '_mock',
    routes,
    refuse: ({ message, status = 400 }) => ({ status, body: { error: message } }),
  };
}

/** Only bodies declared as JSON count: no page of another origin can send one unasked. */
function withBody(handle: (body: Fields) => Fields): (call: Call) => Answer {
  return ({ body }) => {
    if (!isFields(body)) throw refusal('Send a JSON object as application/json.');
    try {
      return { status: 200, body: handle(body) };
    } catch (error) {
      throw isAvatarError(error) ? refusal(error.message) : error;
    }
  };
}

function refusal(message: string): ServiceRefusal {
  return new ServiceRefusal('invalid', message, 400);
}

/** Sums and sessions, without credentials and without what was asked for. */
export function lookAt(view: SessionsView): Fields {
  const { open, opened, closed, costSeconds, openSeconds, sessions } = view;
  return { open, opened, closed, costSeconds, openSeconds, sessions: sessions.map(shown) };
}

function shown(session: SessionRecord): Fields {
  const { id, provider, avatarId, durationSeconds, openedAt, endedAt, ended, closeCalls, costSeconds } =
    session;
  return { id, provider, avatarId, durationSeconds, openedAt, endedAt, ended, closeCalls, costSeconds };
}
