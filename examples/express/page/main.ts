import { broker, createAvatarSession, isAvatarError } from '@avatarwire/core';

const session = createAvatarSession({
  transports: { livekit: () => import('@avatarwire/livekit').then(({ livekit }) => livekit()) },
  source: broker('/api/avatar'),
});

const connect = find('#connect', HTMLButtonElement);
const end = find('#end', HTMLButtonElement);
const question = find('input', HTMLInputElement);

session.attach(find('video', HTMLVideoElement));
session.subscribe(show);
connect.onclick = () => attempt(session.connect());
end.onclick = () => void session.close();
find('form', HTMLFormElement).onsubmit = (event) => {
  event.preventDefault();
  attempt(session.ask(question.value));
  question.value = '';
};
show();

function show(): void {
  const { state, messages } = session.getSnapshot();
  const over = state === 'idle' || state === 'closed';
  find('#state', HTMLElement).textContent = state;
  find('#answer', HTMLElement).textContent =
    messages.filter(({ author }) => author === 'avatar').at(-1)?.text ?? '';
  connect.disabled = !over;
  end.disabled = over;
}

function attempt(call: Promise<unknown>): void {
  const problem = find('#problem', HTMLElement);
  problem.textContent = '';
  call.catch((error: unknown) => {
    problem.textContent = isAvatarError(error) ? `${error.code}: ${error.message}` : String(error);
  });
}

function find<T extends HTMLElement>(selector: string, type: new () => T): T {
  const found = document.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`index.html has no ${selector}`);
  return found;
}
