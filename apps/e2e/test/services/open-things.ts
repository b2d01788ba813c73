/** Everything that a conversation may leave behind in its page, from `watchPage` until `release`. */

export interface OpenThings {
  readonly connections: number;
  readonly audioContexts: number;
  readonly tracks: number;
  /**
   * What is listened for on the window and the document. Not on the devices: there livekit-client keeps a listener of each
   * room until that is collected (2.22.0).
   */
  readonly listeners: readonly string[];
}

export const nothingOpen: OpenThings = { connections: 0, audioContexts: 0, tracks: 0, listeners: [] };

export interface PageWatch {
  /** What was made since, by either side, and is open still. */
  open(): OpenThings;
  release(): void;
}

export function watchPage(): PageWatch {
  const undo: (() => void)[] = [];
  const connections: RTCPeerConnection[] = [];
  const audioContexts: AudioContext[] = [];
  const tracks = new Set<MediaStreamTrack>();
  const keepTracks = (stream: MediaStream) => {
    for (const track of stream.getTracks()) tracks.add(track);
  };

  function replace<T extends object, K extends keyof T>(
    owner: T,
    name: K,
    by: (original: T[K]) => T[K],
  ): void {
    const original = owner[name];
    owner[name] = by(original);
    undo.push(() => {
      owner[name] = original;
    });
  }

  replace(
    globalThis,
    'RTCPeerConnection',
    (Original) =>
      class extends Original {
        constructor(configuration?: RTCConfiguration) {
          super(configuration);
          connections.push(this);
          this.addEventListener('track', ({ track }) => tracks.add(track));
        }
      },
  );
  replace(
    globalThis,
    'AudioContext',
    (Original) =>
      class extends Original {
        constructor(options?: AudioContextOptions) {
          super(options);
          audioContexts.push(this);
        }
        override createMediaStreamDestination(): MediaStreamAudioDestinationNode {
          const node = super.createMediaStreamDestination();
          keepTracks(node.stream);
          return node;
        }
      },
  );
  replace(
    HTMLCanvasElement.prototype,
    'captureStream',
    (original) =>
      function (this: HTMLCanvasElement, ...rate) {
        const stream = original.apply(this, rate);
        keepTracks(stream);
        return stream;
      },
  );
  replace(
    MediaStreamTrack.prototype,
    'clone',
    (original) =>
      function (this: MediaStreamTrack) {
        const copy = original.apply(this);
        tracks.add(copy);
        return copy;
      },
  );
  const listeners = watchListeners([window, document]);
  undo.push(listeners.release);

  return {
    open: () => ({
      connections: connections.filter(({ connectionState }) => connectionState !== 'closed').length,
      audioContexts: audioContexts.filter(({ state }) => state !== 'closed').length,
      tracks: [...tracks].filter(({ readyState }) => readyState === 'live').length,
      listeners: listeners.names(),
    }),
    release() {
      for (const step of undo.splice(0).reverse()) step();
    },
  };
}

type Listener = Parameters<EventTarget['addEventListener']>[1];

function watchListeners(targets: readonly EventTarget[]): { names(): string[]; release(): void } {
  /** By type and phase, as the browser tells two of them apart. */
  const kept = new Map<EventTarget, Map<string, Set<Listener>>>();
  const setOf = (target: EventTarget, type: string, options?: AddEventListenerOptions | boolean) => {
    const capture = typeof options === 'object' ? options.capture === true : options === true;
    const key = `${type} ${capture}`;
    const ofTarget = kept.get(target) ?? new Map<string, Set<Listener>>();
    kept.set(target, ofTarget);
    const set = ofTarget.get(key) ?? new Set<Listener>();
    ofTarget.set(key, set);
    return set;
  };
  for (const target of targets) {
    const { addEventListener, removeEventListener } = target;
    target.addEventListener = (
      type: string,
      listener: Listener,
      options?: AddEventListenerOptions | boolean,
    ) => {
      const set = setOf(target, type, options);
      const { signal, once } = typeof options === 'object' ? options : {};
      if (listener !== null && signal?.aborted !== true) {
        set.add(listener);
        signal?.addEventListener('abort', () => set.delete(listener), { once: true });
        if (once) addEventListener.call(target, type, () => set.delete(listener), options);
      }
      addEventListener.call(target, type, listener, options);
    };
    target.removeEventListener = (
      type: string,
      listener: Listener,
      options?: EventListenerOptions | boolean,
    ) => {
      setOf(target, type, options).delete(listener);
      removeEventListener.call(target, type, listener, options);
    };
  }
  return {
    names: () =>
      [...kept.values()].flatMap((ofTarget) =>
        [...ofTarget].flatMap(([key, { size }]) => Array<string>(size).fill(key.split(' ')[0] ?? key)),
      ),
    release() {
      for (const target of targets) {
        Reflect.deleteProperty(target, 'addEventListener');
        Reflect.deleteProperty(target, 'removeEventListener');
      }
    },
  };
}
