import { startTransportAvatar, type TransportAvatar } from '@avatarwire/simulator/transport';
import { broadcastChannel } from '../index';
import { AVATAR, attempt, find, room } from './page-parts';

const enter = find('#enter', HTMLButtonElement);
const leave = find('#leave', HTMLButtonElement);
let here: TransportAvatar | undefined;

enter.onclick = () => attempt(come());
leave.onclick = () => attempt(go());
// The others would notice within four seconds; this way they know at once.
addEventListener('pagehide', () => void go());

async function come(): Promise<void> {
  enter.disabled = true;
  try {
    here = await startTransportAvatar({
      transport: () => broadcastChannel(),
      credentials: { room, name: AVATAR },
      // Another tab may take its place.
      onGone: (reason) => void go(reason),
    });
    find('video', HTMLVideoElement).srcObject = new MediaStream(
      here.tracks.filter(({ kind }) => kind === 'video'),
    );
    here.avatar.on('changed', show);
  } finally {
    show();
  }
}

async function go(reason?: string): Promise<void> {
  const leaving = here;
  here = undefined;
  show(reason);
  await leaving?.close();
}

function show(reason?: unknown): void {
  find('#state', HTMLElement).textContent = here ? 'in the room' : 'out';
  if (typeof reason === 'string') find('#problem', HTMLElement).textContent = `out: ${reason}`;
  enter.disabled = here !== undefined;
  leave.disabled = here === undefined;
  if (!here) return;
  find('#heard', HTMLElement).replaceChildren(
    ...here.avatar.heard.messages
      .slice(-5)
      .map(({ text }) => Object.assign(document.createElement('li'), { textContent: text })),
  );
}
