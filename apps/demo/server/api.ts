import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AccountProvider, type Accounts, accountVariables } from './accounts';
import { answerJson, answerNothing, answerRefusal, Refusal, readObject } from './answers';
import type { Rooms } from './rooms';

const BASE = '/api/sessions';

export interface Backend {
  readonly rooms: Rooms;
  readonly accounts: Accounts;
}

const unknownSession = () => new Refusal(404, 'session-gone', 'No such session is open.');

/** Handles what begins with `/api/`; everything else is the page. Resolves with whether it did. */
export async function handleApi(
  backend: Backend,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  if (!path.startsWith('/api/')) return false;
  try {
    await route(backend, request, response, path);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    answerRefusal(response, error);
  }
  return true;
}

async function route(
  backend: Backend,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const { rooms, accounts } = backend;
  const [, id, action] = /^\/api\/sessions\/([0-9a-f]{32})(?:\/(\w+))?$/.exec(path) ?? [];
  switch (`${request.method} ${id === undefined ? path : (action ?? 'id')}`) {
    case 'GET /api/providers':
      return answerJson(response, 200, { accounts: [...accounts.keys()] });
    case `GET ${BASE}`:
      return answerJson(response, 200, { open: rooms.count });
    case `POST ${BASE}`:
      return create(backend, request, response);
    case 'POST beat':
      if (!rooms.beat(id ?? '')) throw unknownSession();
      return answerNothing(response);
    case 'DELETE id':
      if (!(await rooms.close(id ?? ''))) throw unknownSession();
      return answerNothing(response);
    default:
      throw new Refusal(404, 'invalid-argument', `There is no ${request.method} ${path}.`);
  }
}

async function create(
  { rooms, accounts }: Backend,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { provider, ...others } = await readObject(request);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw new Refusal(400, 'invalid-argument', `${unknown} is not a field of this request.`);
  if (provider === 'agora' || provider === 'trtc') {
    const account = accounts.get(provider);
    if (account === undefined) throw withoutAccount(provider);
    // What the user opened at the service is closed there too: there is nothing here to close.
    return answerJson(response, 201, account);
  }
  if (provider !== 'livekit') {
    throw new Refusal(400, 'invalid-argument', 'provider must be "livekit", "agora" or "trtc".');
  }

  const details = await rooms.open();
  // The page went away while the room was made: nobody will ever close it.
  if (response.destroyed && details.sessionId !== undefined) await rooms.close(details.sessionId);
  else answerJson(response, 201, details);
}

function withoutAccount(provider: AccountProvider): Refusal {
  const [first = ''] = accountVariables[provider].required;
  return new Refusal(
    400,
    'service-refused',
    `There is no account with ${provider} here: set ${first} and its like.`,
  );
}
