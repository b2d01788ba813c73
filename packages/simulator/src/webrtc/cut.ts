/**
 * A network that goes and comes back inside one page. No browser offers a way to break the path between two peer
 * connections of a page, so the break is played where it would be felt: packets and signalling wait, media stops,
 * and the visitor's real connection says what it says when its path is lost.
 */
export interface Network {
  readonly isCut: boolean;
  /** Resolves at once, or when the network is back. */
  whenUp(): Promise<void>;
  /** Calls `deliver` now, or when the network is back, in the order of the calls. */
  pass(deliver: () => void): void;
  /** The connection that will look lost. */
  watch(connection: RTCPeerConnection): RTCPeerConnection;
  cut(): void;
  resume(): void;
  /** Drops what waits. */
  close(): void;
}

export function createNetwork(): Network {
  let isCut = false;
  let watched: RTCPeerConnection | undefined;
  let waiting: (() => void)[] = [];

  const announce = (): void => {
    if (watched && watched.signalingState !== 'closed')
      watched.dispatchEvent(new Event('connectionstatechange'));
  };
  /** Laid over the real value, and taken off again by deleting it. */
  const shadow = (): void => {
    if (watched) {
      Object.defineProperty(watched, 'connectionState', { configurable: true, get: () => 'disconnected' });
    }
  };
  const restore = (): void => {
    if (watched) Reflect.deleteProperty(watched, 'connectionState');
  };

  return {
    get isCut() {
      return isCut;
    },
    whenUp() {
      return isCut ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve();
    },
    pass(deliver) {
      if (isCut) waiting.push(deliver);
      else deliver();
    },
    watch(connection) {
      restore();
      watched = connection;
      return connection;
    },
    cut() {
      if (isCut) return;
      isCut = true;
      if (watched?.connectionState !== 'connected') return;
      shadow();
      announce();
    },
    resume() {
      if (!isCut) return;
      isCut = false;
      restore();
      announce();
      for (const deliver of waiting.splice(0)) deliver();
    },
    close() {
      restore();
      watched = undefined;
      waiting = [];
    },
  };
}
