/** The visitor's devices as a session holds them. */

import { AvatarError } from '../errors';
import type { MediaDriver } from '../local-media';
import type { PublishedSource, Publishing } from '../transport';
import { refusalOf } from './can';
import { rejected } from './deferred';
import type { SessionCapabilities } from './session-types';

/** The devices of a session without the option `media`. */
export function noMedia(): MediaDriver {
  const message = 'Devices come with the option media: localMedia() of @avatarwire/core/media.';
  const refuse = () => rejected(new AvatarError('unsupported', message));
  const nothing = () => () => {};
  const none = {
    track: undefined,
    enable: refuse,
    // Nothing is on.
    disable: async () => {},
    setMuted: refuse,
    choose: refuse,
    use: refuse,
    setFacing: refuse,
    setQuality: refuse,
    watch: nothing,
    onLevel: nothing,
    talk: nothing,
  };
  return { microphone: none, camera: none, screen: none, speaker: none, follow() {}, stop() {} };
}

export const canTake = (takes: readonly PublishedSource[]) => ({
  microphone: takes.includes('microphone'),
  camera: takes.includes('camera'),
  screen: takes.includes('screen'),
});

/**
 * What the visitor's devices send. What the avatar does not take is refused here: nobody pays, with
 * bits or with privacy, for a picture at which nobody looks.
 */
export function sendable(publishing: Publishing, can: SessionCapabilities): Publishing {
  const { limit } = publishing;
  return {
    async publish(source, track) {
      const refused = refusalOf(can, source);
      if (refused) throw refused;
      await publishing.publish(source, track);
    },
    replace: (source, track) => publishing.replace(source, track),
    unpublish: (source) => publishing.unpublish(source),
    mute: (source, muted) => publishing.mute(source, muted),
    ...(limit && { limit: limit.bind(publishing) }),
  };
}
