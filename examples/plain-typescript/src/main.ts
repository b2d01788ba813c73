import { createAvatarSession, isAvatarError } from '@avatarwire/core';
import { localMedia } from '@avatarwire/core/media';
import { simulatedWebRtcAvatar } from '@avatarwire/simulator/webrtc';

// With a service: `transports: { livekit: () => livekit() }, source: broker('/api/avatar')`, and nothing else changes.
const avatar = simulatedWebRtcAvatar();
const session = createAvatarSession({
  transports: { webrtc: () => avatar.transport() },
  source: avatar.source,
  media: localMedia(),
});

const connect = find('#connect', HTMLButtonElement);
const microphone = find('#microphone', HTMLButtonElement);
const interrupt = find('#interrupt', HTMLButtonElement);
const end = find('#end', HTMLButtonElement);
const question = find('input', HTMLInputElement);
const problem = find('#problem', HTMLElement);

session.attach(find('video', HTMLVideoElement));
session.subscribe(show);
// A device that fails later, unplugged say, is no call's failure.
session.on('media-failed', ({ problem: { remedy } }) => tell(remedy));

connect.onclick = () => attempt(session.connect());
end.onclick = () => attempt(session.close());
interrupt.onclick = () => attempt(session.interrupt());
microphone.onclick = () => {
  const on = session.getSnapshot().microphone.status !== 'off';
  attempt(on ? session.microphone.disable() : session.microphone.enable());
};
find('form', HTMLFormElement).onsubmit = (event) => {
  event.preventDefault();
  attempt(session.ask(question.value));
  question.value = '';
};
show();

function show(): void {
  const { state, can, messages, microphone: heard } = session.getSnapshot();
  const over = state === 'idle' || state === 'closed';
  find('#state', HTMLElement).textContent = state;
  find('#answer', HTMLElement).textContent =
    messages.filter(({ author }) => author === 'avatar').at(-1)?.text ?? '';
  connect.disabled = !over;
  end.disabled = over;
  interrupt.disabled = !can.interrupt;
  microphone.disabled = !can.microphone;
  microphone.ariaPressed = String(heard.sending);
}

function attempt(call: Promise<unknown>): void {
  tell('');
  call.catch((error: unknown) =>
    tell(isAvatarError(error) ? `${error.code}: ${error.message}` : String(error)),
  );
}

function tell(text: string): void {
  problem.textContent = text;
}

function find<T extends HTMLElement>(selector: string, type: new () => T): T {
  const found = document.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`index.html has no ${selector}`);
  return found;
}
