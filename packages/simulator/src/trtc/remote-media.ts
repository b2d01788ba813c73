/** What the others show, as this instance sees and receives it. */

import { carried } from '../carried-track';
import type { PublishedTrack } from '../memory-room';
import { createCallLine } from './call-line';
import type { RemoteAudioPlayer } from './remote-audio-player';
import { trtcError } from './trtc-error';
import type { StreamType, TrtcEvents } from './trtc-events';

type Slot = 'audio' | StreamType;

/** One thing that a user publishes, and our copy of it once it is received. */
interface Shown {
  readonly source: MediaStreamTrack;
  muted: boolean;
  received: MediaStreamTrack | undefined;
}

interface RemoteMediaOptions {
  readonly player: RemoteAudioPlayer;
  emit<E extends keyof TrtcEvents>(event: E, payload: TrtcEvents[E]): void;
  receivesAudio(): boolean;
  receivesVideo(): boolean;
  /** The server's answer to a request to receive. Rejects when the room is left meanwhile. */
  answer(): Promise<void>;
}

export interface RemoteMedia {
  published(track: PublishedTrack): void;
  unpublished(track: PublishedTrack): void;
  muted(track: PublishedTrack): void;
  /** Which pictures a user shows; `undefined` for one who shows and sounds nothing. */
  shows(userId: string): { readonly main: boolean; readonly sub: boolean } | undefined;
  startVideo(userId: string, streamType: StreamType): Promise<void>;
  stopVideo(userId: string, streamType: StreamType | undefined): Promise<void>;
  muteAudio(userId: string, mute: boolean): Promise<void>;
  setVolume(userId: string, volume: number): void;
  received(userId: string, slot: Slot): MediaStreamTrack | null;
  readonly ids: readonly string[];
  /** The room was left: everything received ends. */
  clear(): void;
}

const FULL_VOLUME = 100;
const EVERYBODY = '*';

export function createRemoteMedia(options: RemoteMediaOptions): RemoteMedia {
  const { emit, player } = options;
  const users = new Map<string, Map<Slot, Shown>>();
  const lines = new Map<string, ReturnType<typeof createCallLine>>();
  const muteWishes = new Map<string, boolean>();
  const volumes = new Map<string, number>();

  const find = (userId: string, slot: Slot) => users.get(userId)?.get(slot);
  const isAvailable = (shown: Shown | undefined) => shown !== undefined && !shown.muted;

  function lineOf(userId: string, streamType: StreamType) {
    const key = `${streamType} ${userId}`;
    const line = lines.get(key) ?? createCallLine();
    lines.set(key, line);
    return line;
  }

  function wantsAudio(userId: string): boolean {
    const wish = muteWishes.get(userId) ?? muteWishes.get(EVERYBODY);
    return wish === undefined ? options.receivesAudio() : !wish;
  }

  function announce(userId: string, slot: Slot, available: boolean): void {
    if (slot === 'audio') emit(available ? 'remote-audio-available' : 'remote-audio-unavailable', { userId });
    else
      emit(available ? 'remote-video-available' : 'remote-video-unavailable', { userId, streamType: slot });
  }

  /** A copy of our own; whoever has it already hears nothing new. */
  function take(userId: string, slot: Slot, shown: Shown): void {
    if (shown.received) return;
    const track = carried(shown.source);
    track.enabled = !shown.muted;
    shown.received = track;
    if (slot === 'audio')
      player.play(userId, track, volumes.get(userId) ?? volumes.get(EVERYBODY) ?? FULL_VOLUME);
    emit('track', {
      userId,
      streamType: slot === 'audio' ? 'main' : slot,
      track,
      sourceTrack: track,
    });
  }

  function drop(userId: string, slot: Slot, shown: Shown): void {
    if (slot === 'audio') player.stop(userId);
    shown.received?.stop();
    shown.received = undefined;
  }

  async function receive(userId: string, slot: Slot, call: string): Promise<void> {
    const shown = find(userId, slot);
    if (!shown) return;
    await options.answer();
    if (find(userId, slot) !== shown || shown.muted)
      throw trtcError(5998, `${call}(): it is shown no more.`, call);
    take(userId, slot, shown);
  }

  function becomeAvailable(userId: string, slot: Slot): void {
    // What the SDK starts by itself fails silently.
    const silently = (started: Promise<void>) => void started.catch(() => {});
    if (slot === 'audio' ? wantsAudio(userId) : options.receivesVideo())
      silently(receive(userId, slot, 'startRemoteVideo'));
    announce(userId, slot, true);
  }

  function becomeUnavailable(userId: string, slot: Slot): void {
    if (slot !== 'audio')
      void lineOf(userId, slot)
        .stop('stopRemoteVideo', () => Promise.resolve())
        .catch(() => {});
    announce(userId, slot, false);
  }

  function removeAudio(userId: string): void {
    const shown = find(userId, 'audio');
    if (shown) drop(userId, 'audio', shown);
  }

  return {
    published({ track, from, source, muted }) {
      const slot = slotOf(track, source);
      const slots = users.get(from) ?? new Map<Slot, Shown>();
      users.set(from, slots);
      const before = slots.get(slot);
      // What replaces a muted one is muted before it is seen, although the word of it comes a moment later.
      const shown: Shown = { source: track, muted: muted || before?.muted === true, received: undefined };
      slots.set(slot, shown);
      if (before) {
        // Other contents for what is shown already: nobody is told but by a new track.
        const wasReceived = before.received !== undefined;
        before.received?.stop();
        if (wasReceived) take(from, slot, shown);
      } else if (!muted) becomeAvailable(from, slot);
    },
    unpublished({ track, from, source }) {
      const slot = slotOf(track, source);
      const shown = find(from, slot);
      if (shown?.source !== track) return;
      const slots = users.get(from);
      slots?.delete(slot);
      if (slots?.size === 0) users.delete(from);
      drop(from, slot, shown);
      if (isAvailable(shown)) becomeUnavailable(from, slot);
    },
    muted({ track, from, source, muted }) {
      const slot = slotOf(track, source);
      const shown = find(from, slot);
      if (shown?.source !== track || shown.muted === muted) return;
      shown.muted = muted;
      if (shown.received) shown.received.enabled = !muted;
      if (muted) becomeUnavailable(from, slot);
      else becomeAvailable(from, slot);
    },
    shows(userId) {
      const slots = users.get(userId);
      return slots && { main: isAvailable(slots.get('main')), sub: isAvailable(slots.get('sub')) };
    },
    startVideo: (userId, streamType) =>
      lineOf(userId, streamType).start('startRemoteVideo', () =>
        receive(userId, streamType, 'startRemoteVideo'),
      ),
    async stopVideo(userId, streamType) {
      const ids = userId === EVERYBODY ? [...users.keys()] : [userId];
      const types: readonly StreamType[] = streamType ? [streamType] : ['main', 'sub'];
      await Promise.all(
        ids.flatMap((id) =>
          types.map((type) =>
            lineOf(id, type).stop('stopRemoteVideo', async () => {
              const shown = find(id, type);
              if (shown) drop(id, type, shown);
            }),
          ),
        ),
      );
    },
    async muteAudio(userId, mute) {
      muteWishes.set(userId, mute);
      const ids = userId === EVERYBODY ? [...users.keys()] : [userId];
      if (mute) for (const id of ids) removeAudio(id);
      else
        await Promise.all(
          ids
            .filter((id) => isAvailable(find(id, 'audio')))
            .map((id) => receive(id, 'audio', 'muteRemoteAudio')),
        );
    },
    setVolume(userId, volume) {
      if (userId === EVERYBODY) for (const id of volumes.keys()) volumes.set(id, volume);
      volumes.set(userId, volume);
      for (const id of userId === EVERYBODY ? users.keys() : [userId]) player.setVolume(id, volume);
    },
    received: (userId, slot) => find(userId, slot)?.received ?? null,
    get ids() {
      return [...users.keys()];
    },
    clear() {
      for (const [userId, slots] of users) for (const [slot, shown] of slots) drop(userId, slot, shown);
      users.clear();
      lines.clear();
      // What the room had silenced sounds in the next one.
      muteWishes.clear();
    },
  };
}

function slotOf(track: MediaStreamTrack, source: PublishedTrack['source']): Slot {
  if (track.kind === 'audio') return 'audio';
  return source === 'screen' ? 'sub' : 'main';
}
