import { createLoopbackSignalling, type Signalling } from '@avatarwire/webrtc';
import type { SimulatedAvatar } from '../avatar';
import { createFigure } from '../figure';
import { type AvatarPeer, createAvatarPeer } from './avatar-peer';
import type { Network } from './cut';
import type { Settings } from './options';

/** The avatar's side of one service session: its brain, its face and voice, and its end of the connection. */
export interface Room {
  readonly id: string;
  readonly avatar: SimulatedAvatar;
  readonly tracks: readonly MediaStreamTrack[];
  /** A new connection; one that was there before is let go. Gives the visitor's end of the signalling. */
  join(): Signalling;
  showTracks(show: boolean): void;
  /** What the visitor sends, as it arrives. */
  readonly received: readonly MediaStreamTrack[];
  close(): Promise<void>;
}

/** WebRTC knows no participants; this is the visitor's name in what the avatar hears. */
const VISITOR = 'visitor';

export function createRoom(id: string, settings: Settings, network: Network): Room {
  const listeners = new Set<(packet: { data: Uint8Array; from: string }) => void>();
  let peer: AvatarPeer | undefined;
  let present = true;
  let onReturn: (() => void)[] = [];
  let closing: Promise<void> | undefined;

  const hangUp = (): void => {
    peer?.close();
    peer = undefined;
  };
  const figure = createFigure(settings, {
    send: (packet) => network.pass(() => peer?.send(packet)),
    onPacket(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    leave() {
      present = false;
      hangUp();
    },
    return() {
      present = true;
      for (const proceed of onReturn.splice(0)) proceed();
    },
  });
  const tracks = [figure.face, figure.voice];

  function answer(remote: Signalling): void {
    const joined = createAvatarPeer(remote, tracks, {
      onPacket: (data) =>
        network.pass(() => {
          if (peer !== joined) return;
          for (const listener of [...listeners]) listener({ data, from: VISITOR });
        }),
      onGone: () => {
        if (peer === joined) hangUp();
      },
      // The visitor's side reports it too, with its own words.
      onFailed: () => {
        if (peer === joined) hangUp();
      },
    });
    peer = joined;
  }

  return {
    id,
    avatar: figure.avatar,
    tracks,
    join() {
      hangUp();
      const { local, remote } = createLoopbackSignalling();
      // Nobody answers while the network is cut or the avatar is away.
      void network.whenUp().then(() => {
        if (closing) return;
        if (present) answer(remote);
        else onReturn = [() => answer(remote)];
      });
      return local;
    },
    showTracks(show) {
      void peer?.showTracks(show);
    },
    get received() {
      return peer?.received ?? [];
    },
    close() {
      closing ??= (async () => {
        onReturn = [];
        hangUp();
        listeners.clear();
        await figure.close();
      })();
      return closing;
    },
  };
}
