/** What is left of the sessions that this page has made. */

import type { AvatarSession } from '@avatarwire/core';

export interface Leftovers {
  readonly made: number;
  /** Sessions that are not closed. */
  readonly open: number;
  /** Of all sessions and their microphones: listeners, and elements that are attached. */
  readonly listeners: number;
  /** Sessions that are still in memory. */
  readonly alive: number;
  /** Tracks of the visitor's devices that are not stopped. */
  readonly liveTracks: number;
}

let made = 0;
let listeners = 0;
const states = new Map<number, string>();
const sessions: WeakRef<AvatarSession>[] = [];
const tracks: WeakRef<MediaStreamTrack>[] = [];

export const leftovers = (): Leftovers => ({
  made,
  listeners,
  open: [...states.values()].filter((state) => state !== 'idle' && state !== 'closed').length,
  alive: sessions.filter((session) => session.deref()).length,
  liveTracks: tracks.filter((track) => track.deref()?.readyState === 'live').length,
});

const { mediaDevices } = navigator;
const open = mediaDevices.getUserMedia.bind(mediaDevices);
mediaDevices.getUserMedia = async (constraints) => {
  const stream = await open(constraints);
  for (const track of stream.getTracks()) tracks.push(new WeakRef(track));
  return stream;
};

/** Counts on the way; holds no session. */
function counting<Given extends unknown[]>(add: (...given: Given) => () => void) {
  return (...given: Given) => {
    const undo = add(...given);
    let there = true;
    listeners += 1;
    return () => {
      if (there) listeners -= 1;
      there = false;
      undo();
    };
  };
}

export function watched(session: AvatarSession): AvatarSession {
  const id = made;
  made += 1;
  sessions.push(new WeakRef(session));
  session.on('state-changed', ({ state }) => states.set(id, state));
  const on: AvatarSession['on'] = (event, listener) => counting(() => session.on(event, listener))();
  const { microphone } = session;
  return Object.assign(Object.create(session), {
    on,
    microphone: Object.assign(Object.create(microphone), {
      watch: counting(microphone.watch),
      onLevel: counting(microphone.onLevel),
    }),
    subscribe: counting(session.subscribe),
    onStatistics: counting(session.onStatistics),
    attach: counting(session.attach),
  });
}
