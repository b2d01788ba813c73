import type { RemoteSignals, SessionDescription, Signalling } from '../src/index';

/** A signalling that writes down what it is asked to carry and lets the test speak for the other end. */
export interface SignallingDouble extends Signalling {
  readonly said: (SessionDescription | RTCIceCandidateInit | null)[];
  /** The other end's mouth, once opened. */
  readonly remote: RemoteSignals;
  readonly signal: AbortSignal;
  readonly call: ((action: string, body: unknown) => Promise<unknown>) | undefined;
  closes: number;
}

export interface SignallingDoubleOptions {
  readonly role?: 'offerer' | 'answerer';
  open?(): Promise<void>;
  sendDescription?(description: SessionDescription): Promise<void>;
  sendCandidate?(candidate: RTCIceCandidateInit | null): Promise<void>;
  close?(): Promise<void>;
}

export function createSignallingDouble(options: SignallingDoubleOptions = {}): SignallingDouble {
  let opened: { remote: RemoteSignals; signal: AbortSignal; call: SignallingDouble['call'] } | undefined;
  const theOpened = () => {
    if (!opened) throw new Error('The signalling was not opened.');
    return opened;
  };
  return {
    role: options.role ?? 'offerer',
    said: [],
    closes: 0,
    get remote() {
      return theOpened().remote;
    },
    get signal() {
      return theOpened().signal;
    },
    get call() {
      return theOpened().call;
    },
    async open(remote, { signal, call }) {
      opened = { remote, signal, call };
      await options.open?.();
    },
    async sendDescription(description) {
      this.said.push(description);
      await options.sendDescription?.(description);
    },
    async sendCandidate(candidate) {
      this.said.push(candidate);
      await options.sendCandidate?.(candidate);
    },
    async close() {
      this.closes += 1;
      await options.close?.();
    },
  };
}
