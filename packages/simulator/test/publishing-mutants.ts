import { AvatarError, type Publishing } from '@avatarwire/core';
import type { MemoryClient } from '../src/memory-client';
import { changed, type Mutant, overClient, type Transport } from './mutant-kinds';

const ARRIVES = ['microphone', 'camera', 'screen'].map(
  (source) => `a published ${source} arrives with its kind and source, and goes with unpublish`,
);
const TOGETHER = 'microphone and camera are published at once, and one goes without the other';
const PICTURES = 'camera and screen are published at once';
const AGAIN = 'what was unpublished can be published again';
const MUTED = ['microphone', 'camera'].map((source) => `the far end sees a ${source} muted and unmuted`);
const REPLACED = 'replace sends another track as the same source';
const REPLACED_MUTED = 'replace keeps a mute, and the other track is heard after it';
const LIMIT_REFUSED = 'a limit that cannot be kept is refused';
const LIMITED = 'a limit is in force at once, survives a replace, and goes with unpublish';
const LIMITED_AGAIN = 'a limit is in force after a full reconnect';
const SCREEN_LIMITED = 'a screen is limited, or the limit is refused as unsupported';
const ORDER = 'overlapping calls take effect in the order of the calls';
const TWICE = 'a source that is published is refused a second time, and the first goes on';
const NONSENSE = 'what cannot be published is refused as invalid-argument';
const NONSENSE_CALLS = 'what cannot be published does not reach the SDK';
const OUTSIDE = 'publishing outside a connection rejects with not-connected';
const LINK_DOWN = 'publishing while the link is down rejects with not-connected';
const FAILS = 'a publish that the SDK fails rejects with an AvatarError, and the next one works';
const FORBIDDEN = 'publishing that is not permitted rejects with unsupported';
const CAME_BACK = ['a resume', 'a full reconnect'].map(
  (what) => `what is published is there after ${what}, and muted as it was`,
);
const LEFT = 'once we have left, nothing of ours is published';
const UNPUBLISHED = 'unpublish leaves a track live and enabled, also a muted one';
const BEFORE = 'replace leaves the track before live and enabled, also a muted one';
const CLOSED = 'close leaves tracks live and enabled, holds no clone, also of muted ones';
const CLOSED_OPEN = 'close that meets open calls of publishing settles them and holds nothing';
const ENDED = 'the end from the far side leaves tracks as close does';
const DISABLED = 'a track that its owner has disabled is never enabled';

/** The healthy transport with some members of its publishing exchanged. */
function publishing(
  name: string,
  breaks: readonly string[],
  change: (healthy: Publishing, transport: Transport) => Partial<Publishing>,
): Mutant {
  return changed(name, breaks, (transport) => {
    const { publishing: healthy } = transport;
    if (!healthy) throw new Error('The memory transport publishes.');
    return { publishing: { ...healthy, ...change(healthy, transport) } };
  });
}

const clientOf = ({ native }: Transport) => native as MemoryClient;

export const publishingMutants: readonly Mutant[] = [
  overClient('publishes without saying what', ARRIVES, ({ publish }) => ({
    publish: (track) => publish(track, 'unknown'),
  })),
  overClient('unpublishes nothing', [...ARRIVES, TOGETHER, AGAIN], () => ({ unpublish: () => {} })),
  publishing('unpublishes everything at once', [TOGETHER], ({ unpublish }) => ({
    async unpublish() {
      await unpublish('microphone');
      await unpublish('camera');
    },
  })),
  publishing('sends one picture and is silent about the other', [PICTURES], ({ publish }) => ({
    publish: async (source, track) => (source === 'screen' ? undefined : publish(source, track)),
  })),
  publishing(
    'gives every refusal of a second picture as a fault of the network',
    [PICTURES],
    ({ publish }) => ({
      publish: (source, track) =>
        source === 'screen'
          ? Promise.reject(new AvatarError('network', 'No.', { provider: 'memory' }))
          : publish(source, track),
    }),
  ),
  publishing('publishes each source once', [AGAIN], ({ publish }) => {
    const known = new Set<string>();
    return {
      async publish(source, track) {
        if (known.has(source)) return;
        known.add(source);
        await publish(source, track);
      },
    };
  }),
  overClient('mutes for itself alone', [...MUTED, REPLACED_MUTED, ORDER, ...CAME_BACK], () => ({
    mute: () => {},
  })),
  publishing('keeps the track that it should replace', [REPLACED], () => ({ replace: async () => {} })),
  publishing('starts a replaced track unmuted', [REPLACED_MUTED], ({ publish, unpublish }) => ({
    async replace(source, track) {
      await unpublish(source);
      await publish(source, track);
    },
  })),
  publishing('limits nothing, and says nothing of it', [LIMIT_REFUSED, LIMITED, SCREEN_LIMITED], () => ({
    limit: async () => {},
  })),
  publishing('forgets a limit with the track that it was set for', [LIMITED], (healthy) => ({
    async replace(source, track) {
      await healthy.unpublish(source);
      await healthy.publish(source, track);
    },
  })),
  publishing('limits at the wrong rate after a reconnect', [LIMITED_AGAIN], ({ limit }, transport) => {
    transport.on('reconnected', () => void limit?.('camera', 1_000_000).catch(() => {}));
    return {};
  }),
  publishing('does first what is quick', [ORDER], ({ publish }) => ({
    async publish(source, track) {
      await Promise.resolve();
      await publish(source, track);
    },
  })),
  publishing('swallows what is wrong with a call', [TWICE, NONSENSE, FAILS, FORBIDDEN, ORDER], (healthy) => ({
    publish: (source, track) => healthy.publish(source, track).catch(() => {}),
  })),
  publishing('mutes nothing without a word', [NONSENSE], ({ mute }) => ({
    mute: (source, muted) => mute(source, muted).catch(() => {}),
  })),
  publishing('tries before it looks', [NONSENSE_CALLS, OUTSIDE], ({ publish }, transport) => ({
    publish(source, track) {
      if (track) clientOf(transport).publish(track, source);
      return publish(source, track);
    },
  })),
  publishing('throws instead of rejecting', [OUTSIDE], (_, { provider }) => ({
    mute() {
      throw new AvatarError('not-connected', 'Not now.', { provider });
    },
  })),
  publishing('lets a mute wait for the link', [OUTSIDE, LINK_DOWN], ({ mute }) => ({
    mute: (source, muted) =>
      mute(source, muted).catch((error: AvatarError) => {
        if (error.code !== 'not-connected') throw error;
      }),
  })),
  publishing('hides what the SDK said', [FAILS], ({ publish }) => ({
    publish: (source, track) =>
      publish(source, track).catch(({ code, message }: AvatarError) => {
        throw new AvatarError(code, message, { provider: 'memory' });
      }),
  })),
  publishing('calls a missing permission a fault of the network', [FORBIDDEN], ({ publish }) => ({
    publish: (source, track) =>
      publish(source, track).catch((cause: AvatarError) => {
        throw cause.code === 'unsupported' ? new AvatarError('network', 'No.', { cause }) : cause;
      }),
  })),
  publishing('forgets on the way back what was published', CAME_BACK, ({ publish }, transport) => {
    const tracks: MediaStreamTrack[] = [];
    transport.on('reconnected', () => {
      for (const track of tracks) clientOf(transport).unpublish(track);
    });
    return {
      publish(source, track) {
        tracks.push(track);
        return publish(source, track);
      },
    };
  }),
  overClient('never leaves, and goes on sending', [LEFT], () => ({ leave: () => Promise.resolve() })),
  publishing('stops what it no longer sends', [UNPUBLISHED, CLOSED], ({ publish, unpublish }) => {
    const tracks = new Map<string, MediaStreamTrack>();
    return {
      publish(source, track) {
        tracks.set(source, track);
        return publish(source, track);
      },
      unpublish(source) {
        tracks.get(source)?.stop();
        return unpublish(source);
      },
    };
  }),
  publishing('stops the track before', [BEFORE], ({ publish, replace }) => {
    const tracks = new Map<string, MediaStreamTrack>();
    return {
      publish(source, track) {
        tracks.set(source, track);
        return publish(source, track);
      },
      replace(source, track) {
        tracks.get(source)?.stop();
        tracks.set(source, track);
        return replace(source, track);
      },
    };
  }),
  changed('stops tracks when it ends', [CLOSED, CLOSED_OPEN, ENDED], (transport) => {
    const { publishing: healthy } = transport;
    const tracks: MediaStreamTrack[] = [];
    transport.on('closed', () => {
      for (const track of tracks) track.stop();
    });
    if (!healthy) return {};
    return {
      publishing: {
        ...healthy,
        publish(source, track) {
          tracks.push(track);
          return healthy.publish(source, track);
        },
      },
    };
  }),
  publishing('mutes with the hands of the owner', [UNPUBLISHED, CLOSED, ENDED], ({ publish, mute }) => {
    const tracks = new Map<string, MediaStreamTrack>();
    return {
      publish(source, track) {
        tracks.set(source, track);
        return publish(source, track);
      },
      async mute(source, muted) {
        await mute(source, muted);
        const track = tracks.get(source);
        if (track) track.enabled = !muted;
      },
    };
  }),
  publishing(
    'sends a clone and keeps it',
    [UNPUBLISHED, BEFORE, CLOSED, CLOSED_OPEN, ENDED],
    ({ publish }) => ({
      publish: (source, track) => publish(source, track.clone()),
    }),
  ),
  publishing('enables what it publishes', [DISABLED], ({ publish }) => ({
    publish(source, track) {
      track.enabled = true;
      return publish(source, track);
    },
  })),
];
