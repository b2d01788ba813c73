import type { Page } from 'playwright';

export interface OpenMedia {
  readonly connections: number;
  readonly tracks: number;
  readonly audioContexts: number;
}

declare global {
  interface Window {
    /** Everything of its kind that the page ever made, the avatar's side included. */
    everMade: {
      connections: RTCPeerConnection[];
      tracks: Set<MediaStreamTrack>;
      audioContexts: AudioContext[];
    };
  }
}

/** For `addInitScript`: runs in the page, before its own scripts. */
export function rememberMedia(): void {
  const made = { connections: [], tracks: new Set(), audioContexts: [] } as Window['everMade'];
  window.everMade = made;
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      made.connections.push(this);
      this.addEventListener('track', ({ track }) => made.tracks.add(track));
    }
  };
  window.AudioContext = class extends AudioContext {
    constructor(options?: AudioContextOptions) {
      super(options);
      made.audioContexts.push(this);
    }
    override createMediaStreamDestination(): MediaStreamAudioDestinationNode {
      const node = super.createMediaStreamDestination();
      for (const track of node.stream.getTracks()) made.tracks.add(track);
      return node;
    }
  };
  const { captureStream } = HTMLCanvasElement.prototype;
  HTMLCanvasElement.prototype.captureStream = function (...rate) {
    const stream = captureStream.apply(this, rate);
    for (const track of stream.getTracks()) made.tracks.add(track);
    return stream;
  };
  const { clone } = MediaStreamTrack.prototype;
  MediaStreamTrack.prototype.clone = function () {
    const track = clone.apply(this);
    made.tracks.add(track);
    return track;
  };
}

/** What of it is not closed and still runs. */
export function leftOpen(page: Page): Promise<OpenMedia> {
  return page.evaluate(() => {
    const { connections, tracks, audioContexts } = window.everMade;
    return {
      connections: connections.filter(({ connectionState }) => connectionState !== 'closed').length,
      tracks: [...tracks].filter(({ readyState }) => readyState === 'live').length,
      audioContexts: audioContexts.filter(({ state }) => state !== 'closed').length,
    };
  });
}

export const nothingOpen: OpenMedia = { connections: 0, tracks: 0, audioContexts: 0 };
