/**
 * Runs in the page before anything else there: counts what is opened and not closed again. It holds nothing of it, so
 * that what nobody else holds is garbage.
 */

export interface OpenThings {
  readonly peerConnections: number;
  readonly sockets: number;
  readonly audioContexts: number;
  /** Devices' own, clones, and what peers send. */
  readonly liveTracks: number;
  readonly timers: number;
}

declare global {
  var openThings: () => OpenThings;
  /** Of each timer that is set: its delay and the beginning of its code. */
  var setTimers: () => readonly string[];
}

const tracks = new Set<WeakRef<MediaStreamTrack>>();
const timers = new Map<number, string>();
let peerConnections = 0;
let sockets = 0;
let audioContexts = 0;

const note = (track: MediaStreamTrack) => void tracks.add(new WeakRef(track));

globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  #open = true;

  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    peerConnections += 1;
    this.addEventListener('track', ({ track }) => note(track));
  }

  override close(): void {
    super.close();
    if (this.#open) peerConnections -= 1;
    this.#open = false;
  }
};

globalThis.WebSocket = class extends WebSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols);
    sockets += 1;
    this.addEventListener('close', () => (sockets -= 1), { once: true });
  }
};

globalThis.AudioContext = class extends AudioContext {
  constructor(options?: AudioContextOptions) {
    super(options);
    audioContexts += 1;
  }

  override async close(): Promise<void> {
    await super.close();
    audioContexts -= 1;
  }
};

const { getUserMedia } = MediaDevices.prototype;
MediaDevices.prototype.getUserMedia = async function (constraints) {
  const stream = await getUserMedia.call(this, constraints);
  for (const track of stream.getTracks()) note(track);
  return stream;
};

const { clone } = MediaStreamTrack.prototype;
MediaStreamTrack.prototype.clone = function () {
  const copy = clone.call(this);
  note(copy);
  return copy;
};

const { setTimeout, setInterval, clearTimeout, clearInterval } = window;

function about(handler: TimerHandler, delayMs: number | undefined): string {
  return `${delayMs ?? 0} ms: ${String(handler).slice(0, 120)}`;
}

const settingTimeout = (handler: TimerHandler, delayMs?: number, ...rest: unknown[]): number => {
  const fire = () => {
    timers.delete(id);
    if (typeof handler === 'function') handler(...rest);
  };
  const id = setTimeout(fire, delayMs);
  timers.set(id, about(handler, delayMs));
  return id;
};

const settingInterval = (handler: TimerHandler, delayMs?: number, ...rest: unknown[]): number => {
  const id = setInterval(handler, delayMs, ...rest);
  timers.set(id, about(handler, delayMs));
  return id;
};

// A time-out may be cleared as an interval, and the other way round.
const clearing = (clear: (id?: number) => void) => (id?: number) => {
  if (id !== undefined) timers.delete(id);
  clear(id);
};

Object.assign(globalThis, {
  setTimeout: settingTimeout,
  setInterval: settingInterval,
  clearTimeout: clearing(clearTimeout),
  clearInterval: clearing(clearInterval),
});

globalThis.openThings = () => {
  let liveTracks = 0;
  for (const reference of tracks) {
    const track = reference.deref();
    if (track === undefined) tracks.delete(reference);
    else if (track.readyState === 'live') liveTracks += 1;
  }
  return { peerConnections, sockets, audioContexts, liveTracks, timers: timers.size };
};
globalThis.setTimers = () => [...timers.values()];
