/** What a vendor's script leaves in a page: import it before the script. Nothing here keeps a track alive. */

export interface PageTraces {
  readonly audioContexts: AudioContext[];
  readonly connections: RTCPeerConnection[];
  /** Those that no device is behind. */
  readonly tracks: WeakRef<MediaStreamTrack>[];
  /** One text for each call of a method of `console`. */
  readonly written: string[];
  /** What was sent by `fetch` and `sendBeacon`: host and body. */
  readonly sent: { readonly host: string; readonly body: string }[];
}

const METHODS = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;

/** From now on, for as long as the page lives. What is written does not reach the console. */
export function tracePage(): PageTraces {
  const traces: PageTraces = { audioContexts: [], connections: [], tracks: [], written: [], sent: [] };
  const keep = (tracks: readonly MediaStreamTrack[]) => {
    traces.tracks.push(...tracks.map((track) => new WeakRef(track)));
  };
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      traces.connections.push(this);
    }
  };
  window.AudioContext = class extends AudioContext {
    constructor(options?: AudioContextOptions) {
      super(options);
      traces.audioContexts.push(this);
    }
    override createMediaStreamDestination(): MediaStreamAudioDestinationNode {
      const node = super.createMediaStreamDestination();
      keep(node.stream.getTracks());
      return node;
    }
  };
  const { captureStream } = HTMLCanvasElement.prototype;
  HTMLCanvasElement.prototype.captureStream = function (...rate) {
    const stream = captureStream.apply(this, rate);
    keep(stream.getTracks());
    return stream;
  };
  for (const method of METHODS) {
    console[method] = (...given: unknown[]) => void traces.written.push(given.map(textOf).join(' '));
  }
  const { fetch } = window;
  window.fetch = (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    traces.sent.push({ host: new URL(url, location.href).hostname, body: textOf(init?.body) });
    return fetch(input, init);
  };
  const beacon = navigator.sendBeacon.bind(navigator);
  navigator.sendBeacon = (url, body) => {
    traces.sent.push({ host: new URL(url, location.href).hostname, body: textOf(body) });
    return beacon(url, body);
  };
  return traces;
}

/** With all that an error carries, also one in a field. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Error)
    return `${value.message} ${value.stack} ${fieldsOf(value)} ${textOf(value.cause)}`;
  return fieldsOf(value);
}

function fieldsOf(value: unknown): string {
  const withErrors = (_: string, field: unknown) =>
    field instanceof Error && field !== value ? textOf(field) : field;
  return JSON.stringify(value, withErrors) ?? '';
}
