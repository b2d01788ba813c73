/** Devices that open what they are told to, without a browser: what a session sees of `@avatarwire/core/media`. */

import type {
  LocalCamera,
  LocalMicrophone,
  LocalScreen,
  MediaDriver,
  MediaFactory,
  MediaHost,
  MediaState,
} from '../../src/local-media';
import { MEDIA_OFF } from '../../src/session/media-off';
import type { PublishedSource, Publishing } from '../../src/transport';

export interface MediaDouble extends MediaDriver {
  readonly host: MediaHost;
  /** What the session called, in order, with the connection that it had to offer then. */
  readonly calls: { readonly call: 'follow' | 'stop'; readonly publishing: Publishing | undefined }[];
  readonly published: { readonly source: PublishedSource; readonly by: Publishing }[];
  /** Called within `stop`, after the devices were let go. */
  onStop: () => void;
}

const SOURCES: readonly PublishedSource[] = ['microphone', 'camera', 'screen'];

export interface MediaDoubles {
  readonly media: MediaFactory;
  /** Of the last session. */
  readonly driver: () => MediaDouble;
  readonly made: () => number;
}

export function mediaDoubles(): MediaDoubles {
  const drivers: MediaDouble[] = [];
  return {
    media(host) {
      const driver = mediaDouble(host);
      drivers.push(driver);
      return driver;
    },
    driver() {
      const last = drivers.at(-1);
      if (!last) throw new Error('no session asked for devices');
      return last;
    },
    made: () => drivers.length,
  };
}

function mediaDouble(host: MediaHost): MediaDouble {
  const calls: MediaDouble['calls'] = [];
  const published: MediaDouble['published'] = [];
  const tracks = new Map<PublishedSource, MediaStreamTrack>();

  const state = (source: PublishedSource): MediaState => ({
    ...MEDIA_OFF,
    status: tracks.has(source) ? 'on' : 'off',
    sending: published.some((one) => one.source === source && one.by === host.publishing()),
  });

  async function publishAll(): Promise<void> {
    const to = host.publishing();
    if (!to) return;
    for (const [source, track] of tracks) {
      if (published.some((one) => one.source === source && one.by === to)) continue;
      published.push({ source, by: to });
      await to.publish(source, track);
    }
  }

  function device(source: PublishedSource): LocalMicrophone & LocalCamera & LocalScreen {
    return {
      get track() {
        return tracks.get(source);
      },
      async enable() {
        const kind = source === 'microphone' ? 'audio' : 'video';
        tracks.set(source, { kind, readyState: 'live' } as MediaStreamTrack);
        await publishAll();
        host.changed(source, state(source));
      },
      async disable() {},
      async setMuted() {},
      async choose() {},
      async use() {},
      async setFacing() {},
      async setQuality() {},
      watch: () => () => {},
      onLevel: () => () => {},
      talk: () => () => {},
    };
  }

  const [microphone, camera, screen] = [device('microphone'), device('camera'), device('screen')];
  const double: MediaDouble = {
    host,
    calls,
    published,
    onStop: () => {},
    microphone,
    camera,
    screen,
    speaker: {
      choose: async (deviceId) => host.setOutput?.(deviceId ?? ''),
      watch: () => () => {},
    },
    follow() {
      calls.push({ call: 'follow', publishing: host.publishing() });
      void publishAll();
    },
    stop() {
      calls.push({ call: 'stop', publishing: host.publishing() });
      const open = SOURCES.filter((source) => tracks.delete(source));
      for (const source of open) host.changed(source, state(source));
      double.onStop();
    },
  };
  return double;
}

/** A transport's publishing that notes what it was given. */
export function notingPublishing(): Publishing & { readonly sent: string[] } {
  const sent: string[] = [];
  return {
    sent,
    async publish(source) {
      sent.push(source);
    },
    async replace() {},
    async unpublish() {},
    async mute() {},
  };
}
