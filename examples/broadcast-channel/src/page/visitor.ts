import { createAvatarSession } from '@avatarwire/core';
import { localMedia } from '@avatarwire/core/media';
import { broadcastChannel } from '../index';
import { AVATAR, attempt, find, room, tell } from './page-parts';

const session = createAvatarSession({
  transports: { 'broadcast-channel': () => broadcastChannel() },
  source: {
    provider: 'broadcast-channel',
    // Two visitors of one name would push each other out.
    credentials: { room, name: `visitor-${crypto.getRandomValues(new Uint32Array(1))}` },
    avatarId: AVATAR,
  },
  media: localMedia(),
});

const connect = find('#connect', HTMLButtonElement);
const microphone = find('#microphone', HTMLButtonElement);
const interrupt = find('#interrupt', HTMLButtonElement);
const end = find('#end', HTMLButtonElement);
const question = find('input', HTMLInputElement);

session.attach(find('video', HTMLVideoElement));
session.subscribe(show);
session.on('media-failed', ({ problem: { remedy } }) => tell(remedy));

// A window of its own: a tab that is hidden paints nothing, and the avatar's picture would stand still.
find('#open', HTMLButtonElement).onclick = () =>
  window.open(`avatar.html${location.search}`, 'avatar', 'popup,width=460,height=720');
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
  const { state, can, messages, microphone: heard, closed } = session.getSnapshot();
  const over = state === 'idle' || state === 'closed';
  find('#state', HTMLElement).textContent = closed ? `${state}: ${closed.reason}` : state;
  find('#answer', HTMLElement).textContent =
    messages.filter(({ author }) => author === 'avatar').at(-1)?.text ?? '';
  connect.disabled = !over;
  end.disabled = over;
  interrupt.disabled = !can.interrupt;
  microphone.disabled = !can.microphone;
  microphone.ariaPressed = String(heard.sending);
}
