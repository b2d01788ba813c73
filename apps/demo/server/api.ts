/** What the page asks of this server beside the broker: what there is to choose, and what the mocks count. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { type CostsOptions, costsOf } from './costs';
import { BROKER_PATH, type DemoBroker, type Offered } from './demo-broker';
import { answerJson, refuse } from './json';
import { newVisitor, visitorOf } from './visitors';

export interface Backend {
  readonly broker: DemoBroker;
  /** The standard one first. */
  readonly offered: readonly Offered[];
  readonly costs: CostsOptions;
  /** Where the page says that it gives the mocks rooms. */
  readonly pagesUrl: string;
}

/** Handles what begins with `/api/`; everything else is the page. Resolves with whether it did. */
export async function handleApi(
  { broker, offered, costs, pagesUrl }: Backend,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const [path = '/', query] = (request.url ?? '/').split('?');
  if (!path.startsWith('/api/')) return false;
  if (path.startsWith(`${BROKER_PATH}/`)) {
    await broker.handle(request, response);
    return true;
  }
  switch (`${request.method} ${path}`) {
    case 'GET /api/choices':
      // Not with the page: a browser that comes by a link from elsewhere keeps the cookie it has to itself until then,
      // and a new one would take the sessions of its other tabs away.
      if (visitorOf(request.headers.cookie) === undefined) response.setHeader('set-cookie', newVisitor());
      answerJson(response, 200, {
        services: offered.map(({ service: { name, providers } }) => ({ service: name, providers })),
        pagesUrl,
      });
      break;
    case 'GET /api/costs': {
      const asked = new URLSearchParams(query);
      const wanted = {
        visitor: visitorOf(request.headers.cookie)?.id,
        service: asked.get('service') ?? undefined,
        session: asked.get('session') ?? undefined,
      };
      answerJson(response, 200, await costsOf(costs, wanted));
      break;
    }
    default:
      refuse(response, 404, 'unsupported', `There is no ${request.method} ${path}.`);
  }
  return true;
}
