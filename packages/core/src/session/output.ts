/** Where the avatar's sound comes out: the elements of the page, and the SDK where that plays by itself. */

import { AvatarError, isAvatarError } from '../errors';
import type { Logger } from '../logger';
import type { AvatarTransport } from '../transport';

export interface Output {
  /** Undefined where it cannot be chosen. An empty id is the system's own choice. */
  readonly choose: ((deviceId: string) => Promise<void>) | undefined;
  /** This element plays, too. The function returned gives it back to the system's choice, where another was made. */
  add(element: HTMLMediaElement): () => void;
  /** The transport may be another one. */
  follow(): void;
}

/** The last change of each element, beside the element itself: one session may take it over from another in mid-change. */
const changes = new WeakMap<HTMLMediaElement, Promise<void>>();

export function createOutput(transport: () => AvatarTransport | undefined, logger: Logger): Output {
  const elements = new Set<HTMLMediaElement>();
  let chosen: string | undefined;

  /** One after the other: browsers say yes at once to the device in use, also when they are on the way to another. */
  function sink(element: HTMLMediaElement, deviceId: string): Promise<void> {
    const change = async () => {
      if ('setSinkId' in element) await element.setSinkId(deviceId);
    };
    const changed = (changes.get(element) ?? Promise.resolve()).then(change, change);
    changes.set(element, changed);
    return changed;
  }

  async function sdk(deviceId: string): Promise<void> {
    await transport()?.setOutput?.(deviceId);
  }

  const report = (error: unknown) => logger.warn('no sound on that speaker', { error });

  const everywhere = (deviceId: string) => [
    sdk(deviceId),
    ...[...elements].map((element) => sink(element, deviceId)),
  ];

  async function choose(deviceId: string): Promise<void> {
    const before = chosen;
    chosen = deviceId;
    try {
      await Promise.all(everywhere(deviceId));
    } catch (error) {
      // The last wish counts, and what plays plays in one place.
      if (chosen === deviceId) {
        chosen = before;
        await Promise.allSettled(everywhere(before ?? ''));
      }
      if (isAvatarError(error)) throw error;
      const message = 'That speaker is not there, or not allowed to this page.';
      throw new AvatarError('device-unavailable', message, { cause: error });
    }
  }

  return {
    get choose() {
      const playing = transport();
      const can = playing?.capabilities.playsAudio
        ? playing.setOutput
        : typeof HTMLMediaElement === 'function' && 'setSinkId' in HTMLMediaElement.prototype;
      return can ? choose : undefined;
    },
    add(element) {
      elements.add(element);
      if (chosen !== undefined) sink(element, chosen).catch(report);
      return () => {
        elements.delete(element);
        if (chosen !== undefined) sink(element, '').catch(report);
      };
    },
    follow() {
      if (chosen !== undefined) sdk(chosen).catch(report);
    },
  };
}
