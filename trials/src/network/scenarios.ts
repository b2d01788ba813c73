/** What is tried: how the wire is, and how the conversation goes. */

import { type RatePolicy, ratePolicies } from '@avatarwire/core';
import { CLEAN, type WireSettings } from './wire';

interface Common {
  /** For the command line. */
  readonly name: string;
  readonly title: string;
  readonly over: 'livekit' | 'webrtc';
  readonly wire: WireSettings;
  /** @default the provider's own; LiveKit alone */
  readonly policy?: RatePolicy;
}

export type Scenario = Common &
  (
    | { readonly script: 'conversation' }
    | {
        readonly script: 'blackout';
        readonly blackoutMs: number;
        /** What the visitor does while nothing passes. */
        readonly during: 'talks' | 'interrupts';
      }
  );

const FAR_AWAY: WireSettings['delay'] = { mean: 200, spread: 50 };
/** What stands between two towns. */
const NEARBY: WireSettings = { loss: 0, delay: { mean: 20, spread: 0 } };

const WORST: WireSettings = { loss: 5, delay: FAR_AWAY };

const conversation = { over: 'livekit', script: 'conversation' } as const;
const blackout = { over: 'livekit', script: 'blackout', wire: NEARBY, blackoutMs: 10_000 } as const;

export const scenarios: readonly Scenario[] = [
  { ...conversation, name: 'clean', title: 'nothing wrong', wire: CLEAN },
  { ...conversation, name: 'loss', title: 'loss 5 %', wire: { ...CLEAN, loss: 5 } },
  {
    ...conversation,
    name: 'delay',
    title: 'delay 200 ± 50 ms, reordering',
    wire: { ...CLEAN, delay: FAR_AWAY },
  },
  { ...conversation, name: 'both', title: 'loss, delay, reordering', wire: WORST },
  {
    ...conversation,
    name: 'both-rated',
    title: "loss, delay, reordering, the session kept to Agora's limits",
    wire: WORST,
    policy: ratePolicies.agora,
  },
  {
    ...conversation,
    over: 'webrtc',
    name: 'webrtc-clean',
    title: 'plain WebRTC, nothing wrong',
    wire: CLEAN,
  },
  {
    ...conversation,
    over: 'webrtc',
    name: 'webrtc-both',
    title: 'plain WebRTC, loss, delay, reordering',
    wire: WORST,
  },
  { ...blackout, name: 'blackout', title: '10 s in a long text', during: 'talks' },
  { ...blackout, name: 'blackout-interrupt', title: '10 s with an interrupt in it', during: 'interrupts' },
  { ...blackout, name: 'blackout-long', title: '30 s in a long text', during: 'talks', blackoutMs: 30_000 },
  {
    ...blackout,
    name: 'blackout-worst',
    title: '30 s in a long text, with loss, delay, reordering around it',
    wire: WORST,
    during: 'talks',
    blackoutMs: 30_000,
  },
  {
    ...blackout,
    over: 'webrtc',
    name: 'webrtc-blackout',
    title: 'plain WebRTC, 10 s in a long text',
    during: 'talks',
  },
  {
    ...blackout,
    over: 'webrtc',
    name: 'webrtc-blackout-interrupt',
    title: 'plain WebRTC, 10 s with an interrupt in it',
    during: 'interrupts',
  },
];
