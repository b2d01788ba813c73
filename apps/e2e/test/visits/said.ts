/** What the page and who opens it say to each other. */

import type { SessionSnapshot } from '@avatarwire/core';

export type VisitProvider = 'agora' | 'livekit' | 'trtc' | 'webrtc';

/** What is written to the console, after this word. */
export const SAYS = 'visit ';

export interface VisitView {
  readonly state: SessionSnapshot['state'];
  readonly playback: SessionSnapshot['playback'];
  /** `playback` after the page had tried by itself to resume it. */
  readonly alone?: SessionSnapshot['playback'];
  /** Whether the visitor has touched the page. */
  readonly touched: boolean;
  /** What should sound is not paused, not muted, and its time goes on. */
  readonly plays: boolean;
}

export interface Visit {
  /** Resolves with the code of the error, or with nothing. */
  enableMicrophone(): Promise<string | undefined>;
  microphone(): {
    readonly status: string;
    readonly reason?: string;
    readonly message?: string;
    readonly remedy?: string;
  };
  /** How loud the visitor is at the avatar. */
  heard(): Promise<number>;
  /** How loud the avatar is at the visitor, while it speaks. */
  voice(): Promise<number>;
}
