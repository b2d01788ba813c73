/**
 * What the SDK sounds by itself: remote audio, in elements outside the page. Where there is no browser, the same
 * bookkeeping without sound.
 */

import type { MediaType } from './trtc-events';

/** Someone who is to be heard right now: neither refused by the browser nor not yet begun. */
export interface Sounding {
  readonly userId: string;
  readonly track: MediaStreamTrack;
  /** 0 to 100, and above for the SDK's amplification. */
  readonly volume: number;
  /** Only in a browser. */
  readonly element?: HTMLAudioElement;
}

interface PlayerOptions {
  /** As a browser would refuse it: no click yet. */
  refuses(): boolean;
  onPlaying(userId: string): void;
  onStopped(userId: string): void;
  onRefused(userId: string, mediaType: MediaType, resume: () => Promise<void>): void;
}

interface Player {
  readonly userId: string;
  readonly track: MediaStreamTrack;
  readonly element: HTMLAudioElement | undefined;
  volume: number;
  playing: boolean;
  forgetClick: () => void;
}

export interface RemoteAudioPlayer {
  play(userId: string, track: MediaStreamTrack, volume: number): void;
  setVolume(userId: string, volume: number): void;
  /** For who sounds, and who will. */
  setOutput(deviceId: string): Promise<void>;
  stop(userId: string): void;
  stopAll(): void;
  readonly sounding: readonly Sounding[];
}

export function createRemoteAudioPlayer(options: PlayerOptions): RemoteAudioPlayer {
  const players = new Map<string, Player>();
  let output = '';

  async function begin(player: Player, allowed: boolean): Promise<void> {
    if (player.playing) return;
    try {
      if (!allowed && options.refuses()) throw new DOMException('No click yet.', 'NotAllowedError');
      await player.element?.play();
    } catch (error) {
      const refused = error instanceof DOMException && error.name === 'NotAllowedError';
      if (refused && players.get(player.userId) === player) blocked(player);
      return;
    }
    if (players.get(player.userId) !== player) return;
    player.playing = true;
    player.forgetClick();
    options.onPlaying(player.userId);
  }

  /** Any click will do; whether it helped or not, `resume` resolves. */
  function blocked(player: Player): void {
    const resume = () => begin(player, true);
    player.forgetClick();
    player.forgetClick = onNextClick(() => void resume());
    options.onRefused(player.userId, 'audio', resume);
  }

  function stop(userId: string): void {
    const player = players.get(userId);
    if (!player) return;
    players.delete(userId);
    player.forgetClick();
    player.element?.pause();
    if (player.element) player.element.srcObject = null;
    options.onStopped(userId);
  }

  return {
    play(userId, track, volume) {
      stop(userId);
      const player: Player = {
        userId,
        track,
        element: elementFor(track),
        volume,
        playing: false,
        forgetClick: () => {},
      };
      setElementVolume(player);
      players.set(userId, player);
      if (output !== '') void setElementOutput(player, output).catch(() => {});
      void begin(player, false);
    },
    setVolume(userId, volume) {
      const player = players.get(userId);
      if (!player) return;
      player.volume = volume;
      setElementVolume(player);
    },
    async setOutput(deviceId) {
      output = deviceId;
      for (const player of players.values()) await setElementOutput(player, deviceId);
    },
    stop,
    stopAll() {
      for (const userId of [...players.keys()]) stop(userId);
    },
    get sounding() {
      return [...players.values()]
        .filter(({ playing }) => playing)
        .map(({ userId, track, volume, element }) => ({
          userId,
          track,
          volume,
          ...(element && { element }),
        }));
    },
  };
}

function elementFor(track: MediaStreamTrack): HTMLAudioElement | undefined {
  if (typeof Audio === 'undefined' || typeof MediaStream === 'undefined') return undefined;
  const element = new Audio();
  element.srcObject = new MediaStream([track]);
  return element;
}

/** An element has no more than its full volume. */
function setElementVolume({ element, volume }: Player): void {
  if (element) element.volume = Math.min(1, volume / 100);
}

async function setElementOutput({ element }: Player, deviceId: string): Promise<void> {
  await element?.setSinkId(deviceId);
}

function onNextClick(listener: () => void): () => void {
  if (typeof document === 'undefined') return () => {};
  document.addEventListener('click', listener, { capture: true, once: true });
  return () => document.removeEventListener('click', listener, { capture: true });
}
