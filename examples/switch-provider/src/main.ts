import { type AvatarSession, isAvatarError, type SessionSource } from '@avatarwire/core';
import { backend } from './backend';
import { readConfig } from './config';
import { createSession, type Service } from './session';

start().catch(tellFailure);

async function start(): Promise<void> {
  const { source, ...service } = await findService();
  const session = createSession(await readConfig(), { ...service, source: told(source) });
  session.attach(find('video', HTMLVideoElement));
  session.subscribe(() => show(session));

  find('#connect', HTMLButtonElement).onclick = () => {
    session
      .connect()
      .then(() => tell(`talking over ${session.getSnapshot().provider}`))
      .catch(tellFailure);
  };
  find('#end', HTMLButtonElement).onclick = () => void session.close();
  find('form', HTMLFormElement).onsubmit = (event) => {
    event.preventDefault();
    session.ask(find('input', HTMLInputElement).value).catch(tellFailure);
  };
  show(session);
}

/** Your backend where there is one; else what stands in for it, `?unreachable=agora` to try what happens then. */
async function findService(): Promise<Service> {
  const url: unknown = import.meta.env['VITE_BACKEND'];
  if (typeof url === 'string' && url !== '') return { source: backend(url) };
  const { standIns } = await import('./stand-ins');
  return standIns(new URLSearchParams(location.search).getAll('unreachable'));
}

function show(session: AvatarSession): void {
  const { state, provider, messages } = session.getSnapshot();
  const over = state === 'idle' || state === 'closed';
  find('#state', HTMLElement).textContent = state === 'live' ? `Live over ${provider}` : state;
  find('#connect', HTMLButtonElement).disabled = !over;
  find('#end', HTMLButtonElement).disabled = over;
  const answers = messages.filter(({ author }) => author === 'avatar');
  find('#answer', HTMLElement).textContent = answers.at(-1)?.text ?? '';
}

/** The same source, and the page shows when a paid session begins and ends. */
function told(source: SessionSource): SessionSource {
  return {
    async open(wanted, options) {
      const details = await source.open(wanted, options);
      tell(`${details.provider}: session opened`);
      return details;
    },
    async close(details, options) {
      await source.close?.(details, options);
      tell(`${details.provider}: session closed (${options.reason})`);
    },
  };
}

function tellFailure(error: unknown): void {
  tell(isAvatarError(error) ? `failed: ${error.code}. ${error.message}` : `failed: ${error}`);
}

function tell(line: string): void {
  const entry = document.createElement('li');
  entry.textContent = line;
  find('#log', HTMLElement).append(entry);
}

function find<T extends HTMLElement>(selector: string, type: new () => T): T {
  const found = document.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`index.html has no ${selector}`);
  return found;
}
