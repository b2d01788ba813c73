/** Descriptions and candidates by way of the driver of both pages, which is no part of the network that is tried. */

import type { RemoteSignals, Signalling } from '@avatarwire/webrtc';

export type Signal =
  | { readonly is: 'description'; readonly description: RTCSessionDescriptionInit }
  | { readonly is: 'candidate'; readonly candidate: RTCIceCandidateInit | null }
  | { readonly is: 'bye' };

declare global {
  /** Of the driver: takes it to the other page. */
  var sendSignal: (signal: Signal) => Promise<void>;
  /** For the driver. */
  var takeSignal: (signal: Signal) => void;
}

/** What comes before anybody waits for it. */
const early: Signal[] = [];
globalThis.takeSignal = (signal) => void early.push(signal);

/** One in a page. */
export function relayedSignalling(role: Signalling['role']): Signalling {
  return {
    role,
    open(remote) {
      globalThis.takeSignal = (signal) => give(remote, signal);
      for (const signal of early) give(remote, signal);
    },
    sendDescription: (description) => sendSignal({ is: 'description', description }),
    sendCandidate: (candidate) => sendSignal({ is: 'candidate', candidate }),
    close: () => sendSignal({ is: 'bye' }),
  };
}

function give(remote: RemoteSignals, signal: Signal): void {
  switch (signal.is) {
    case 'description':
      return remote.description(signal.description);
    case 'candidate':
      return remote.candidate(signal.candidate);
    case 'bye':
      return remote.ended();
  }
}
